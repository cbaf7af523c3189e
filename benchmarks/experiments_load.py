"""Units of an experiment as they come: eight segments, four variants, the context of a visit."""

from __future__ import annotations

from typing import Final

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import Attribution, attribution_of
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.identifiers import ExperimentId, Instant, SubjectId, VariantId
from tessella.ports.clock import present

SOURCES: Final = ("direct", "google", "instagram", "newsletter")
DEVICES: Final = ("desktop", "mobile")
_VARIANTS: Final = tuple(Variant(VariantId(f"variant-{each}"), f"Variant {each}") for each in "abcd")
_PROPENSITIES: Final = (0.125, 0.25, 0.25, 0.375)
_COUNTRIES: Final = ("ES", "MX", "US", "GB", "FR")
#: Made before anything is measured: whoever asks has a context.
_CONTEXTS: Final = [
    {
        "channel": "web", "source": SOURCES[at % 4], "device": DEVICES[at // 4 % 2], "country": _COUNTRIES[at % 5],
        "hour": at % 24, "weekday": at % 7, "is_weekend": at % 7 > 4, "is_business_hours": 8 < at % 24 < 18,
    }
    for at in range(840)
]  # fmt: skip
KEYS: Final = [f"source:{SOURCES[at % 4]}|device:{DEVICES[at // 4 % 2]}" for at in range(8)]

EXPERIMENT: Final = Experiment(ExperimentId("homepage"), "Homepage", _VARIANTS)
RULES: Final[Attribution] = attribution_of(EXPERIMENT)


def unit_now(run: int, number: int) -> Assignment:
    """The assignment of a number, now."""
    return unit(run, number, present())


def unit(run: int, number: int, at: Instant) -> Assignment:
    """The assignment of a number at a moment."""
    context, variant = _CONTEXTS[number % 840], (number * 2654435761 >> 16) % 4
    return Assignment(
        EXPERIMENT.experiment_id, SubjectId(f"visitor-{run}-{number * 2654435761 % 2**32:010}"),
        _VARIANTS[variant].variant_id, variant, KEYS[number % 8], 3, _PROPENSITIES,
        number % 10 == 0, at, context,
    )  # fmt: skip
