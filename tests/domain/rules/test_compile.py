"""Generated Python means what the interpreter says, whatever a definition holds."""

import threading
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given

from tessella.domain.features.schema import SUBJECT
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json, SegmentId
from tessella.domain.rules.ast import All, Arithmetic, Comparison, Constant, InSegment, Node, Not, Reading
from tessella.domain.rules.compile import FIRST_FREE_SLOT, CompiledRule, compile_rules
from tessella.domain.rules.compiler import CHUNK, RuleCompiler
from tessella.domain.rules.explain import evaluate
from tessella.domain.rules.operators.eq import Eq
from tests.domain.small_rules import NOW_US, SCHEMA, rule
from tests.strategies import worlds

HOSTILE_TEXTS = [
    "it's", 'say "x"', "'''", '"""', "a\nb", "a\r\nb", "back\\slash", "\\", "\\'", "{x}", "{{}}", "%s", "#",
    "'; raise Exception #",
    "') or True or ('", "__import__('os').abort()", "\u2028", "\u00e9", "\U0001f600", "\t", "v[0]", "",
]  # fmt: skip


def slots_of(compiled: CompiledRule) -> dict[Any, int]:
    return {key: slot for slot, key in enumerate((*compiled.features, *compiled.kept), FIRST_FREE_SLOT)}


def truths(
    nodes: Sequence[Node], rows: Sequence[Mapping], segments: Mapping[SegmentId, Node], now_us: int = NOW_US
) -> list[list[bool]]:
    """Per row, the truth of each node by its generated code."""
    compiled = compile_rules([*nodes, *segments.values()])
    keys = dict.fromkeys(key for each in compiled for key in (*each.features, *each.kept, *map(InSegment, segments)))
    slots = {key: slot for slot, key in enumerate(keys, FIRST_FREE_SLOT)}
    tests = [each.bind(slots) for each in compiled]
    members = {slots[InSegment(name)]: test for name, test in zip(segments, tests[len(nodes) :], strict=True)}
    loaded = [[now_us, members, *(row.get(key) if isinstance(key, str) else None for key in keys)] for row in rows]
    return [[bool(test(slots)) for test in tests[: len(nodes)]] for slots in loaded]


def run(node: Node, values: Mapping[str, Any], segments: Mapping[SegmentId, Node] | None = None) -> bool:
    """The node's truth by its generated code."""
    return truths([node], [values], segments or {})[0][0]


@given(worlds(rules=10, rows=10, comparisons=0.2))
def test_generated_code_and_the_interpreter_agree(world):
    by_code = truths(world.rules, world.rows, world.segments, world.now_us)
    expected = [[evaluate(each, row, world.now_us, world.segments) for each in world.rules] for row in world.rows]
    assert by_code == expected


def counted(monkeypatch: pytest.MonkeyPatch, kind: type, answer: object) -> list[object]:
    """Lets the generated code of `kind` report each evaluation; the list grows by one each time."""
    seen: list[object] = []

    def note(value: object) -> object:
        seen.append(value)
        return answer

    monkeypatch.setattr(kind, "python", lambda _, value, ctx: f"{ctx.constant(note)}({value})")
    return seen


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_a_text_in_a_rule_is_never_code(text):
    others = [each for each in HOSTILE_TEXTS if each != text]
    for node in (rule({"eq": ["tier", text]}), rule({"in": ["tier", [text, "x y z"]]})):
        assert run(node, {"tier": text}) is True
        assert not any(run(node, {"tier": other}) for other in others)
    assert run(rule({"contains": ["tags", text]}), {"tags": (text,)}) is True
    assert run(rule({"contains": ["tags", text]}), {"tags": tuple(others)}) is False


@pytest.mark.parametrize("name", HOSTILE_TEXTS)
def test_a_name_in_a_rule_is_never_code(name):
    feature = FeatureName(f"user.{name}")
    node = All((Eq(feature, "a", FeatureType.STRING), InSegment(SegmentId(name))))
    segments = {name: Not(Eq(feature, "b", FeatureType.STRING))}
    assert run(node, {feature: "a"}, segments) is True
    assert run(node, {feature: "b"}, segments) is False


@pytest.mark.parametrize("salt", [each for each in HOSTILE_TEXTS if each])
def test_a_salt_in_a_rule_is_never_code(salt):
    node = rule({"percent": [50, salt]})
    for household in range(20):
        values = {SUBJECT: f"household-{household}"}
        assert run(node, values) is evaluate(node, values, NOW_US, {})


def test_generated_code_cannot_reach_a_built_in_name():
    class Escaping(Eq):
        def python(self, value, ctx):
            return "open('/etc/passwd')"

    with pytest.raises(NameError, match="open"):
        run(Escaping(FeatureName("tier"), "a", FeatureType.STRING), {"tier": "a"})


def test_an_unknown_comparison_is_refused_before_it_becomes_code():
    with pytest.raises(ValueError, match="or True or"):
        compile_rules([Comparison("or True or", Constant(1.0), Constant(2.0))])


@pytest.mark.parametrize(
    ("expr", "of_absent"),
    [
        ({"ne": ["tier", "VIP"]}, False),
        ({"nin": ["tier", ["VIP"]]}, False),
        ({"nin": ["tier", []]}, False),
        ({"exists": ["tier"]}, False),
        ({"lte_days_since": ["seen", 3]}, False),
        ({"percent": [100, "salt"]}, False),
        ({"compare": ["<", {"var": "ltv"}, 5]}, False),
        ({"not": {"eq": ["tier", "VIP"]}}, True),
        ({"not": {"compare": ["<", {"var": "ltv"}, 5]}}, True),
        ({"all": []}, True),
        ({"any": []}, False),
        ({}, True),
    ],
)
def test_every_predicate_over_an_absent_value_is_false_and_only_not_turns_it(expr, of_absent):
    assert run(rule(expr), {}) is of_absent
    assert run(rule(expr), dict.fromkeys(SCHEMA)) is of_absent


@pytest.mark.parametrize("left", [0.0, -0.0, 1.5, -3.0, 1e308, -1e308, 5e-324, float(2**53)])
@pytest.mark.parametrize("right", [0.0, -0.0, 2.0, -7.0, 1e308, 1e-308])
@pytest.mark.parametrize("op", ["+", "-", "*", "/", "%"])
def test_arithmetic_never_raises_and_agrees_with_the_interpreter(op, left, right):
    term = Arithmetic(op, (Reading(FeatureName("ltv")), Constant(right)))
    nested = Arithmetic("*", (term, Arithmetic("-", (term,))))
    for comparison in (">", ">=", "<", "<=", "==", "!="):
        for side in (term, nested):
            node = Comparison(comparison, side, Constant(1.5))
            assert run(node, {"ltv": left}) is evaluate(node, {"ltv": left}, NOW_US, {})


def test_an_integer_counts_as_float64_in_arithmetic():
    thrice = {"+": [{"var": "orders"}, {"var": "orders"}, {"var": "orders"}]}
    rounded = float(3 * (2**53 - 1))
    assert rounded != 3 * (2**53 - 1)
    assert run(rule({"compare": ["==", thrice, rounded]}), {"orders": 2**53 - 1}) is True


def test_a_rule_at_every_limit_compiles():
    deep: Json = {"compare": [">", {"var": "ltv"}, 1]}
    for _ in range(30):
        deep = {"not": deep}
    wide = {"any": [{"eq": ["tier", f"tier {i}"]} for i in range(1_990)]}
    long = {"in": ["tier", [f"tier {i}" for i in range(10_000)]]}
    assert run(rule(deep), {"ltv": 2.0}) is True
    assert run(rule(wide), {"tier": "tier 1989"}) is True
    assert run(rule(long), {"tier": "tier 9999"}) is True


@pytest.mark.parametrize("answer", [True, False, None])
@pytest.mark.parametrize("expr", [{"matches": ["tier", "^V.P"]}, {"percent": [50, "salt"]}])
def test_a_pattern_and_a_share_are_worked_out_once_a_request(monkeypatch, expr, answer):
    evaluations = counted(monkeypatch, type(rule(expr)), answer)
    compiled = compile_rules([rule(expr), rule({"not": expr}), rule({"all": [expr, {"any": [expr]}]})])
    layout = slots_of(compiled[0])
    tests = [each.bind(layout) for each in compiled]
    slots = [NOW_US, {}, "VIP", None]
    assert [test(slots) for test in tests] == [bool(answer), not answer, bool(answer)]
    assert len(evaluations) == 1


def test_cheap_predicates_are_tried_before_costly_ones(monkeypatch):
    evaluations = counted(monkeypatch, type(rule({"matches": ["tier", "^V.P"]})), True)
    node = rule({"all": [{"in_segment": ["s"]}, {"matches": ["tier", "^V.P"]}, {"gte": ["ltv", 10]}]})
    assert run(node, {"tier": "VIP", "ltv": 1.0}, {"s": rule({})}) is False
    assert evaluations == []


def test_a_compiled_rule_serves_any_layout_of_slots():
    [compiled] = compile_rules([rule({"all": [{"eq": ["tier", "VIP"]}, {"gte": ["ltv", 10]}]})])
    test = compiled.bind({FeatureName("tier"): 7, FeatureName("ltv"): 4})
    assert test([NOW_US, {}, None, None, 10.0, None, None, "VIP"]) is True
    assert test([NOW_US, {}, "VIP", 10.0, None, None, None, None]) is False


def finish(steps):
    """What a generator of steps returns, and how often it paused."""
    pauses = 0
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value, pauses
        pauses += 1


def rules(count: int, first: int = 0) -> list[Node]:
    return [rule({"eq": ["orders", i]}) for i in range(first, first + count)]


def compiled_at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the pieces in which rules are compiled from now on."""
    sizes: list[int] = []

    def noting(nodes):
        sizes.append(len(nodes))
        return compile_rules(nodes)

    monkeypatch.setattr("tessella.domain.rules.compiler.compile_rules", noting)
    return sizes


def test_many_rules_are_compiled_in_chunks_with_a_pause_after_each(monkeypatch):
    sizes = compiled_at_once(monkeypatch)
    compiled, pauses = finish(RuleCompiler().steps(rules(1_000)))
    assert len(compiled) == 1_000
    assert max(sizes) == CHUNK <= 64
    assert pauses == len(sizes) == -(-1_000 // CHUNK)


def test_a_rule_that_stays_is_not_compiled_again(monkeypatch):
    compiler = RuleCompiler()
    before, _ = finish(compiler.steps(rules(100)))
    sizes = compiled_at_once(monkeypatch)
    after, _ = finish(compiler.steps([*rules(1, first=500), *rules(100)]))
    assert after[1:] == before
    assert sum(sizes) == 1


def test_equal_rules_are_compiled_once(monkeypatch):
    sizes = compiled_at_once(monkeypatch)
    compiled, _ = finish(RuleCompiler().steps([*rules(3), *rules(3)]))
    assert sum(sizes) == 3
    assert compiled[:3] == compiled[3:]


def test_a_compiler_keeps_the_rules_that_were_used_last(monkeypatch):
    compiler = RuleCompiler(capacity=40)
    finish(compiler.steps(rules(20)))
    finish(compiler.steps(rules(20, first=100)))
    finish(compiler.steps(rules(20)))
    finish(compiler.steps(rules(20, first=200)))
    sizes = compiled_at_once(monkeypatch)
    finish(compiler.steps(rules(20)))
    assert sum(sizes) == 0
    finish(compiler.steps(rules(20, first=100)))
    assert sum(sizes) == 20


def test_threads_that_share_a_compiler_get_the_rules_that_they_asked_for():
    compiler = RuleCompiler(capacity=50)
    wrong: list[int] = []

    def build(first: int) -> None:
        for start in range(first, first + 200, 50):
            nodes = rules(50, first=start)
            compiled, _ = finish(compiler.steps(nodes))
            for order, each in enumerate(compiled, start):
                if not each.bind(slots_of(each))([NOW_US, {}, order]):
                    wrong.append(order)

    threads = [threading.Thread(target=build, args=(first,)) for first in (0, 100, 200, 0)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
