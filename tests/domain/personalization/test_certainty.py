"""Whether the truth of a rule hangs on absent values, against three-valued logic and against every way to fill them."""

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName
from tessella.domain.personalization.rule_v1 import ranker as ranking
from tessella.domain.personalization.rule_v1.certainty import is_certain
from tessella.domain.rules.ast import All, AnyOf, Form, Not
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.reads import leaves
from tests.domain.personalization.scopes import ranked, ranker, scores, sign

NAMES = ("user.a", "user.b", "user.c")
SCHEMA = Schema([Feature(FeatureName(name), FeatureType.INTEGER) for name in NAMES])
A_IS_LESS = {"compare": ["<", {"var": "user.a"}, {"var": "user.b"}]}
LEAVES = st.sampled_from([*({"eq": [name, 1]} for name in NAMES), {"exists": "user.a"}, A_IS_LESS])
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda some: {"all": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda some: {"any": some}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda one: {"not": one}, inner),
    ),
    max_leaves=6,
)
VALUES = st.dictionaries(st.sampled_from(NAMES), st.integers(0, 2))


def kleene(node, values):
    """True, false, or None where an absent value decides. Kleene, Introduction to Metamathematics, section 64."""
    match node:
        case All(children):
            truths = [kleene(each, values) for each in children]
            return False if False in truths else None if None in truths else True
        case AnyOf(children):
            truths = [kleene(each, values) for each in children]
            return True if True in truths else None if None in truths else False
        case Not(child):
            truth = kleene(child, values)
            return None if truth is None else not truth
        case Exists():
            return evaluate(node, values, 0, {})
        case leaf:
            read = {"user.a", "user.b"} if not hasattr(leaf, "feature") else {leaf.feature}
            return evaluate(leaf, values, 0, {}) if read <= values.keys() else None


@given(RULES, VALUES)
def test_a_rule_is_certain_where_three_valued_logic_has_a_truth(rule, values):
    node = parse_rule(rule, Form.DSL, SCHEMA)
    assert evaluate(is_certain(node), values, 0, {}) is (kleene(node, values) is not None)


@given(RULES, VALUES)
def test_what_is_certain_stays_as_it_is_whatever_the_absent_values_are(rule, values):
    node = parse_rule(rule, Form.DSL, SCHEMA)
    if any(isinstance(leaf, Exists) for leaf in leaves(node)) or not evaluate(is_certain(node), values, 0, {}):
        return
    absent = [name for name in NAMES if name not in values]
    truths = {
        evaluate(node, values | dict(zip(absent, filled, strict=True)), 0, {})
        for filled in product(range(3), repeat=len(absent))
    }
    assert truths == {evaluate(node, values, 0, {})}


def test_orders_that_are_too_many_to_remember_are_made_again(monkeypatch):
    monkeypatch.setattr(ranking, "MOST_ORDERS", 2)
    scope = {"scope_id": "s", "boosts": [{"add": 0.1, "equal": {"subject": "user.zodiac", "item": "item.zodiac"}}]}
    one = ranker(scope, sign("1", "aries"), sign("2", "leo"), sign("3", "libra"))
    for item_id, zodiac in (("1", "aries"), ("2", "leo"), ("3", "libra"), ("1", "aries")):
        found = scores(ranked(one, facts={"user.zodiac": zodiac}))
        assert found == {"1": 0.5, "2": 0.5, "3": 0.5} | {item_id: 0.6}
