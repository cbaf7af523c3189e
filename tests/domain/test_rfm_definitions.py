"""The setup of RFM as a part of the defaults: what it may say, and what it needs."""

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import DEFAULTS_ID, Definitions, Kind, read_definition, write_definition
from tessella.domain.errors import Faults, UnknownField, WrongShape
from tessella.domain.predictions.rfm.setup import RfmSetup
from tessella.domain.usage import users_of

COLUMNS = {"source": "shop", "recency": "last_order", "frequency": "orders", "monetary": "spend"}
SHOP = {"source_id": "shop", "engine": "duckdb", "location": "shop"}


def shop(**columns: str) -> Definitions:
    """A shop whose customers' columns are features, and an RFM that is read from some of them."""
    definitions = Definitions().with_definition(Kind.SOURCE, "shop", read_definition(Kind.SOURCE, SHOP))
    types = {"last_order": "timestamp", "days": "integer", "orders": "integer", "spend": "number", "city": "string"}
    for name, type_ in types.items():
        feature = read_definition(Kind.FEATURE, {"name": name, "type": type_, "source": "warehouse"})
        definitions = definitions.with_definition(Kind.FEATURE, name, feature)
    defaults = read_definition(Kind.DEFAULTS, {"rfm": {"columns": COLUMNS | columns}})
    return definitions.with_definition(Kind.DEFAULTS, DEFAULTS_ID, defaults)


def test_defaults_without_it_have_the_usual_windows_and_read_events():
    assert read_definition(Kind.DEFAULTS, {}).rfm == RfmSetup()
    assert write_definition(read_definition(Kind.DEFAULTS, {"rfm": {"recency_days": 365}})) == {}


def test_what_differs_is_written_and_reads_back():
    written = {"rfm": {"monetary_days": 90, "columns": COLUMNS}}
    assert write_definition(read_definition(Kind.DEFAULTS, written)) == written


@pytest.mark.parametrize(
    ("rfm", "fault", "pointer"),
    [
        ({"recency_days": 0}, WrongShape, "/rfm/recency_days"),
        ({"monetary_days": 400}, WrongShape, "/rfm/recency_days"),
        ({"window": 30}, UnknownField, "/rfm/window"),
        ({"columns": {"source": "shop"}}, WrongShape, "/rfm/columns"),
        ([], WrongShape, "/rfm"),
    ],
)
def test_what_it_cannot_mean_is_pointed_at(rfm: object, fault: type[Exception], pointer: str):
    with pytest.raises(fault) as refused:
        read_definition(Kind.DEFAULTS, {"rfm": rfm})
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("recency", ["last_order", "days"])
def test_recency_is_a_moment_or_a_number_of_days(recency: str):
    check_definitions(shop(recency=recency))


@pytest.mark.parametrize(
    ("columns", "pointer", "hint"),
    [
        ({"source": "shup"}, "source", 'Did you mean "shop"?'),
        ({"monetary": "spent"}, "monetary", 'Did you mean "spend"?'),
        ({"frequency": "city"}, "frequency", "It takes one of integer, number."),
        ({"monetary": "last_order"}, "monetary", "It takes one of integer, number."),
    ],
)
def test_its_columns_exist_and_can_be_counted_in(columns: dict[str, str], pointer: str, hint: str):
    with pytest.raises(Faults) as refused:
        check_definitions(shop(**columns))
    assert [(each.pointer, each.hint()) for each in refused.value.faults()] == [
        (f"/defaults/rfm/columns/{pointer}", hint)
    ]


def test_a_source_and_features_are_used_by_the_defaults_that_name_them():
    assert users_of(shop(), Kind.FEATURE, "spend") == ["defaults"]
    assert users_of(shop(), Kind.FEATURE, "city") == []
    assert users_of(shop(), Kind.SOURCE, "shop")[-1] == "defaults"
