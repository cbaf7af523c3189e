import pytest

from tessella.domain.errors import MappingInvalid, MissingColumn
from tessella.domain.features.types import FeatureType
from tessella.domain.imports.event_fields import event_fields
from tessella.domain.imports.mapping import Column, Constant, Rest, parse_mapping

REQUIRED = ["subject_id", "event_type", "occurred_at"]


def test_a_mapping_names_columns_constants_types_and_the_rest():
    assert parse_mapping("subject_id=who, event_type='buy', event_id=basket+product, properties=*+hour:number") == {
        "subject_id": (Column("who"),),
        "event_type": (Constant("buy"),),
        "event_id": (Column("basket"), Column("product")),
        "properties": (Rest(), Column("hour", FeatureType.NUMBER)),
    }


def test_quotes_hold_any_name_and_are_doubled_within():
    assert parse_mapping("""value="a, ""b"" = c", event_type='it''s'""") == {
        "value": (Column('a, "b" = c'),),
        "event_type": (Constant("it's"),),
    }


def test_an_empty_mapping_maps_nothing():
    assert parse_mapping("  ") == {}


@pytest.mark.parametrize(
    ("text", "near", "problem"),
    [
        ("subject_id", "the end", '"=" is expected'),
        ("subject_id=", "the end", "a name is expected"),
        ("subject_id=a b", "b", "a comma is expected"),
        ("subject_id=a, subject_id=b", "subject_id", "this field is mapped twice"),
        ("subject_id='a", "'a", "this is neither a name nor a quoted text"),
        ("properties=a:int", "int", "a type is string, number, boolean"),
        ("=a", "=a", "a name is expected"),
    ],
)
def test_a_mapping_that_cannot_be_read_says_where_and_why(text, near, problem):
    with pytest.raises(MappingInvalid) as raised:
        parse_mapping(text)
    assert (raised.value.near, raised.value.problem) == (near, problem)


def test_a_field_that_is_not_mapped_is_the_column_of_its_name():
    fields = event_fields({}, [*REQUIRED, "value", "shop"])
    assert (fields.subject_id, fields.value) == ((Column("subject_id"),), (Column("value"),))
    assert (fields.event_id, fields.item_id, fields.properties) == ((), (), ())


def test_the_rest_is_every_column_that_no_field_takes_or_ignores():
    mapping = parse_mapping("event_id=basket+line, ignore=note, properties=hour:number+*")
    fields = event_fields(mapping, [*REQUIRED, "basket", "line", "note", "hour", "shop"])
    assert fields.properties == (Column("hour", FeatureType.NUMBER), Column("shop"))


def test_a_column_named_properties_holds_them_all():
    assert event_fields({}, [*REQUIRED, "properties"]).properties_object == Column("properties")


def test_a_required_field_without_a_column_is_missing():
    with pytest.raises(MissingColumn) as raised:
        event_fields({}, ["subject_id", "event_type", "occured_at"])
    assert (raised.value.field, raised.value.nearest) == ("occurred_at", "occured_at")


@pytest.mark.parametrize("mapping", ["subjectid=a", "occurred_at=a+b", "item_id=*"])
def test_a_mapping_that_makes_no_event_is_refused(mapping):
    with pytest.raises(MappingInvalid):
        event_fields(parse_mapping(mapping), [*REQUIRED, "a", "b"])
