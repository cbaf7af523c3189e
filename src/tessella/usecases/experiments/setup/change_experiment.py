"""Change an experiment: its status, or how it is segmented."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from tessella.domain.definitions import Kind, write_definition
from tessella.domain.errors import ExperimentOver, Faults, StaleVersion, WrongStatus
from tessella.domain.experiments.setup.declared import read_experiment
from tessella.domain.experiments.setup.experiment import OVER, Experiment, ExperimentStatus
from tessella.domain.experiments.setup.segmentation import Segmentation
from tessella.domain.experiments.setup.segmentation_change import changed
from tessella.domain.identifiers import ExperimentId, Json
from tessella.ports import Session, StoredDefinition
from tessella.usecases.definitions import get_definition, relative, save_definition
from tessella.usecases.experiments.anew import anew

#: By the status that is wanted, those that lead there.
_FROM: Final[Mapping[ExperimentStatus, tuple[ExperimentStatus, ...]]] = {
    ExperimentStatus.RUNNING: (ExperimentStatus.DRAFT, ExperimentStatus.PAUSED),
    ExperimentStatus.PAUSED: (ExperimentStatus.RUNNING,),
    ExperimentStatus.STOPPED: (ExperimentStatus.RUNNING, ExperimentStatus.PAUSED),
    ExperimentStatus.ARCHIVED: (ExperimentStatus.DRAFT, ExperimentStatus.STOPPED),
}


async def set_status(
    session: Session, experiment_id: ExperimentId, wanted: ExperimentStatus, *, expected_version: int | None = None
) -> StoredDefinition:
    """Start, pause, stop or archive an experiment; nothing happens to one that is so already.

    Raises `NoSuch`, `StaleVersion`, `WrongStatus`, and `Faults` where it may not begin beside what else is defined.
    """

    def change(experiment: Experiment) -> Experiment:
        if experiment.status not in (wanted, *_FROM[wanted]):
            possible = " or ".join(_FROM[wanted])
            raise WrongStatus(experiment_id, experiment.status, wanted, possible)
        return msgspec.structs.replace(experiment, status=wanted)

    return await change_experiment(session, experiment_id, change, expected_version=expected_version)


async def get_segmentation(session: Session, experiment_id: ExperimentId) -> tuple[Segmentation, int]:
    """How an experiment is segmented, and the version of it. Raises `NoSuch`."""
    stored = await get_definition(session, Kind.EXPERIMENT, experiment_id)
    return segmentation_of(stored), stored.version


async def change_segmentation(
    session: Session, experiment_id: ExperimentId, written: Mapping[str, Json], *, expected_version: int | None = None
) -> StoredDefinition:
    """Take up what a body says of segmentation; what it leaves out stays as it was.

    Raises `Invalid` errors with pointers into `written`, `NoSuch`, `StaleVersion` and `ExperimentOver`.
    """

    def change(experiment: Experiment) -> Experiment:
        if experiment.status in OVER:
            raise ExperimentOver(experiment_id, experiment.status)
        return msgspec.structs.replace(experiment, segmentation=changed(experiment.segmentation, written))

    try:
        return await change_experiment(session, experiment_id, change, expected_version=expected_version)
    except Faults as faults:
        raise Faults([relative(each, "/segmentation") for each in faults.faults()]) from None


def segmentation_of(stored: StoredDefinition) -> Segmentation:
    """How a stored experiment is segmented. Raises `Faults` for one that cannot be read."""
    return read_experiment(stored.body).segmentation


async def change_experiment(
    session: Session,
    experiment_id: ExperimentId,
    change: Callable[[Experiment], Experiment],
    *,
    expected_version: int | None = None,
) -> StoredDefinition:
    """Publish what `change` makes of an experiment; nothing where it is the same.

    Without an expected version it is made of the newest one, whoever else publishes. Raises `NoSuch`, `StaleVersion`,
    what the change raises, and `Faults` with pointers into the experiment.
    """
    if expected_version is not None:
        return await _published(session, experiment_id, change, expected_version)
    return await anew(lambda: _published(session, experiment_id, change, None))


async def _published(
    session: Session,
    experiment_id: ExperimentId,
    change: Callable[[Experiment], Experiment],
    expected_version: int | None,
) -> StoredDefinition:
    stored = await get_definition(session, Kind.EXPERIMENT, experiment_id)
    if expected_version not in (None, stored.version):
        raise StaleVersion(Kind.EXPERIMENT, experiment_id, stored.version, expected_version)
    before = read_experiment(stored.body)
    after = change(before)
    if after == before:
        return stored
    saved = await save_definition(
        session, Kind.EXPERIMENT, experiment_id, write_definition(after), expected_version=stored.version
    )
    return saved.stored
