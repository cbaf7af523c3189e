"""Where a segment is evaluated over everybody, and why there."""

import pytest

from tessella.domain.audiences.places import Place, place
from tessella.domain.errors import NotSqlCapable
from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import FeatureName, SourceId

SHOP, BANK = SourceId("shop"), SourceId("bank")
SOURCES = {"revenue": SHOP, "visits": SHOP, "balance": BANK}


def placed(*reads: str, requested=(), refused_by=()):
    def tried_out(source):
        if source in refused_by:
            raise NotSqlCapable(str(source), "matches", "its regular expressions mean something else there")

    return place([FeatureName(each) for each in reads], requested, SOURCES.get, tried_out)


def test_what_reads_one_source_alone_is_evaluated_there():
    assert placed("revenue", "visits") == placed("revenue")
    assert (placed("revenue").place, placed("revenue").source) == (Place.SOURCE, SHOP)


@pytest.mark.parametrize("reads", [(), ("tier",), ("revenue", "tier"), ("revenue", "balance"), ("revenue", SUBJECT)])
def test_what_reads_facts_several_sources_or_the_id_is_evaluated_beside_us(reads):
    found = placed(*reads)
    assert (found.place, found.source, found.reason) == (Place.LOCAL, None, "it does not read one source alone")


def test_what_the_source_has_no_form_for_is_evaluated_beside_us_and_says_why():
    found = placed("revenue", refused_by=[SHOP])
    assert (found.place, found.source) == (Place.LOCAL, None)
    assert found.reason == "matches has no SQL form on shop: its regular expressions mean something else there."


def test_what_no_engine_has_a_form_for_is_evaluated_row_by_row_and_says_why():
    found = placed("revenue", refused_by=[SHOP, None])
    assert (found.place, found.source) == (Place.IN_PROCESS, None)
    assert found.reason.startswith("matches has no SQL form on None")


def test_what_reads_the_request_is_evaluated_nowhere_and_names_what_it_reads():
    found = placed("revenue", "ctx.hour", requested=["ctx.hour"])
    assert (found.place, found.reason) == (Place.REQUEST_TIME, "it reads ctx.hour, which only a request carries")
