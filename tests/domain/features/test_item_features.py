"""Features of items: what a declaration has to say, and who may read them."""

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.errors import Faults, ItemFeature, WrongShape
from tessella.domain.features.item_features import check_item_feature, item_properties
from tessella.domain.features.schema import Feature, ItemSchema, Schema, Source
from tessella.domain.features.subject import assemble
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Role
from tessella.domain.rules.parse import parse_rule

COLOUR = Feature("item.colour", FeatureType.STRING, Source.ITEM)


@pytest.mark.parametrize(
    ("feature", "pointer"),
    [
        (Feature("colour", FeatureType.STRING, Source.ITEM), "/name"),
        (Feature("item.", FeatureType.STRING, Source.ITEM), "/name"),
        (Feature("item.colour", FeatureType.STRING, Source.ITEM, overridable=True), "/overridable"),
        (Feature("item.price", FeatureType.STRING, Source.ITEM), "/type"),
    ],
    ids=["no prefix", "no property", "overridable", "a built-in one of another type"],
)
def test_a_declaration_that_no_item_can_have_is_refused_at_the_field_that_is_wrong(feature, pointer):
    with pytest.raises(WrongShape) as refusal:
        check_item_feature(feature)
    assert refusal.value.pointer == pointer


def test_a_wrong_declaration_is_refused_when_it_is_published():
    definitions = Definitions().with_definition(
        Kind.FEATURE, "colour", read_definition(Kind.FEATURE, {"name": "colour", "type": "string", "source": "item"})
    )
    with pytest.raises(Faults) as refusal:
        check_definitions(definitions)
    assert [fault.pointer for fault in refusal.value.faults()] == ["/features/colour/name"]


@pytest.mark.parametrize("name", ["item.brand", "item.colour"])
def test_the_rule_of_a_segment_may_not_read_an_item_and_is_told_where_it_can(name):
    with pytest.raises(ItemFeature) as refusal:
        parse_rule({"all": [{"eq": [name, "x"]}]}, "dsl", Schema([COLOUR]))
    assert refusal.value.pointer == "/all/0/eq/0"
    assert (
        refusal.value.message
        == f'The feature "{name}" is read from items, and the rule of a segment is about a subject.'
    )
    assert refusal.value.hint() == "Read it in the item_filter of the defaults, a profile or a campaign."


def test_a_filter_of_items_may_read_items_and_requests_and_subjects():
    schema = ItemSchema([COLOUR, Feature("user.tier", FeatureType.STRING)])
    for name in ("item.brand", "item.colour", "ctx.device", "user.tier"):
        parse_rule({"eq": [name, "x"]}, "dsl", schema)


def test_a_request_may_not_carry_what_is_read_from_items():
    with pytest.raises(Faults) as refusal:
        assemble(Schema(), None, {"item.brand": "x"}, facts=None, role=Role.SERVICE, at=Instant(0))
    assert [(fault.pointer, fault.reason) for fault in refusal.value.faults()] == [
        ("/context/item.brand", "it is read from each item")
    ]


def test_the_features_that_read_a_property_are_the_declared_ones_without_the_built_in():
    price = Feature("item.price", FeatureType.NUMBER, Source.ITEM, unit="EUR")
    size = Feature("item.size", FeatureType.NUMBER, Source.ITEM)
    assert item_properties([size, price, Feature("user.tier", FeatureType.STRING), COLOUR]) == (COLOUR, size)
