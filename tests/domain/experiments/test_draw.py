"""Units are drawn by hashes: the same for ever, as likely as the weights say, and independent of one another."""

import math
from collections import Counter

from tessella.domain.experiments.assignment.entry import not_admitted
from tessella.domain.experiments.assignment.hashes import WHOLE, salt_of
from tessella.domain.experiments.assignment.policy import Policy, Weights
from tessella.domain.experiments.setup.experiment import Experiment, Layer, Variant
from tessella.domain.identifiers import ExperimentId, Namespace, VariantId

SHOP = Namespace("shop")
EVEN = Weights.of([WHOLE // 2, WHOLE // 2])
TILTED = Weights.of([WHOLE // 4, 3 * WHOLE // 4])
POLICY = Policy(2, WHOLE // 5, EVEN, {"source:ads": TILTED}, EVEN)
UNITS = [f"user-{number}" for number in range(20_000)]


def an_experiment(name: str = "banner", **changed: object) -> Experiment:
    variants = (Variant(VariantId("a"), "A"), Variant(VariantId("b"), "B"))
    return Experiment(ExperimentId(name), name, variants, **changed)


def far_from(share: float, expected: float) -> float:
    """In standard errors."""
    return abs(share - expected) / math.sqrt(expected * (1 - expected) / len(UNITS))


def test_a_unit_is_drawn_as_it_always_was():
    salt = salt_of(SHOP, "banner")
    assert salt.hex()[:16] == "0384862e33db0a5c"
    drawn = [POLICY.draw(salt, unit, "source:ads") for unit in UNITS[:12]]
    assert "".join(f"{each.variant}{'h' if each.in_holdout else ''}" for each in drawn) == "110h011111111"


def test_variants_and_the_holdout_are_as_likely_as_the_policy_says():
    drawn = Counter(POLICY.draw(salt_of(SHOP, "banner"), unit, "source:ads") for unit in UNITS)
    shares = {(each.variant, each.in_holdout): count / len(UNITS) for each, count in drawn.items()}
    expected = {(0, True): 0.1, (1, True): 0.1, (0, False): 0.2, (1, False): 0.6}
    assert all(far_from(shares[each], expected[each]) < 4 for each in expected)
    first, second = POLICY.propensities("source:ads")
    assert abs(first - 0.3) < 1e-9
    assert abs(second - 0.7) < 1e-9


def test_draws_of_two_experiments_a_layer_and_a_ramp_are_independent():
    ramped = an_experiment(traffic=0.5)
    layered = an_experiment(layer=Layer("home", 0, 5_000))
    halves = [
        [not_admitted(SHOP, ramped, unit) is None for unit in UNITS],
        [not_admitted(SHOP, layered, unit) is None for unit in UNITS],
        *([POLICY.draw(salt_of(SHOP, name), unit, "").variant == 1 for unit in UNITS] for name in ("banner", "other")),
    ]
    assert all(far_from(sum(half) / len(UNITS), 0.5) < 4 for half in halves)
    for place, one in enumerate(halves):
        for other in halves[:place]:
            both = sum(map(bool.__and__, one, other)) / len(UNITS)
            assert far_from(both, 0.25) < 4
