"""The demo's models: learned from what the households did, by jobs beside the server."""

from __future__ import annotations

from typing import Final

from tessella import usecases
from tessella.domain.features.instants import typed_instant
from tessella.domain.identifiers import Instant, PredictionId
from tessella.ports import Session

#: Who buys nothing in 28 days, and who redeems a coupon of which kind of campaign.
MODELS: Final = (PredictionId("churn"), PredictionId("nbo"))


async def ask_for_models(session: Session, as_of: Instant) -> None:
    """Have the models trained that are not there, from what happened up to a moment. Nobody waits for them here."""
    trained = {each.manifest.model_id for each in await session.models_in_use()}
    for prediction_id in MODELS:
        if prediction_id not in trained:
            await usecases.ask_for_training(session, {"prediction_id": prediction_id, "as_of": typed_instant(as_of)})
