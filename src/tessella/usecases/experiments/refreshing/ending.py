"""How experiments end: by their own rules, and with a last report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from tessella.domain.definitions import Kind
from tessella.domain.experiments.setup.experiment import ALIVE, OVER, Experiment, ExperimentStatus
from tessella.domain.identifiers import ExperimentId, Instant, Json
from tessella.ports import Change, Session
from tessella.usecases.publish_changes import publish_changes

#: Versions that are read at once.
_AT_ONCE: Final = 100


async def stop_at_maximum(session: Session, experiment: Experiment) -> None:
    """Publish it as stopped, with a comment that says why. Nothing happens where somebody has stopped it already.

    Nothing else stops an experiment by itself.
    """
    name = experiment.experiment_id
    stored = await session.stored_one(Kind.EXPERIMENT, name)
    if stored is None or _status(stored.body) not in ALIVE:
        return
    stopped = Change(Kind.EXPERIMENT, name, {**stored.body, "status": ExperimentStatus.STOPPED.value}, stored.version)
    await publish_changes(session, [stopped], comment=_why(experiment))


async def without_last_report(session: Session) -> Sequence[ExperimentId]:
    """The experiments that have ended and have no report of what came before the end, by name."""
    found = session.snapshot().definitions.experiments
    over = [found[name] for name in sorted(found) if found[name].status in OVER]
    made = {each.experiment_id: each.made_at for each in await session.reports()}
    return [each.experiment_id for each in over if made.get(each.experiment_id, 0) < await as_of(session, each)]


async def as_of(session: Session, experiment: Experiment) -> Instant:
    """Until when rewards count: now, and to the end of an experiment that has ended."""
    ended, below = session.now(), None
    if experiment.status not in OVER:
        return ended
    while versions := await session.versions(Kind.EXPERIMENT, experiment.experiment_id, limit=_AT_ONCE, below=below):
        for each in versions:
            if each.body is None or _status(each.body) not in OVER:
                return ended
            ended, below = each.changed_at, each.version
    return ended


def _status(body: Mapping[str, Json]) -> Json:
    return body.get("status", ExperimentStatus.RUNNING)


def _why(experiment: Experiment) -> str:
    rules = experiment.stopping
    asked = {"units": rules.max_units, "days": rules.max_days}
    most = " or ".join(f"{most:g} {what}" for what, most in asked.items() if most is not None)
    return f"{experiment.experiment_id} has had {most}: it was stopped by its own rule."
