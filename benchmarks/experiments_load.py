"""Units of an experiment as they come: eight segments, four variants, the context of a visit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from itertools import count
from time import perf_counter, time_ns
from typing import Final

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import Attribution, attribution_of
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.identifiers import ExperimentId, Instant, SubjectId, VariantId

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
_SECONDS: Final = 10.0
_WARM_UP_SECONDS: Final = 2.0
_RUNS: Final = count()

EXPERIMENT: Final = Experiment(ExperimentId("homepage"), "Homepage", _VARIANTS)
RULES: Final[Attribution] = attribution_of(EXPERIMENT)

#: Stores the assignment of a number; returns when it is durable.
Send = Callable[[int, Assignment], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Load:
    """One run."""

    per_second: float
    p50_ms: float
    p99_ms: float

    @property
    def us(self) -> float:
        """Microseconds an assignment."""
        return 1e6 / self.per_second


def unit(run: int, number: int, at: Instant) -> Assignment:
    """The assignment of a number at a moment."""
    context, variant = _CONTEXTS[number % 840], (number * 2654435761 >> 16) % 4
    return Assignment(
        EXPERIMENT.experiment_id, SubjectId(f"visitor-{run}-{number * 2654435761 % 2**32:010}"),
        _VARIANTS[variant].variant_id, variant, KEYS[number % 8], 3, _PROPENSITIES,
        number % 10 == 0, at, context,
    )  # fmt: skip


async def measure(send: Send, clients: int) -> Load:
    """Let clients send for a while, each as soon as the last was acknowledged, after a run that is not measured."""
    await _load(send, clients, _WARM_UP_SECONDS)
    return await _load(send, clients, _SECONDS)


async def _load(send: Send, clients: int, seconds: float) -> Load:
    run, numbers, taken = next(_RUNS), count(), list[float]()
    began = perf_counter()

    async def client() -> None:
        sent = perf_counter()
        while sent < began + seconds:
            number = next(numbers)
            await send(number, unit(run, number, Instant(time_ns() // 1000)))
            acknowledged = perf_counter()
            taken.append(acknowledged - sent)
            sent = acknowledged

    await asyncio.gather(*(client() for _ in range(clients)))
    elapsed = perf_counter() - began
    taken.sort()
    p50, p99 = (taken[len(taken) * share // 100] * 1000 for share in (50, 99))
    return Load(len(taken) / elapsed, p50, p99)
