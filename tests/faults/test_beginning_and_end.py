"""A server that starts without its database, and one that is asked to end while it is busy."""

import pytest

from faults.clients import CLIENTS
from faults.cold_start import serve_once, start
from faults.goodbye import leave
from faults.installation import Installation
from faults.outage import OUTAGES, Outage


@pytest.fixture(scope="module")
def served(installed: Installation) -> Installation:
    """Its last server has left."""
    serve_once(installed)
    return installed


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name)
def test_a_server_decides_from_what_the_last_one_left_on_disk(served: Installation, outage: Outage):
    _, wrong = start(served, outage)

    assert wrong == 0


def test_a_server_that_is_asked_to_end_answers_what_is_under_way_and_stores_it(installed: Installation):
    with installed.serving() as server:
        left = leave(installed, server)

    assert left.answers == {"202": CLIENTS}
    assert left.status == 0
    assert (left.verdict.lost, left.verdict.doubled) == (0, 0)
