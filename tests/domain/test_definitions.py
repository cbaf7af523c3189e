import pytest

from tessella.domain.definitions import AuditMode, Kind, read_definition, write_definition, write_nested
from tessella.domain.errors import Faults, Invalid, UnknownField, WrongShape
from tessella.domain.ranking.setup import RankingSetup

TIER = {"rule_id": "tier", "expr": {"eq": ["user.tier", "VIP"]}, "form": "dsl", "enabled": True}
VIP = {
    "segment_id": "vip", "name": "VIP", "description": "The best.", "owner": "crm", "priority": 9, "active": True,
    "profile_id": "novel", "rules": [TIER],
}  # fmt: skip
NOVEL = {"profile_id": "novel", "name": "Novel", "description": "", "alpha": 0.8, "brand_cap": 2}
SPRING = {
    "campaign_id": "spring", "overrides": {"alpha": 0.1},
    "starts_at": "2026-03-01T00:00:00+00:00", "ends_at": "2026-04-01T00:00:00+00:00",
}  # fmt: skip


STRICT = {"alpha": 0.5, "audit": "required"}
BASKETS = {
    "beta": 1.0, "ranking": {"event_weights": {"sale": 2.0}, "purchase_types": ["sale"], "basket_property": "basket"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        (Kind.SEGMENT, VIP),
        (Kind.PROFILE, NOVEL),
        (Kind.CAMPAIGN, SPRING),
        (Kind.DEFAULTS, STRICT),
        (Kind.DEFAULTS, BASKETS),
    ],
)
def test_a_definition_reads_back_as_it_was_written(kind, written):
    definition = read_definition(kind, written)
    assert read_definition(kind, write_definition(definition)) == definition
    assert read_definition(kind, write_nested(definition)) == definition


def test_knobs_are_written_flat_on_the_wire_and_nested_in_files():
    profile = read_definition(Kind.PROFILE, {"profile_id": "p", "blend": {"alpha": 0.8}})
    assert write_definition(profile) == {"profile_id": "p", "name": "", "description": "", "alpha": 0.8}
    assert write_nested(profile) == {"profile_id": "p", "name": "", "description": "", "blend": {"alpha": 0.8}}


def test_an_unknown_field_is_named_with_its_pointer_and_the_nearest_name():
    with pytest.raises(UnknownField) as error:
        read_definition(Kind.SEGMENT, VIP | {"priorty": 3})
    assert (error.value.pointer, error.value.hint()) == ("/priorty", 'Did you mean "priority"?')


def test_a_wrong_type_deep_inside_is_pointed_at():
    with pytest.raises(WrongShape) as error:
        read_definition(Kind.SEGMENT, VIP | {"rules": [TIER, {"rule_id": "b", "expr": {}, "form": "sql"}]})
    assert error.value.pointer == "/rules/1/form"


@pytest.mark.parametrize("name", [None, 3, "", " vip", "vip!", "a" * 129, "vip\n", "ünïcode", "../x"])
def test_a_name_is_letters_digits_and_a_few_marks(name):
    with pytest.raises(WrongShape, match="A name is 1 to 128 letters"):
        read_definition(Kind.SEGMENT, VIP | {"segment_id": name})


def test_two_rules_of_a_segment_cannot_share_a_name():
    with pytest.raises(WrongShape, match='Two rules are called "tier"'):
        read_definition(Kind.SEGMENT, VIP | {"rules": [TIER, TIER]})


def test_a_knob_out_of_range_is_refused():
    with pytest.raises(Faults, match="alpha must be a number from 0"):
        read_definition(Kind.PROFILE, NOVEL | {"alpha": -1})


def test_a_campaign_ends_after_it_starts():
    with pytest.raises(WrongShape, match="must end after it starts"):
        read_definition(Kind.CAMPAIGN, SPRING | {"ends_at": SPRING["starts_at"]})


def test_a_time_without_a_zone_is_utc():
    naive = read_definition(Kind.CAMPAIGN, SPRING | {"starts_at": "2026-03-01T00:00:00"})
    assert naive == read_definition(Kind.CAMPAIGN, SPRING)


@pytest.mark.parametrize("when", ["tomorrow", 5, True, "2026-02-30", "10000-01-01"])
def test_what_is_no_time_is_refused(when):
    with pytest.raises(WrongShape, match="A time is ISO 8601"):
        read_definition(Kind.CAMPAIGN, SPRING | {"starts_at": when})


@pytest.mark.parametrize("written", [None, [], "vip", 3])
def test_what_is_no_object_is_refused(written):
    with pytest.raises(Invalid, match="A segment must be an object"):
        read_definition(Kind.SEGMENT, written)


def test_an_allowed_value_of_another_type_is_refused():
    with pytest.raises(WrongShape, match="3 is no string") as error:
        read_definition(Kind.FEATURE, {"name": "user.tier", "type": "string", "allowed_values": ["VIP", 3]})
    assert error.value.pointer == "/allowed_values/1"


def test_a_built_in_feature_keeps_its_type():
    with pytest.raises(WrongShape, match=r'"ctx.hour" is built in: type integer, source request'):
        read_definition(Kind.FEATURE, {"name": "ctx.hour", "type": "string", "source": "request"})


def test_a_string_list_may_be_spelled_in_two_words():
    feature = read_definition(Kind.FEATURE, {"name": "user.tags", "type": "string list"})
    assert write_definition(feature)["type"] == "string_list"


def test_the_audit_is_a_best_effort_unless_the_defaults_require_it():
    assert read_definition(Kind.DEFAULTS, {}).audit is AuditMode.BEST_EFFORT
    assert write_nested(read_definition(Kind.DEFAULTS, STRICT)) == {"blend": {"alpha": 0.5}, "audit": "required"}


@pytest.mark.parametrize("mode", ["always", "REQUIRED", "", None, True, ["required"]])
def test_a_mode_of_the_audit_that_does_not_exist_is_pointed_at(mode):
    with pytest.raises(WrongShape, match="audit is one of best_effort, required, not") as error:
        read_definition(Kind.DEFAULTS, {"audit": mode})
    assert error.value.pointer == "/audit"


def test_only_what_differs_from_the_usual_setup_of_the_ranking_is_written():
    usual = read_definition(Kind.DEFAULTS, {"ranking": {"session_gap_minutes": 30, "co_visitation": "cosine"}})
    assert (usual.ranking, write_definition(usual)) == (RankingSetup(), {})
    changed = read_definition(Kind.DEFAULTS, {"ranking": {"session_gap_minutes": 20, "embedding_dimensions": 0}})
    assert write_nested(changed) == {"ranking": {"session_gap_minutes": 20.0}}


@pytest.mark.parametrize(("ranking", "pointer"), [
    ([], ""),
    ({"event_weights": {"view": -1}}, "/event_weights/..."),
    ({"event_weights": {"view": float("nan")}}, "/event_weights/..."),
    ({"event_weights": {"": 1}}, ""),
    ({"event_weights": {str(number): 1 for number in range(101)}}, "/event_weights"),
    ({"purchase_types": "purchase"}, "/purchase_types"),
    ({"basket_property": ""}, "/basket_property"),
    ({"session_gap_minutes": 0}, "/session_gap_minutes"),
    ({"co_visitation": "jaccard"}, "/co_visitation"),
    ({"embedding_dimensions": 1}, "/embedding_dimensions"),
    ({"embedding_dimensions": 513}, "/embedding_dimensions"),
])  # fmt: skip
def test_a_setup_of_the_ranking_that_cannot_be_is_pointed_at(ranking, pointer):
    with pytest.raises(WrongShape) as error:
        read_definition(Kind.DEFAULTS, {"ranking": ranking})
    assert error.value.pointer == f"/ranking{pointer}"


def test_an_unknown_part_of_the_setup_of_the_ranking_is_named_with_the_nearest_one():
    with pytest.raises(UnknownField, match="basket_propertie") as error:
        read_definition(Kind.DEFAULTS, {"ranking": {"basket_propertie": "x"}})
    assert error.value.hint() == 'Did you mean "basket_property"?'
