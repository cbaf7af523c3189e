"""What each job does: a few lines over a use case. A task may be begun again at any point, so it does nothing twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import msgspec

from tessella import usecases
from tessella.domain.features.gate import iso
from tessella.domain.identifiers import Json
from tessella.domain.ranking.evaluation.asked import read_evaluation, read_tuning
from tessella.domain.segments.proposing.search import read_search
from tessella.jobs.experiment_tasks import train_clusters
from tessella.jobs.order import Order
from tessella.jobs.personalization_tasks import (
    cleanup,
    evaluate_personalization,
    model_training,
    nightly_refresh,
)
from tessella.jobs.prediction_tasks import (
    predict_segment,
    refresh_predictions,
    segment_prediction_stats,
    train_model,
    watch_models,
)
from tessella.jobs.privacy_tasks import erase, rekey
from tessella.jobs.taxonomy_tasks import calibrate_taxonomy, refresh_taxonomy
from tessella.ports.audiences import CalculationKind
from tessella.ports.jobs import Job
from tessella.usecases.audiences.export_members import read_export
from tessella.usecases.consistency.asked import read_check


async def build_index(order: Order) -> Json:
    """Build the ranking index from events up to the moment that was asked for, or to that of asking, and publish it."""
    async with order.session() as session:
        stored = await usecases.build_index(session, as_of=order.as_of(), progress=order.progress)
    counts = msgspec.to_builtins(stored.counts)
    return {"version": stored.version, "as_of": iso(stored.as_of), **counts, "bytes": stored.bytes}


async def calculate_audiences(order: Order) -> Json:
    """Tell who is in which segment, over everybody, and put the result to use."""
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            stored = await usecases.calculate_audiences(
                session, warehouse, order.workshop.open_engine,
                as_of=order.as_of(), progress=order.progress, kind=CalculationKind(order.attempt.inputs["kind"]),
            )  # fmt: skip
    told = {"version": stored.version, "as_of": iso(stored.as_of), "kind": stored.kind}
    return {**told, "subjects": stored.subjects, "bytes": stored.bytes}


async def check_consistency(order: Order) -> Json:
    """Decide a sample of subjects online and set-wise, and keep a report of where these do not agree."""
    asked = read_check(order.attempt.inputs, now=order.attempt.asked_at)
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            stored = await usecases.check_consistency(
                session, warehouse, order.workshop.open_engine, asked, order.progress
            )
    return {"check_id": stored.check_id, "version": stored.report.version, **msgspec.to_builtins(stored.report.counts)}


async def compute_features(order: Order) -> Json:
    """Compute features from events: as of the moment that was asked for, or of the moment of asking."""
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            computed = await usecases.compute_features(session, warehouse, as_of=order.as_of())
    return {"features": computed.features, "as_of": iso(computed.as_of), "changed": computed.changed}


async def verify_audit(order: Order) -> Json:
    """Read the whole audit of the namespace, and tell what is wrong with it."""
    async with order.session() as session:
        return msgspec.to_builtins(await usecases.verify_audit(session, order.progress))


async def propose_segments(order: Order) -> Json:
    """Look for groups that behave otherwise than all, and save them as drafts where that was asked for."""
    search = read_search(order.attempt.inputs, now=order.attempt.asked_at)
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            found = await usecases.propose_segments(session, warehouse, search, order.progress)
        if order.attempt.inputs.get("save_drafts"):
            found = await usecases.save_proposals(session, found)
    return {**msgspec.to_builtins(found), "as_of": iso(found.as_of)}


async def evaluate_ranking(order: Order) -> Json:
    """Evaluate every profile on held-out purchases, and keep the report."""
    asked = read_evaluation(order.attempt.inputs, now=order.attempt.asked_at)
    async with order.session() as session:
        with order.workshop.warehouse() as warehouse:
            stored = await usecases.evaluate(session, warehouse, asked, order.progress)
    return {"evaluation_id": stored.evaluation_id}


async def tune_profile(order: Order) -> Json:
    """Search for better knobs of a profile, keep the report, and save a draft where that was asked for."""
    asked = read_tuning(order.attempt.inputs, now=order.attempt.asked_at)
    async with order.session() as session:
        stored = await usecases.tune(session, asked, order.progress)
        if order.attempt.inputs.get("save_draft"):
            await usecases.save_tuned(session, stored)
    return {"evaluation_id": stored.evaluation_id}


async def export_members(order: Order) -> Json:
    """Write the members of a segment, or everybody, to a file."""
    asked = read_export(order.attempt.inputs)
    async with order.session() as session:
        with order.workshop.exports(order.attempt.namespace) as files:
            exported = await usecases.export_members(session, files, asked)
    told = {"version": exported.audience.version, "as_of": iso(exported.audience.as_of)}
    return {**told, **msgspec.to_builtins(exported.written)}


TASKS: Final[Mapping[str, Callable[[Order], Awaitable[Json]]]] = {
    Job.BUILD_INDEX: build_index,
    Job.CALCULATE_AUDIENCES: calculate_audiences,
    Job.CALIBRATE_TAXONOMY: calibrate_taxonomy,
    Job.CHECK_CONSISTENCY: check_consistency,
    Job.CLEANUP: cleanup,
    Job.COMPUTE_FEATURES: compute_features,
    Job.ERASE_SUBJECT: erase,
    Job.EVALUATE_PERSONALIZATION: evaluate_personalization,
    Job.EVALUATE_RANKING: evaluate_ranking,
    Job.EXPORT_MEMBERS: export_members,
    Job.MODEL_TRAINING: model_training,
    Job.NIGHTLY_REFRESH: nightly_refresh,
    Job.PREDICT_SEGMENT: predict_segment,
    Job.PROPOSE_SEGMENTS: propose_segments,
    Job.REFRESH_PREDICTIONS: refresh_predictions,
    Job.REFRESH_TAXONOMY: refresh_taxonomy,
    Job.REKEY_PSEUDONYMS: rekey,
    Job.TRAIN_CLUSTERS: train_clusters,
    Job.TRAIN_MODEL: train_model,
    Job.SEGMENT_PREDICTION_STATS: segment_prediction_stats,
    Job.TUNE_PROFILE: tune_profile,
    Job.VERIFY_AUDIT: verify_audit,
    Job.WATCH_MODELS: watch_models,
}
