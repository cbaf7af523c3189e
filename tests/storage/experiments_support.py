"""What tests of experiments in storage share: an experiment, units, rewards, and raw counts of what is stored."""

from tessella.domain.experiments.assignment.assignment import Assignment
from tessella.domain.experiments.assignment.attribution import HOUR_US, MINUTE_US, attribution_of
from tessella.domain.experiments.assignment.conversion import Conversion
from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.experiments.setup.metric import Metric, Reward
from tessella.domain.identifiers import ExperimentId, Instant, SubjectId, VariantId
from tessella.ports.clock import present

X = ExperimentId("x")
VARIANTS = tuple(Variant(VariantId(name), name) for name in ("a", "b", "c"))
EXPERIMENT = Experiment(X, "X", VARIANTS, metrics=(Metric(), Metric("revenue", Reward.CONTINUOUS)), attribution_hours=8)
RULES = attribution_of(EXPERIMENT)


def assignment(user: str, variant: int = 0, **changed: object) -> Assignment:
    """An assignment of now, as the first policy draws it."""
    told = {
        "segment_key": "default", "policy_version": 0, "propensities": (0.25, 0.25, 0.5), "in_holdout": False,
        "assigned_at": present(), "context": {"channel": "web", "source": "ads", "device": "mobile"},
    }  # fmt: skip
    return Assignment(X, SubjectId(user), VARIANTS[variant].variant_id, variant, **(told | changed))  # type: ignore[arg-type] - of the record's fields


def reward(user: str, event_id: str = "e", value: float = 1.0, **changed: object) -> Conversion:
    """A reward of a second from now."""
    told = {"metric": "conversion", "at": Instant(present() + 1_000_000)}
    return Conversion(X, SubjectId(user), event_id, value=value, **(told | changed))  # type: ignore[arg-type] - likewise


__all__ = ["EXPERIMENT", "HOUR_US", "MINUTE_US", "RULES", "VARIANTS", "X", "assignment", "reward"]
