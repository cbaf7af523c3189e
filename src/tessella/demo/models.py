"""The demo's models: learned from what the households did, by jobs beside the server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella import usecases
from tessella.domain.features.instants import typed_instant
from tessella.domain.identifiers import Instant, PredictionId
from tessella.ports import Session
from tessella.ports.models import ModelState, StoredModel

#: Who buys nothing in 28 days, and who redeems a coupon of which kind of campaign.
MODELS: Final = (PredictionId("churn"), PredictionId("nbo"))


async def ask_for_models(session: Session, as_of: Instant) -> None:
    """Have the models trained that are not there, from what happened up to a moment. Nobody waits for them here."""
    trained = {each.manifest.model_id for each in await trained_models(session)}
    for prediction_id in MODELS:
        if prediction_id not in trained:
            await usecases.ask_for_training(session, {"prediction_id": prediction_id, "as_of": typed_instant(as_of)})


async def trained_models(session: Session) -> Sequence[StoredModel]:
    """The models in use."""
    return [each for each in await session.models() if each.state is ModelState.ACTIVE]
