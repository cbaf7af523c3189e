"""Small experiments, and what was counted of them."""

from collections.abc import Mapping, Sequence

from tessella.domain.experiments.setup.experiment import Experiment, Variant
from tessella.domain.experiments.setup.metric import Metric
from tessella.domain.experiments.setup.segmentation import Segmentation, SegmentationMode
from tessella.domain.experiments.tally import MERGED, RewardCell, Tally, UnitCell
from tessella.domain.identifiers import ExperimentId, Instant, VariantId

HOUR_US = 3_600_000_000
#: Long after anything was assigned.
NOW = Instant(1_000_000 * HOUR_US)
REWARD = "conversion"


def experiment(variants: int = 2, **settings: object) -> Experiment:
    """Of variants a, b, c and so on; it learns by the segment's source."""
    names = "abcdefghij"[:variants]
    return Experiment(
        experiment_id=ExperimentId("banner"),
        name="Banner",
        variants=tuple(Variant(VariantId(each), each.upper()) for each in names),
        segmentation=Segmentation(mode=SegmentationMode.MANUAL, segment_by=("source",)),
        **settings,
    )


def tally(
    segments: Mapping[str, Sequence[tuple[float, float]]],
    *,
    version: int = 0,
    cohort: int = MERGED,
    in_holdout: bool = False,
    metric: str = REWARD,
    delays: Mapping[str, Sequence[float]] | None = None,
) -> Tally:
    """From units and rewarded ones of each variant, by segment."""
    units, rewards = [], []
    for key, variants in segments.items():
        for variant, (count, rewarded) in enumerate(variants):
            place = ("segment", key, key, version, in_holdout, variant, cohort)
            units.append(UnitCell(*place, count))
            rewards.append(RewardCell(*place, metric, rewarded, rewarded, rewarded))
    return Tally(units, rewards, delays or {})


def together(*tallies: Tally) -> Tally:
    """Of several cohorts or versions."""
    units = [each for one in tallies for each in one.units]
    rewards = [each for one in tallies for each in one.rewards]
    return Tally(units, rewards, tallies[0].delays)


def metrics(*each: Metric) -> dict[str, tuple[Metric, ...]]:
    """As a setting of an experiment."""
    return {"metrics": each}
