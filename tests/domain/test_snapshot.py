"""Snapshots that are built on the one before: they share what did not change, and decide as those built afresh."""

import random

from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.identifiers import Namespace
from tessella.domain.rules.compiler import RuleCompiler
from tessella.domain.snapshot import build_snapshot, snapshot_steps
from tessella.domain.steps import walk

NS = Namespace("shop")
FEATURES = ("user.age", "user.orders", "user.visits")
#: The segments that others may read: they read none themselves.
READ = ("s0", "s1")
CHANGES = 150


def feature(name):
    return read_definition(Kind.FEATURE, {"name": name, "type": "integer"})


def segment(rng, segment_id):
    rules = [
        {"rule_id": f"r{place}", "expr": expression(rng, segment_id), "enabled": rng.random() < 0.8}
        for place in range(rng.randrange(3))
    ]
    body = {"segment_id": segment_id, "priority": rng.randrange(3), "active": rng.random() < 0.8, "rules": rules}
    return read_definition(Kind.SEGMENT, body)


def expression(rng, segment_id):
    leaves = [{rng.choice(["eq", "gte"]): [rng.choice(FEATURES[:2]), rng.randrange(3)]} for _ in range(2)]
    if segment_id not in READ and rng.random() < 0.3:
        leaves.append({"in_segment": rng.choice(READ)})
    return {rng.choice(["all", "any"]): leaves}


def start():
    definitions = Definitions(features={each: feature(each) for each in FEATURES[:2]})
    return definitions.with_changes({(Kind.SEGMENT, each): segment(random.Random(each), each) for each in READ})


def change(rng, definitions):
    match rng.randrange(8):
        case 0:
            name, known = FEATURES[2], FEATURES[2] in definitions.features
            return definitions.with_definition(Kind.FEATURE, name, None if known else feature(name))
        case 1:
            name = f"s{rng.randrange(len(READ), 9)}"
            return definitions.with_definition(Kind.SEGMENT, name, None)
        case _:
            name = f"s{rng.randrange(9)}"
            return definitions.with_definition(Kind.SEGMENT, name, segment(rng, name))


def answers(snapshot):
    values = [{"user.age": age, "user.orders": orders} for age in (None, 0, 1, 2) for orders in (None, 0, 1, 2)]
    matcher = snapshot.matcher
    return [(matcher.first_match(each, 0), matcher.matching_segments(each, 0)) for each in values]


def after_change(before, definitions, compiler):
    return walk(snapshot_steps(NS, before.version + 1, definitions, {}, compiler, before))


def test_a_snapshot_that_is_built_on_the_one_before_is_as_one_that_is_built_afresh():
    rng, compiler, definitions = random.Random(7), RuleCompiler(), start()
    snapshot = build_snapshot(NS, 0, definitions, {})
    for _ in range(CHANGES):
        definitions = change(rng, definitions)
        snapshot = after_change(snapshot, definitions, compiler)
        fresh = build_snapshot(NS, snapshot.version, definitions, {})
        assert answers(snapshot) == answers(fresh)
        assert (snapshot.parsed, snapshot.recorded) == (fresh.parsed, fresh.recorded)


def test_a_change_of_one_segment_leaves_the_trees_and_tests_of_the_others():
    compiler, definitions = RuleCompiler(), start()
    definitions = definitions.with_changes(
        {(Kind.SEGMENT, name): rule_of(name, age) for age, name in enumerate(("a", "b"))}
    )
    first = walk(snapshot_steps(NS, 1, definitions, {}, compiler))
    second = after_change(first, definitions.with_definition(Kind.SEGMENT, "b", rule_of("b", 7)), compiler)
    assert second.membership["a"] is first.membership["a"]
    assert second.membership["b"] is not first.membership["b"]
    assert len(set(second.matcher._rules.tests) - set(first.matcher._rules.tests)) == 1


def rule_of(segment_id, age):
    expr = {"all": [{"gte": ["user.age", age]}, {"gte": ["user.orders", 1]}]}
    return read_definition(Kind.SEGMENT, {"segment_id": segment_id, "rules": [{"rule_id": "r", "expr": expr}]})
