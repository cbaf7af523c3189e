"""What tests of experiments in storage share: an experiment, its units and their rewards."""

import msgspec

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import attribution_of
from tessella.domain.experiments.assignment.conversion import Conversion
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.identifiers import ExperimentId, Instant, SubjectId, VariantId
from tessella.ports.clock import present

X = ExperimentId("x")
VARIANTS = tuple(Variant(VariantId(name), name) for name in ("a", "b", "c"))
EXPERIMENT = Experiment(X, "X", VARIANTS, metrics=(Metric(), Metric("revenue", Reward.CONTINUOUS)), attribution_hours=8)
RULES = attribution_of(EXPERIMENT)
CONTEXT = {"channel": "web", "source": "ads", "device": "mobile"}


def assignment(user: str, variant: int = 0, **changed: object) -> Assignment:
    """An assignment of now, as the first policy draws it."""
    drawn = Assignment(
        X, SubjectId(user), VARIANTS[variant].variant_id, variant, "default", 0, (0.25, 0.25, 0.5), False, present(),
        CONTEXT,
    )  # fmt: skip
    return msgspec.structs.replace(drawn, **changed)


def reward(user: str, event_id: str = "e", value: float = 1.0, **changed: object) -> Conversion:
    """A reward of a second from now."""
    later = Instant(present() + 1_000_000)
    return msgspec.structs.replace(Conversion(X, SubjectId(user), event_id, "conversion", value, later), **changed)
