"""Stop an experiment that has had what was asked for. Nothing else stops one by itself."""

from __future__ import annotations

from tessella.domain.definitions import Kind
from tessella.domain.experiments.setup.experiment import ALIVE, Experiment, Status
from tessella.ports import Change, Session
from tessella.usecases.publish_changes import publish_changes


async def stop_at_maximum(session: Session, experiment: Experiment) -> None:
    """Publish it as stopped, with a comment that says why. Nothing happens where somebody has stopped it already."""
    name = experiment.experiment_id
    stored = await session.stored_one(Kind.EXPERIMENT, name)
    if stored is None or stored.body.get("status", Status.RUNNING) not in ALIVE:
        return
    stopped = Change(Kind.EXPERIMENT, name, {**stored.body, "status": Status.STOPPED.value}, stored.version)
    await publish_changes(session, [stopped], comment=_why(experiment))


def _why(experiment: Experiment) -> str:
    rules = experiment.stopping
    asked = {"units": rules.max_units, "days": rules.max_days}
    most = " or ".join(f"{most:g} {what}" for what, most in asked.items() if most is not None)
    return f"{experiment.experiment_id} has had {most}: it was stopped by its own rule."
