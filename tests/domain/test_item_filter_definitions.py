"""Filters of items and pins, in profiles, campaigns and the defaults."""

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import DEFAULTS_ID, ID_FIELD, Definitions, Kind, read_definition, write_definition
from tessella.domain.definitions import write_nested as written_in_files
from tessella.domain.errors import Faults, TessellaError, WrongShape
from tessella.domain.identifiers import CampaignId, Namespace, ProfileId
from tessella.domain.ranking.profile import MOST_PINS
from tessella.domain.snapshot import build_snapshot
from tessella.domain.usage import users_of

CHEAP = {"lte": ["item.price", 10]}
OF_KIND = {
    Kind.PROFILE: {"profile_id": "novel", "name": "", "description": "", "item_filter": CHEAP},
    Kind.CAMPAIGN: {
        "campaign_id": "june", "overrides": {}, "starts_at": None, "ends_at": None, "item_filter": CHEAP,
        "pins": ["b", "a"],
    },
    Kind.DEFAULTS: {"alpha": 0.5, "item_filter": CHEAP},
}  # fmt: skip


def defined(**item_filters: object) -> Definitions:
    """Definitions of one profile, one campaign and the defaults, each with its filter, where there is one."""
    definitions = Definitions()
    for kind, expr in item_filters.items():
        each = Kind(kind)
        written = {**OF_KIND[each], "item_filter": expr}
        name = DEFAULTS_ID if each is Kind.DEFAULTS else written[ID_FIELD[each]]
        definitions = definitions.with_definition(each, name, read_definition(each, written))
    return definitions


@pytest.mark.parametrize("kind", list(OF_KIND))
def test_a_filter_and_pins_are_written_as_they_were_read(kind):
    definition = read_definition(kind, OF_KIND[kind])
    assert write_definition(definition) == OF_KIND[kind]
    assert read_definition(kind, written_in_files(definition)) == definition


@pytest.mark.parametrize("kind", list(OF_KIND))
def test_what_has_no_filter_and_no_pins_does_not_mention_them(kind):
    written = {name: value for name, value in OF_KIND[kind].items() if name not in ("item_filter", "pins")}
    assert write_definition(read_definition(kind, written)) == written


@pytest.mark.parametrize(
    ("pins", "pointer", "message"),
    [
        ("a", "/pins", "pins is a list of at most 100 item ids."),
        ([f"item {i}" for i in range(MOST_PINS + 1)], "/pins", "pins is a list of at most 100 item ids."),
        (["a", 3], "/pins/1", "An item id is a text of 1 to 256 characters."),
        (["a", ""], "/pins/1", "An item id is a text of 1 to 256 characters."),
        (["a", "b", "a"], "/pins/2", '"a" is pinned twice.'),
    ],
)
def test_pins_are_ids_of_items_each_once(pins, pointer, message):
    with pytest.raises(WrongShape) as refused:
        read_definition(Kind.CAMPAIGN, {"campaign_id": "june", "pins": pins})
    assert (refused.value.pointer, refused.value.message) == (pointer, message)


@pytest.mark.parametrize(
    ("kind", "at"),
    [("profile", "/profiles/novel/item_filter"), ("campaign", "/campaigns/june/item_filter"),
     ("defaults", "/defaults/item_filter")],
)  # fmt: skip
@pytest.mark.parametrize(
    ("expr", "below", "message"),
    [
        ({"eq": ["item.brnd", "acme"]}, "/eq/0", 'No feature "item.brnd" is declared in this namespace.'),
        ({"eq": ["item.brand", 3]}, "/eq/1", "eq on item.brand expects text, not 3."),
        ({"is": ["item.brand", "acme"]}, "/is", 'There is no operator "is".'),
        ({"in_segment": "vip"}, "", "A filter of items cannot read a segment."),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_with_its_place(kind, at, expr, below, message):
    with pytest.raises(Faults) as refused:
        check_definitions(defined(**{kind: expr}))
    assert [(each.pointer, each.message) for each in refused.value.faults()] == [(at + below, message)]


def test_every_wrong_filter_is_told_at_once():
    wrong = {"exists": "item.colour"}
    with pytest.raises(Faults) as refused:
        check_definitions(defined(profile=wrong, campaign=wrong, defaults=wrong))
    assert [each.pointer for each in refused.value.faults()] == [
        "/defaults/item_filter/exists", "/profiles/novel/item_filter/exists", "/campaigns/june/item_filter/exists",
    ]  # fmt: skip


def test_the_filters_of_defaults_profile_and_campaign_all_hold():
    exprs = {"defaults": CHEAP, "profile": {"exists": "item.brand"}, "campaign": {"exists": "item.category"}}
    snapshot = build_snapshot(Namespace("shop"), 1, defined(**exprs), {})
    campaign = snapshot.definitions.campaigns[CampaignId("june")]

    def reads(profile_id: str | None, running: object) -> list[str]:
        held = snapshot.filters_for(ProfileId(profile_id) if profile_id else None, running)
        return [name for each in held for name in each.of_items]

    assert reads("novel", campaign) == ["item.price", "item.brand", "item.category"]
    assert reads("novel", None) == ["item.price", "item.brand"]
    assert reads(None, None) == ["item.price"]


def test_a_decision_keeps_the_values_that_a_filter_reads():
    expr = {"any": [{"eq": ["ctx.surface", "home"]}, CHEAP]}
    assert build_snapshot(Namespace("shop"), 1, defined(profile=expr), {}).recorded == ("ctx.surface",)


def test_a_rule_of_a_segment_cannot_read_an_item():
    rule = {"rule_id": "r", "expr": {"eq": ["item.brand", "acme"]}}
    segment = read_definition(Kind.SEGMENT, {"segment_id": "vip", "rules": [rule]})
    with pytest.raises(TessellaError) as refused:
        check_definitions(Definitions().with_definition(Kind.SEGMENT, "vip", segment))
    [fault] = refused.value.faults()
    assert fault.hint() == "Read it in the item_filter of the defaults, a profile or a campaign."


def test_a_feature_that_a_filter_reads_is_in_use():
    colour = read_definition(Kind.FEATURE, {"name": "item.colour", "type": "string", "source": "item"})
    red = {"eq": ["item.colour", "red"]}
    definitions = defined(profile=red, defaults=red).with_definition(Kind.FEATURE, "item.colour", colour)
    assert users_of(definitions, Kind.FEATURE, "item.colour") == ["defaults", "profile novel"]
