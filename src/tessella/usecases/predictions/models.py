"""Models that were trained or brought: listed, shown, chosen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tessella.domain.errors import ModelFeaturesUnknown, ModelTellsOther
from tessella.domain.identifiers import PredictionId
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.predictions.target import Target
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.ports.models import StoredModel
from tessella.usecases.jobs import ask_for_refresh_by


async def list_models(session: Session) -> Sequence[StoredModel]:
    """Every version of every model, by model, the newest first."""
    return await session.models()


async def get_model(session: Session, model_id: str, version: int | None = None) -> StoredModel:
    """A version with its card; the active one where none is named. Raises `NoSuch`."""
    return await session.stored_model(model_id, version)


async def activate_model(session: Session, model_id: str, version: int) -> StoredModel:
    """Have predictions come from a version: at once here, within two seconds in other processes.

    Facts that the version before has told are told anew by a job. Raises `NoSuch`, `ModelTellsOther`,
    `ModelFeaturesUnknown`, and what the session raises for files that cannot be loaded.
    """
    _check((await session.stored_model(model_id, version)).manifest, session.snapshot())
    return await told_anew(session, await session.activate_model(model_id, version))


async def roll_back_model(session: Session, model_id: str) -> StoredModel:
    """Have predictions come from the version that was active before; likewise. Raises `NoModelBefore` too."""
    _check((await session.model_before(model_id)).manifest, session.snapshot())
    return await told_anew(session, await session.roll_back_model(model_id))


async def told_anew(session: Session, active: StoredModel) -> StoredModel:
    """Have facts written anew that the version before has told, by a job. Of offers there are none."""
    if active.manifest.target is Target.CHURN:
        await ask_for_refresh_by(session, active)
    return active


async def import_model(session: Session, folder: Path, model_id: str) -> StoredModel:
    """Keep a model that was written elsewhere as the next version of `model_id`. It is not active yet.

    `folder` holds `manifest.json` and the files that it names. Each is checked before it is loaded, and loaded first in
    a process that may do no harm. Raises `ModelManifestRefused` and `ModelFileRefused`.
    """
    return await session.import_model(folder, model_id)


def _check(manifest: Manifest, snapshot: Snapshot) -> None:
    """Definitions may have changed since a version was added, or was active."""
    _check_target(manifest, snapshot)
    _check_features(manifest, snapshot)


def _check_target(manifest: Manifest, snapshot: Snapshot) -> None:
    """A model tells what the prediction of its name declares; without one, what its name says, if that is a target."""
    declared = snapshot.definitions.predictions.get(PredictionId(manifest.model_id))
    asked = manifest.model_id if declared is None else declared.target
    if asked in list(Target) and asked != manifest.target:
        raise ModelTellsOther(manifest.model_id, manifest.target, asked)


def _check_features(manifest: Manifest, snapshot: Snapshot) -> None:
    unknown = [each.name for each in manifest.inputs if each.name not in snapshot.definitions.features]
    if unknown:
        raise ModelFeaturesUnknown(manifest.model_id, ", ".join(unknown[:10]))
