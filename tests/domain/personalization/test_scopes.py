"""Scopes as definitions: what they may say, all their faults at once, and what they need."""

import math

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import Definitions, Kind, effective, read_definition, write_definition, write_nested
from tessella.domain.definitions.scopes import parse_scopes
from tessella.domain.errors import Faults, Invalid
from tessella.domain.personalization.scope import Boost, Equal, Scope
from tessella.domain.personalization.vector import VECTOR_FIELDS, VECTOR_TYPES
from tessella.domain.rules.operators.gte import Gte
from tessella.domain.usage import users_of

SIGN = {"name": "user.zodiac", "type": "string", "allowed_values": ["aries", "leo"]}
ITEM_SIGN = {"name": "item.zodiac", "type": "string", "source": "item"}
APPROVED = {"name": "item.approved_at", "type": "timestamp", "source": "item"}
DECLARED = (SIGN, ITEM_SIGN, APPROVED)
ENGAGED = {"gte": ["engagement_score", 0.7]}
RELATED = {"subject": "user.zodiac", "item": "item.zodiac", "table": {"leo": {"aries": 1, "leo": 0}}}
HOROSCOPES = {
    "scope_id": "daily",
    "base": 0.5,
    "bases": [{"when": {"eq": ["item.zodiac", "leo"]}, "score": 0.6, "tag": "lions"}],
    "boosts": [
        {"add": 0.3, "equal": {"subject": "user.zodiac", "item": "item.zodiac"}, "tag": "user_zodiac"},
        {"add": 0.2, "when": ENGAGED, "tag": "high_engagement"},
        {"add": 0.1, "recent": {"item": "item.approved_at", "hours": 24}},
        {"add": 0.1, "related": RELATED},
    ],
    "tags": [{"tag": "daily_habit", "when": {"gte": ["session_count_7d", 5]}}],
}
ORDER = {
    "experiment_id": "order",
    "name": "Against chance",
    "variants": [
        {"variant_id": "ours", "name": "Ours", "content": {"order": "rule_v1"}},
        {"variant_id": "any", "name": "Any", "content": {"order": "random"}},
    ],
}
ID_FIELDS = {
    "scope_id": Kind.SCOPE, "experiment_id": Kind.EXPERIMENT, "source_id": Kind.SOURCE, "segment_id": Kind.SEGMENT,
    "name": Kind.FEATURE,
}  # fmt: skip


def defined(*written):
    definitions = Definitions()
    for each in written:
        field = next(field for field in ID_FIELDS if field in each)
        kind = ID_FIELDS[field]
        definitions = definitions.with_definition(kind, each[field], read_definition(kind, each))
    return definitions


def faults_of(written):
    with pytest.raises(Invalid) as refused:
        read_definition(Kind.SCOPE, written)
    return {fault.pointer: (fault.message, fault.hint()) for fault in refused.value.faults()}


def unfit(*written):
    with pytest.raises(Faults) as refused:
        check_definitions(defined(*written))
    return {fault.pointer.removeprefix("/scopes/daily"): fault.message for fault in refused.value.faults()}


def boosted(**boost):
    return {"scope_id": "daily", "boosts": [{"add": 0.1, **boost}]}


def equal(subject="user.zodiac", item="item.zodiac"):
    return boosted(equal={"subject": subject, "item": item})


@pytest.mark.parametrize(
    "written",
    [
        {"scope_id": "daily"},
        HOROSCOPES,
        {"scope_id": "daily", "base": 0, "boosts": [{"add": -1, "when": {}}], "active": False},
        {"scope_id": "daily", "base": 1, "experiment_id": "order", "name": "Daily", "description": "For everybody"},
    ],
)
def test_a_scope_that_is_written_reads_back_equal(written):
    scope = read_definition(Kind.SCOPE, written)
    for form in (write_definition(scope), write_nested(scope), effective(Kind.SCOPE, write_definition(scope))):
        assert read_definition(Kind.SCOPE, form) == scope


def test_a_scope_says_what_it_is_made_of():
    scope = read_definition(Kind.SCOPE, HOROSCOPES)
    assert isinstance(scope, Scope)
    assert scope.boosts[0] == Boost(0.3, equal=Equal("user.zodiac", "item.zodiac"), tag="user_zodiac")
    assert scope.boosts[3].related.table == {"leo": {"aries": 1.0, "leo": 0.0}}


def test_the_order_of_a_table_does_not_depend_on_how_it_was_written():
    rows = {"leo": {"leo": 0, "aries": 1}, "aries": {"leo": 1}}
    table = read_definition(Kind.SCOPE, boosted(related=RELATED | {"table": rows})).boosts[0].related.table
    assert [*table, *table["leo"]] == ["aries", "leo", "aries", "leo"]


def test_all_faults_of_a_scope_are_told_at_once():
    written = {
        "scope_id": "daily",
        "base": 1.5,
        "bases": [{"when": {}, "score": -0.1, "tag": "Loud"}],
        "boosts": [
            {"add": 2, "when": ENGAGED, "tag": "twice"},
            {"add": 0.1},
            {"add": 0.1, "when": ENGAGED, "recent": {"item": "item.approved_at", "hours": 0}},
            {"add": math.nan, "related": RELATED | {"table": {"leo": {"aries": 1.1, "leo": "much"}, "aries": 1}}},
            {"add": 0.1, "related": RELATED | {"table": {}}},
        ],
        "tags": [{"tag": "twice", "when": ENGAGED}, {"tag": "", "when": ENGAGED}],
    }
    assert set(faults_of(written)) == {
        "/base", "/bases/0/score", "/bases/0/tag", "/boosts/0/add", "/boosts/1", "/boosts/2",
        "/boosts/2/recent/hours", "/boosts/3/add", "/boosts/3/related/table/leo/aries",
        "/boosts/3/related/table/leo/leo", "/boosts/3/related/table/aries", "/boosts/4/related/table",
        "/tags/0/tag", "/tags/1/tag",
    }  # fmt: skip


def test_faults_of_shape_and_of_tables_are_told_together():
    written = {"scope_id": "daily", "bases": "x", "boosts": [{"ad": 1, "related": RELATED | {"table": {"leo": 1}}}]}
    assert {"/bases", "/boosts/0/ad", "/boosts/0/related/table/leo"} <= set(faults_of(written))


@pytest.mark.parametrize(
    ("written", "pointer", "message", "hint"),
    [
        (
            boosted(),
            "/boosts/0",
            "A boost has exactly one of when, equal, related, recent, not none of them.",
            'Such as {"add": 0.2, "when": {"gte": ["engagement_score", 0.7]}}.',
        ),
        (
            boosted(when=ENGAGED, recent={"item": "item.approved_at", "hours": 1}),
            "/boosts/0",
            "A boost has exactly one of when, equal, related, recent, not when and recent.",
            "Make a boost of each.",
        ),
        (
            {"scope_id": "daily", "tags": [{"tag": "x", "when": {}}, {"tag": "x", "when": {}}]},
            "/tags/1/tag",
            'The tag "x" is there twice.',
            "A tag stands for one reason: choose another.",
        ),
        (
            boosted(related=RELATED | {"table": {"leo": {"aries": 2}}}),
            "/boosts/0/related/table/leo/aries",
            "How well two values go together is a number from 0 to 1, not 2.",
            "Such as 0.5.",
        ),
        ({"scope_id": "daily", "bas": 1}, "/bas", 'There is no field "bas" here.', 'Did you mean "base"?'),
    ],
)
def test_a_fault_says_what_was_meant(written, pointer, message, hint):
    assert faults_of(written)[pointer] == (message, hint)


@pytest.mark.parametrize(
    ("written", "pointer"),
    [
        ({"scope_id": "daily", "bases": [{"when": {}, "score": 0}] * 101}, "/bases"),
        ({"scope_id": "daily", "boosts": [{"when": {}, "add": 0}] * 101}, "/boosts"),
        ({"scope_id": "daily", "tags": [{"when": {}, "tag": f"t{each}"} for each in range(101)]}, "/tags"),
        (
            boosted(related=RELATED | {"table": {str(row): dict.fromkeys("abcdefghijk", 1) for row in range(1000)}}),
            "/boosts/0/related/table",
        ),
    ],
)
def test_a_scope_is_of_a_size_that_is_told_in_time(written, pointer):
    assert set(faults_of(written)) == {pointer}


def test_rules_read_features_of_the_item_of_the_subject_and_of_its_vector():
    facts = [{"name": "user.tier", "type": "string"}, {"name": "taxonomy.mine", "type": "string"}]
    read = [
        {"eq": ["user.tier", "VIP"]}, {"eq": ["item.brand", "Own"]}, {"percent": [50, "a"]},
        *({"exists": name} for name in VECTOR_FIELDS),
    ]  # fmt: skip
    check_definitions(defined(*DECLARED, *facts, HOROSCOPES, {"scope_id": "all", "bases": rules(*read)}))


def rules(*written):
    return [{"when": each, "score": 0.5} for each in written]


def test_the_fields_of_the_vector_have_a_type_each():
    assert tuple(VECTOR_TYPES) == VECTOR_FIELDS


def test_a_rule_that_cannot_be_asked_of_a_ranking_is_refused_where_it_is_written():
    shop = {"source_id": "shop", "engine": "duckdb", "location": "shop"}
    vip = {"segment_id": "vip", "rules": []}
    declared = [
        *DECLARED, shop, vip,
        {"name": "email", "type": "string", "personal": True},
        {"name": "col", "type": "number", "source": "warehouse"},
    ]  # fmt: skip
    written = {
        "scope_id": "daily",
        "bases": rules({"exists": "engagement_scor"}, {"exists": "email"}, {"in_segment": ["vip"]}, None),
        "boosts": [{"add": 0, "when": each} for each in ({"gt": ["col", 1]}, {"eq": ["ctx.device", "tv"]}, {"or": []})],
        "tags": [{"tag": "x", "when": {"exists": "item.brand"}}],
    }
    assert unfit(*declared, written) == {
        "/bases/0/when/exists": 'No feature "engagement_scor" is declared in this namespace.',
        "/bases/1/when/exists": 'The feature "email" is personal data and cannot be read by a rule.',
        "/bases/2/when": "A rule of a scope cannot read a segment.",
        "/bases/3/when": "A rule is an object, not null.",
        "/boosts/0/when": 'A scope cannot read "col": it is a column of a source of customers.',
        "/boosts/1/when": 'A scope cannot read "ctx.device": it is of one request, and rankings are kept.',
        "/boosts/2/when/or": 'There is no operator "or".',
        "/tags/0/when": 'A tag without a score is about the subject, and "item.brand" is read from items.',
    }


@pytest.mark.parametrize(
    ("written", "pointer", "message"),
    [
        (equal(subject="user.sign"), "equal/subject", 'No feature "user.sign" is declared in this namespace.'),
        (equal(item="item.sign"), "equal/item", 'No feature "item.sign" is declared in this namespace.'),
        (equal(subject="item.zodiac"), "equal/subject", '"item.zodiac" is read from items, and not of the subject.'),
        (equal(item="user.zodiac"), "equal/item", '"user.zodiac" is not read from items.'),
        (equal(subject="ctx.device"), "equal/subject",
         'A scope cannot read "ctx.device": it is of one request, and rankings are kept.'),
        (equal(subject="session_count_7d"), "equal",
         '"session_count_7d" is of type integer and "item.zodiac" of type string: they are never equal.'),
        (equal(subject="user.tags", item="item.tags"), "equal", "Lists are not compared."),
        (boosted(recent={"item": "item.zodiac", "hours": 1}), "recent/item",
         '"item.zodiac" is of type string, and not timestamp.'),
        (boosted(related=RELATED | {"item": "item.approved_at"}), "related/item",
         '"item.approved_at" is of type timestamp, and not string.'),
        (boosted(related=RELATED | {"table": {"lio": {"aries": 1}}}), "related/table/lio",
         '"user.zodiac" is never "lio".'),
    ],
)  # fmt: skip
def test_a_boost_reads_features_that_can_be_compared(written, pointer, message):
    lists = {"name": "user.tags", "type": "string_list"}
    assert unfit(*DECLARED, lists, written) == {f"/boosts/0/{pointer}": message}


def test_numbers_of_items_and_of_subjects_may_be_equal():
    level = {"name": "item.level", "type": "number", "source": "item"}
    check_definitions(defined(level, equal(subject="session_count_7d", item="item.level")))


def test_a_declared_feature_with_the_name_of_a_vectors_field_has_the_type_of_the_field():
    declared = {"name": "engagement_score", "type": "string"}
    [tree] = parse_scopes(defined(declared, {"scope_id": "daily", "bases": rules(ENGAGED)}))["daily"].bases
    assert isinstance(tree, Gte)


def test_trees_stand_in_the_order_of_the_scope():
    parsed = parse_scopes(defined(*DECLARED, HOROSCOPES))["daily"]
    assert [each is not None for each in parsed.boosts] == [False, True, False, False]
    assert (len(parsed.bases), len(parsed.tags), parsed.scope.base) == (1, 1, 0.5)


def test_the_experiment_of_a_scope_is_one_whose_variants_say_an_order():
    scope = {"scope_id": "daily", "experiment_id": "order"}
    check_definitions(defined(scope, ORDER))
    assert unfit(scope) == {"/experiment_id": 'There is no experiment "order" in this namespace.'}
    silent = ORDER | {"variants": [ORDER["variants"][0], {"name": "Any", "content": {"order": "shuffled"}}]}
    assert unfit(scope, silent) == {
        "/experiment_id": 'The variant "any" of the experiment "order" says no order: content has '
        '"order", one of rule_v1, random.'
    }


def test_what_a_scope_is_made_of_is_told():
    scope = HOROSCOPES | {"experiment_id": "order"}
    declared = {"name": "engagement_score", "type": "number"}
    definitions = defined(*DECLARED, declared, ORDER, scope)
    assert users_of(definitions, Kind.EXPERIMENT, "order") == ["scope daily"]
    for name in ("user.zodiac", "item.zodiac", "item.approved_at"):
        assert users_of(definitions, Kind.FEATURE, name) == ["scope daily"]
    assert users_of(definitions, Kind.FEATURE, "engagement_score") == []
    assert users_of(definitions, Kind.SCOPE, "daily") == []
