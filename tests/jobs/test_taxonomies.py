"""Calibrations and refreshes as jobs: asked for, done by a worker, asked for again at night."""

from collections.abc import Sequence

import pytest

from tessella.bootstrap import Application
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.jobs.appointments import Appointment, Calendar, with_taxonomies
from tessella.jobs.nightly import Nightly, ask_for_game_refreshes
from tessella.ports import Session
from tessella.ports.jobs import Job, RunState
from tessella.storage.store import Storage
from tests.database import fresh_namespace
from tests.jobs.conftest import finished, working
from tests.usecases.games import ARENA, AS_OF, declare_arena, play

pytestmark = pytest.mark.anyio


async def test_a_game_is_calibrated_by_a_worker_and_refreshed_at_night(
    application: Application, storage: Storage, session: Session
) -> None:
    await declare_arena(session)
    await play(session)
    other = fresh_namespace()
    await storage.administration.create_namespace(other)
    asked = {"game_id": ARENA, "as_of": iso(AS_OF), "force": True}
    run = await session.ask_for(Job.CALIBRATE_TAXONOMY, asked)
    assert (await session.ask_for(Job.CALIBRATE_TAXONOMY, asked)).run_id == run.run_id

    async def here(calendar: Calendar) -> Sequence[Namespace]:
        """Not in those of other tests too: the worker would refresh the games of them all."""
        found = await with_taxonomies(calendar)
        assert session.caller.namespace in found
        assert other not in found
        return [session.caller.namespace]

    nightly = Appointment("nightly_taxonomies", "* * * * * *", ask_for_game_refreshes, here)
    async with working(application, storage):
        done = await finished(session, run)
        assert done.state is RunState.SUCCEEDED, done.error
        assert (done.result["version"], done.result["players"]) == (1, 40)
        assert done.result["segments"] == {"monetization": 2}
        await Nightly(storage.ledger, application, [nightly]).ask(nightly)
        [refresh], _ = await session.runs(job=Job.REFRESH_TAXONOMY, state=None, limit=2, cursor=None)
        refreshed = await finished(session, refresh)
    assert refreshed.state is RunState.SUCCEEDED, refreshed.error
    assert (refreshed.result["version"], refreshed.result["players"]) == (1, 40)
    assert (await session.profile_of(ARENA, SubjectId("p001"))) is not None


async def test_a_calibration_without_players_fails_and_says_how_to_go_on(
    application: Application, storage: Storage, session: Session
) -> None:
    await declare_arena(session)
    async with working(application, storage):
        run = await finished(session, await session.ask_for(Job.CALIBRATE_TAXONOMY, {"game_id": ARENA}))
    assert run.error is not None
    assert (run.state, run.error.kind) == (RunState.FAILED, "NoDays")
    assert "window_days" in run.error.faults[0].hint
