"""Long work: asked for, watched, tried again, cancelled. A run tells how far it is, apart from the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.definitions import Kind
from tessella.domain.features.gate import iso
from tessella.domain.features.predicted import predicted
from tessella.domain.identifiers import Instant, Json
from tessella.domain.predictions.training.asked import read_training, setup_of
from tessella.domain.ranking.evaluation.asked import read_evaluation, read_tuning
from tessella.domain.segments.proposing.search import read_search
from tessella.ports import Session
from tessella.ports.audiences import CalculationKind
from tessella.ports.jobs import Job, JobRun, RunLine, RunState
from tessella.ports.models import StoredModel
from tessella.usecases.build_index import check_as_of
from tessella.usecases.definitions import get_definition
from tessella.usecases.training.features import learned_from


async def ask_for_features(session: Session, as_of: Instant | None) -> JobRun:
    """Have features computed as of a moment, or as of now; gives the run that does so already when there is one."""
    return await session.ask_for(Job.COMPUTE_FEATURES, _until(as_of))


async def ask_for_index(session: Session, as_of: Instant | None) -> JobRun:
    """Have the ranking index built from events up to a moment, or up to now; likewise. Raises `WrongShape`."""
    if as_of is not None:
        check_as_of(as_of, session.now())
    return await session.ask_for(Job.BUILD_INDEX, _until(as_of))


async def ask_for_audiences(session: Session, as_of: Instant | None, kind: CalculationKind) -> JobRun:
    """Have audiences calculated as of a moment, or as of now; likewise."""
    return await session.ask_for(Job.CALCULATE_AUDIENCES, {"kind": kind, **_until(as_of)})


async def ask_for_refresh(session: Session) -> JobRun | None:
    """Have predictions refreshed; likewise. None where no feature is declared for them."""
    return await _ask_for_refresh(session, {})


async def ask_for_refresh_by(session: Session, model: StoredModel) -> JobRun | None:
    """Have predictions refreshed by a model that has come into use: a run that goes on may have read the one before."""
    manifest = model.manifest
    return await _ask_for_refresh(session, {"model_id": manifest.model_id, "version": manifest.version})


async def ask_for_audit_verification(session: Session) -> JobRun:
    """Have the audit verified; likewise."""
    return await session.ask_for(Job.VERIFY_AUDIT, {})


async def ask_for_proposals(session: Session, inputs: Mapping[str, Json]) -> JobRun:
    """Have groups looked for, as `read_search` reads it; likewise. Raises `WrongShape` for what it refuses."""
    read_search(inputs, now=session.now())
    return await session.ask_for(Job.PROPOSE_SEGMENTS, inputs)


async def ask_for_evaluation(session: Session, inputs: Mapping[str, Json]) -> JobRun:
    """Have rankings evaluated, as `read_evaluation` reads it; likewise. Raises `WrongShape` for what it refuses."""
    read_evaluation(inputs, now=session.now())
    return await session.ask_for(Job.EVALUATE_RANKING, inputs)


async def ask_for_tuning(session: Session, inputs: Mapping[str, Json]) -> JobRun:
    """Have a profile tuned, as `read_tuning` reads it; likewise. Raises `WrongShape`, and `NoSuch` for the profile."""
    asked = read_tuning(inputs, now=session.now())
    await get_definition(session, Kind.PROFILE, asked.profile_id)
    return await session.ask_for(Job.TUNE_PROFILE, inputs)


async def ask_for_training(session: Session, inputs: Mapping[str, Json]) -> JobRun:
    """Have a model trained, as `read_training` reads it; likewise. Raises `WrongShape`, `NoSuch` and `Faults`."""
    definitions = await session.definitions()
    learned_from(definitions, setup_of(definitions.predictions, read_training(inputs, now=session.now())))
    return await session.ask_for(Job.TRAIN_MODEL, inputs)


async def ask_for_segment_stats(session: Session) -> JobRun:
    """Have predictions counted for every active segment; likewise."""
    return await session.ask_for(Job.SEGMENT_PREDICTION_STATS, {})


async def list_runs(
    session: Session, *, job: Job | None, state: RunState | None, limit: int, cursor: str | None
) -> tuple[Sequence[JobRun], str | None]:
    """One page of runs, the last one asked for first, and the cursor of the next page."""
    return await session.runs(job=job, state=state, limit=limit, cursor=cursor)


async def get_run(session: Session, run_id: str) -> JobRun:
    """How far one run is, and what came of it. Raises `NoSuch`."""
    return await session.run(run_id)


async def get_run_log(session: Session, run_id: str) -> Sequence[RunLine]:
    """What was said while one run was worked on, the first line first. Raises `NoSuch`."""
    return await session.run_log(run_id)


async def retry_run(session: Session, run_id: str) -> JobRun:
    """Have a run that failed done again. Raises `NoSuch`, `RunNotFailed`, and `SameRunOpen`."""
    return await session.retry_run(run_id)


async def cancel_run(session: Session, run_id: str) -> JobRun:
    """End a run that is queued or running; what it has stored stays. Raises `NoSuch` and `RunIsOver`."""
    return await session.cancel_run(run_id)


async def _ask_for_refresh(session: Session, inputs: Mapping[str, Json]) -> JobRun | None:
    if not predicted(session.snapshot().definitions.features.values()):
        return None
    return await session.ask_for(Job.REFRESH_PREDICTIONS, inputs)


def _until(as_of: Instant | None) -> Mapping[str, Json]:
    return {} if as_of is None else {"as_of": iso(as_of)}
