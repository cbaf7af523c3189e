"""The scenarios of `faults/` in short: what was promised holds, whatever is killed. How fast is for `make faults`."""

import pytest

from faults.checker import Verdict
from faults.clients import busy
from faults.history import History
from faults.installation import Installation
from faults.kills import kill
from faults.outage import OUTAGES, Outage, outlast
from faults.server import Server
from faults.workload import NAMESPACE

SEED = 4


def nothing_is_wrong(history: History, verdict: Verdict) -> None:
    assert verdict.acknowledged > 0
    assert (verdict.lost, verdict.doubled, verdict.invented, verdict.miscounted) == (0, 0, 0, 0)
    assert not history.wrong
    assert not history.decision_errors
    assert not history.write_errors
    assert (history.lost["Refused"], history.lost["Late"]) == (0, 0)


def test_killing_workers_connections_and_the_postmaster_loses_doubles_and_hides_nothing(
    installed: Installation, server: Server
):
    history, verdict = kill(installed, server, SEED, {"worker": 2, "backends": 2, "postmaster": 2})

    nothing_is_wrong(history, verdict)
    assert installed.run("audit", "verify", "--namespace", NAMESPACE).returncode == 0


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name)
def test_decisions_go_on_while_the_database_is_away_and_writes_are_put_off(
    installed: Installation, server: Server, outage: Outage
):
    clients = busy(server.port, installed.key, SEED)

    outlasted = outlast(outage, installed.cluster, clients, seconds=4, normal_seconds=0)

    history = outlasted.history
    nothing_is_wrong(history, outlasted.verdict)
    assert outlasted.during()
    assert history.writes_put_off > 0
    assert (history.from_request_alone, history.lost.total()) == (0, 0)
    assert history.first_acknowledgement_after(outlasted.back_at) < float("inf")
