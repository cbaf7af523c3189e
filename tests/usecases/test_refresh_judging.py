"""What a refresh decides of what was counted: no database is asked."""

from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import VariantId
from tessella.usecases.experiments.refreshing.judging import Judged, RefreshInput, judge
from tests.domain.experiments.declared import NOW, experiment, tally

#: By segment and variant: units, and the rewarded among them. On average b is surely worse than the control.
WORSE_BUT_IN_Y = {"source:x": ((6_000, 900), (6_000, 300)), "source:y": ((800, 40), (800, 160))}
WORSE = {"source:x": ((6_000, 900), (6_000, 300)), "source:y": ((800, 160), (800, 40))}


def judged(of: Experiment, counted: dict[str, tuple[tuple[int, int], ...]]) -> Judged:
    return judge(RefreshInput(of, tally(counted), {}, [], None, {}, NOW), lambda: 0.0)


def disabled(found: Judged) -> frozenset[VariantId]:
    assert found.policy is not None
    return found.policy.disabled


def test_a_variant_that_is_worse_on_average_stays_where_it_is_the_best_one_of_a_segment() -> None:
    found = judged(experiment(), WORSE_BUT_IN_Y)
    assert found.results.verdict.harmful == ("b",)
    assert disabled(found) == frozenset()
    assert found.policy is not None
    assert found.policy.policy.propensities("source:y")[1] > 0.9
    assert found.policy.policy.propensities("source:x")[1] < 0.1


def test_a_variant_that_is_worse_and_leads_no_segment_gets_nobody() -> None:
    assert disabled(judged(experiment(), WORSE)) == {"b"}
    together = {"default": tuple((x[0] + y[0], x[1] + y[1]) for x, y in zip(*WORSE_BUT_IN_Y.values(), strict=True))}
    assert disabled(judged(experiment(), together)) == {"b"}
