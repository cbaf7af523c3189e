"""`tessella experiments refresh|results|assignments|evaluate`."""

import asyncio
import json
from pathlib import Path

import pytest

from tessella.domain.identifiers import Namespace
from tests.cli.command import Command
from tests.database import Dsns, session_of, storage_with
from tests.experiments import BANNER, banner, declare, everywhere, fits, meet
from tests.sharing import share

USERS = [f"u{number}" for number in range(400)]
BETTER = everywhere(plain=0.1, bold=0.3)


async def prepared(dsn: str, home: Path, namespace: Namespace) -> None:
    async with storage_with(dsn, home, namespace) as storage:
        await declare(await session_of(storage, namespace), banner())
        await meet(await session_of(storage, namespace), USERS, BETTER)
        await share(await session_of(storage, namespace), USERS)


@pytest.fixture
def met(tessella: Command, database: Dsns, installation_home: Path, namespace: Namespace) -> Command:
    """The command in a namespace with an experiment that 400 units have met."""
    asyncio.run(prepared(database.app, installation_home, namespace))
    return tessella.within(namespace)


def test_an_experiment_is_refreshed_told_exported_and_another_policy_evaluated_on_its_log(
    met: Command, tmp_path: Path
) -> None:
    refreshed = met("experiments", "refresh", BANNER, "--json").json()
    assert (refreshed["results"]["units"], refreshed["results"]["mature_units"]) == (400, 0)
    printed = met("experiments", "results", BANNER).well().out
    assert "Not yet known" in printed
    assert "Verdict: go_on. Go on: nothing can be compared yet." in printed
    assert max(map(len, printed.splitlines()[:-1])) <= 80  # all but the note, which is one sentence
    log, policy, wrong = tmp_path / "log.csv", tmp_path / "policy.json", tmp_path / "wrong.json"
    policy.write_text(json.dumps({"otherwise": {"bold": 1}, "device:mobiles": {"plain": 1}}))
    wrong.write_text(json.dumps({"default": {"bolt": 1}}))
    met("experiments", "assignments", BANNER, "--format", "csv", "--to", log).well()
    rows = met("experiments", "assignments", BANNER).well().out.splitlines()
    assert len(rows) == len(log.read_text().splitlines()) - 1 == 400
    asked = ("experiments", "evaluate", BANNER, "--policy", policy, "--json")
    stored, exported = met(*asked, "--young").json(), met(*asked, "--young", "--log", log).json()
    assert stored == exported
    robust = stored["estimates"]["doubly_robust"]
    assert fits(robust["interval"]["low"], robust["interval"]["high"], 0.3)
    assert stored["estimates"]["logged"]["value"] < robust["value"]
    printed = met(*asked[:-1], "--young").well().out
    assert '400 units of these by "otherwise"' in printed
    assert "segments that no unit is stored with: device:mobiles." in printed
    assert "400 are too young" in met(*asked).out
    assert 'Did you mean "bold"?' in met("experiments", "evaluate", BANNER, "--policy", wrong).refused()
