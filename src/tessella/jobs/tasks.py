"""What each job does: a few lines over a use case. A task may be begun again at any point, so it does nothing twice."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

import msgspec

from tessella import usecases
from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.gate import iso
from tessella.domain.features.instants import read_instant
from tessella.domain.identifiers import Instant, Json, Namespace, Role
from tessella.domain.predictions.training.asked import read_training
from tessella.domain.ranking.evaluation.asked import read_evaluation, read_tuning
from tessella.domain.segments.proposing.search import read_search
from tessella.ports import Caller, Progress, Session, Warehouse
from tessella.ports.audience_reading import MemberFiles
from tessella.ports.audiences import CalculationKind
from tessella.ports.customer_engine import CustomerEngine
from tessella.ports.jobs import Attempt, Job
from tessella.ports.models import ModelWriter
from tessella.ports.scoring import Scoring
from tessella.usecases.audiences.export_members import read_export
from tessella.usecases.consistency.asked import read_check
from tessella.usecases.predictions.score_segment import ScoreRequest


class Workshop(Protocol):
    """The running parts of the worker's process."""

    def session(self, caller: Caller) -> AbstractAsyncContextManager[Session]:
        """A caller's view of their namespace."""
        ...

    def warehouse(self) -> AbstractContextManager[Warehouse]:
        """An engine for set-wise work, for as long as the block is open."""
        ...

    def open_engine(self, namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        """A namespace's source of customers. Raises `LocationRefused`, `CredentialsMissing` and `PackageMissing`."""
        ...

    @property
    def write_model(self) -> ModelWriter:
        """Writes what was trained as ONNX."""
        ...

    @property
    def scoring(self) -> Scoring:
        """What scores whole segments, in a process beside this one."""
        ...

    def exports(self, namespace: Namespace) -> AbstractContextManager[MemberFiles]:
        """What writes members of a namespace's segments to files, likewise."""
        ...


@dataclass(frozen=True, slots=True)
class Order:
    """What a task is given."""

    attempt: Attempt
    workshop: Workshop
    progress: Progress

    def session(self) -> AbstractAsyncContextManager[Session]:
        """A session of the namespace's administrator: only those may ask for jobs."""
        return self.workshop.session(Caller(self.attempt.namespace, Role.ADMIN))

    def as_of(self) -> Instant:
        """The moment that was asked for, or that of asking."""
        return read_instant(self.attempt.inputs.get("as_of"), "/as_of") or self.attempt.asked_at


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


async def refresh_predictions(order: Order) -> Json:
    """Write what predictions say of everybody as facts."""
    named = read_instant(order.attempt.inputs.get("as_of"), "/as_of")
    async with order.session() as session:
        as_of = await usecases.refresh_moment(session, order.attempt.asked_at) if named is None else named
        with order.workshop.warehouse() as warehouse:
            done = await usecases.refresh_predictions(session, warehouse, as_of=as_of, progress=order.progress)
    told = {"features": list(done.features), "as_of": iso(done.as_of), "changed": done.changed}
    return {**told, "left_out": dict(done.left_out), "warnings": list(done.warnings)}


async def predict_segment(order: Order) -> Json:
    """Predict for everybody in a segment, and keep a result for each."""
    asked = msgspec.convert(order.attempt.inputs, ScoreRequest)
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


TASKS: Final[Mapping[str, Callable[[Order], Awaitable[Json]]]] = {
    Job.BUILD_INDEX: build_index,
    Job.CALCULATE_AUDIENCES: calculate_audiences,
    Job.CHECK_CONSISTENCY: check_consistency,
    Job.COMPUTE_FEATURES: compute_features,
    Job.EVALUATE_RANKING: evaluate_ranking,
    Job.EXPORT_MEMBERS: export_members,
    Job.PREDICT_SEGMENT: predict_segment,
    Job.PROPOSE_SEGMENTS: propose_segments,
    Job.REFRESH_PREDICTIONS: refresh_predictions,
    Job.TRAIN_MODEL: train_model,
    Job.SEGMENT_PREDICTION_STATS: segment_prediction_stats,
    Job.TUNE_PROFILE: tune_profile,
    Job.VERIFY_AUDIT: verify_audit,
    Job.WATCH_MODELS: watch_models,
}
