"""Whose variables credentials stand in, and whom they may be sent to."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.errors import LocationRefused
from tessella.domain.own_places import OwnPlaces
from tessella.warehouse.engines.credentials import read_credentials, variable
from tests.warehouse.customers.places import SHOP, opened

pytestmark = pytest.mark.anyio

PARTS = ("user", "password", "token", "dsn")
SMALL = string.ascii_lowercase + string.digits
#: Few letters, so that what could be mixed up is tried: hexadecimal digits, capitals, and all punctuation of ids.
NAMESPACES = st.from_regex(r"[a2][a2d_-]{0,6}", fullmatch=True)
SOURCES = st.from_regex(r"[a2A][a2dDsnS._:-]{0,8}", fullmatch=True)


@given(st.lists(st.tuples(NAMESPACES, SOURCES, st.sampled_from(PARTS)), min_size=2, max_size=2, unique=True))
def test_no_two_sources_share_a_variable(named):
    one, other = (variable(*each) for each in named)
    assert one != other


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("acme", "crm-eu"), ("acme", "crm.eu")), (("acme", "crm"), ("acme", "CRM")), (("a", "b__c"), ("a__b", "c")),
        (("a_", "b"), ("a", "_b")), (("a-b", "c"), ("a_b", "c")), (("a", "x_user"), ("a", "x")),
    ],
)  # fmt: skip
def test_ids_that_look_alike_have_variables_of_their_own(one, other):
    assert {variable(*one, each) for each in PARTS}.isdisjoint({variable(*other, each) for each in PARTS})


def test_another_namespace_with_a_source_of_the_same_name_has_no_credentials():
    environment = {variable("acme", "crm", "password"): "hush"}
    assert read_credentials("crm", OwnPlaces("acme", []), environment).password == "hush"
    assert read_credentials("crm", OwnPlaces("beta", []), environment).password == ""


HERE = "postgresql://db.internal/shop"


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://elsewhere/shop", "postgresql://db.internal:6000/shop", "postgresql://db.internal/beta",
        "postgresql://db.internal,elsewhere/shop", "host=db.internal hostaddr=192.0.2.1 dbname=shop", "dbname=shop",
        "postgresql://db.internal@elsewhere/shop", "host=db.internal/shop/ dbname=x", "host=db.internal port=5432,6000",
    ],
)  # fmt: skip
async def test_a_password_is_sent_to_no_server_that_is_not_open_to_the_namespace(postgresql_place, location):
    with pytest.raises(LocationRefused):
        postgresql_place.open(location=location, warehouse_urls=f"shop={HERE}, beta=postgresql://db.internal/beta")


@pytest.mark.parametrize("location", [HERE, "postgresql://me@db.internal:5432/shop", "host=db.internal dbname=shop"])
@pytest.mark.parametrize("allowed", [HERE, "postgresql://db.internal:5432", "PostgreSQL://db.internal/"])
async def test_a_server_that_is_open_to_the_namespace_may_be_written_in_any_way(postgresql_place, location, allowed):
    engine = postgresql_place.open(location=location, warehouse_urls=f"shop={allowed}")
    assert (engine._driver._parameters["host"], engine._driver._parameters["dbname"]) == ("db.internal", "shop")


@pytest.mark.parametrize(
    "location", ["sc://elsewhere:15002", "sc://spark.internal:15003", "sc://spark.internal@elsewhere", "sc://spark"]
)
async def test_a_token_is_sent_to_no_spark_that_is_not_open_to_the_namespace(spark_place, location):
    with pytest.raises(LocationRefused, match="not open to this namespace"):
        spark_place.open(location=location, warehouse_urls="shop=sc://spark.internal")


async def test_what_the_environment_says_of_where_needs_no_other_permission(postgresql_place):
    dsn = f"{HERE}?user=reader&password=hush"
    environment = {variable(SHOP, "crm.eu", "dsn"): dsn}
    engine = opened(postgresql_place, postgresql_place.home, environment, {"location": "", "warehouse_urls": ""})
    assert engine._driver._parameters["host"] == "db.internal"
