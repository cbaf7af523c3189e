"""What the jobs of predictions do."""

from __future__ import annotations

import msgspec

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json
from tessella.domain.predictions.training.asked import read_training
from tessella.domain.typed import convert
from tessella.jobs.order import Order
from tessella.usecases.predictions.score_segment import ScoreRequest


async def train_model(order: Order) -> Json:
    """Train a prediction's model on the past, put it to use, and have what it says written as facts."""
    asked = read_training(order.attempt.inputs, now=order.attempt.asked_at)
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            stored = await usecases.train_model(
                session, warehouse, order.workshop.open_engine, order.workshop.write_model, asked, order.progress
            )
    manifest = stored.manifest
    quality = None if manifest.card is None else msgspec.to_builtins(manifest.card.quality)
    told = {"model_id": manifest.model_id, "version": manifest.version, "predictor": manifest.predictor}
    return {**told, "cut": iso(manifest.cut), "quality": quality}


async def refresh_predictions(order: Order) -> Json:
    """Write what predictions say of everybody as facts."""
    async with order.session() as session:
        as_of = await usecases.refresh_moment(session, order.attempt.asked_at)
        with order.workshop.warehouse() as warehouse:
            done = await usecases.refresh_predictions(session, warehouse, as_of=as_of, progress=order.progress)
    told = {"features": list(done.features), "as_of": iso(done.as_of), "changed": done.changed}
    return {**told, "left_out": dict(done.left_out), "warnings": list(done.warnings)}


async def predict_segment(order: Order) -> Json:
    """Predict for everybody in a segment, and keep a result for each."""
    asked = convert(order.attempt.inputs, ScoreRequest)
    async with order.session() as session:
        scored = await usecases.score_segment(
            session, order.workshop.scoring, asked, order.attempt.run_id, order.progress
        )
    told = {"type": scored.type, "as_of": iso(scored.as_of), "members": scored.members, "failed": scored.failed}
    return {**told, "stats": msgspec.to_builtins(scored.stats)}


async def segment_prediction_stats(order: Order) -> Json:
    """Count what predictions come to for every active segment, and keep it."""
    async with order.session() as session:
        made = await usecases.keep_segment_stats(session, order.workshop.scoring, order.progress)
    return {"segments": len(made)}


async def watch_models(order: Order) -> Json:
    """Compare who there is with whom the active models learned from, and what they said with what has happened."""
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            found = await usecases.watch_models(
                session, warehouse, model_id=order.attempt.inputs.get("model_id"), progress=order.progress
            )
    return [
        {"model_id": each.model_id, "version": each.version, "as_of": iso(each.as_of), "psi": each.drift.worst}
        for each in found
    ]
