"""Check a rule, try a rule, try a request."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from tessella import usecases
from tessella.domain.errors import WrongShape
from tessella.domain.features.instants import read_instant
from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import SegmentId, SubjectId
from tessella.http.answers import answer
from tessella.http.auth import opened
from tessella.http.bodies import read
from tessella.http.caps import DECISION, DEFINITION, RECOMMENDATION
from tessella.http.openapi import described
from tessella.http.problems import fault_of
from tessella.http.routes.decide import asked
from tessella.http.routes.recommend import items_asked
from tessella.http.schemas.explain import SimulateBody
from tessella.http.schemas.recommend import SimulateItemsBody
from tessella.http.schemas.rules import (
    DryRunAnswer,
    DryRunBody,
    FeatureWord,
    HintShown,
    OperatorWord,
    RuleChecked,
    SegmentHintShown,
    SegmentsLinted,
    SqlForm,
    ValidateBody,
    VocabularyShown,
)
from tessella.http.shown.decisions import simulated, tree_shown
from tessella.http.shown.items import recommendation_explained
from tessella.ports import Session
from tessella.usecases.decide import DecisionRequest
from tessella.usecases.dry_run import DryRun
from tessella.usecases.validate_rule import CheckedRule, SqlText

router = APIRouter(prefix="/api/v1", tags=["rules"])


@router.post("/rules/validate", openapi_extra=described(body="ValidateBody", answer="RuleChecked"))
async def validate_rule(request: Request) -> Response:
    """Say everything about a rule: its faults, or its meaning in English and SQL, and hints.

    A rule at fault is answered with 200 and `valid: false`.
    """
    async with opened(request, "rules.validate") as session:
        body = await read(request, ValidateBody, DEFINITION)
        return answer(_checked(await usecases.validate_rule(session, body.expr, body.form)))


@router.get("/rules/lint", openapi_extra=described(answer="SegmentsLinted"))
async def lint_segments(request: Request) -> Response:
    """Say what is odd about the segments: which tie, match nobody, or are never chosen."""
    async with opened(request, "rules.validate") as session:
        hints = await usecases.lint_segments(session)
    return answer(SegmentsLinted([SegmentHintShown(each.segment_id, each.code, each.text) for each in hints]))


@router.get("/rules/vocabulary", openapi_extra=described(answer="VocabularyShown"))
async def rule_vocabulary(request: Request) -> Response:
    """List the features that a rule may read, and the operators with the types that they stand on."""
    async with opened(request, "rules.validate") as session:
        found = await usecases.rule_vocabulary(session)
    return answer(
        VocabularyShown(
            [_feature_word(each) for each in found.features],
            [OperatorWord(name, tuple(accepts)) for name, accepts in found.operators.items()],
        )
    )


@router.post("/rules/dry-run", openapi_extra=described(body="DryRunBody", answer="DryRunAnswer"))
async def dry_run(request: Request) -> Response:
    """Try a rule or a segment; nothing is stored. It is tried on a context or a subject, a segment by its id."""
    async with opened(request, "rules.dry_run") as session:
        body = await read(request, DryRunBody, DEFINITION)
        tried = await _dry_run(session, body)
    return answer(
        DryRunAnswer(tried.matched, tried.sentence, tree_shown(tried.tree), tried.chosen_segment_id, tried.sources)
    )


async def _dry_run(session: Session, body: DryRunBody) -> DryRun:
    if (body.expr is msgspec.UNSET) == (body.segment_id is None):
        raise WrongShape("", "Send either expr or segment_id.")
    if body.segment_id is not None:
        return await usecases.dry_run_segment(session, SegmentId(body.segment_id), _request(body))
    return await usecases.dry_run_rule(session, body.expr, body.form, _request(body))


def _request(body: DryRunBody) -> DecisionRequest:
    subject_id = None if body.subject_id is None else SubjectId(body.subject_id)
    return DecisionRequest(subject_id, body.context, at=read_instant(body.at, "/at"))


@router.post("/simulate", openapi_extra=described(body="SimulateBody", answer="Simulated"))
async def simulate(request: Request) -> Response:
    """Decide without recording anything, and say why every other segment lost."""
    async with opened(request, "simulate") as session:
        body = await read(request, SimulateBody, DECISION)
        return answer(simulated(await usecases.simulate(session, asked(body))))


@router.post("/simulate/recommend", openapi_extra=described(body="SimulateItemsBody", answer="RecommendationExplained"))
async def simulate_recommendation(request: Request) -> Response:
    """Rank items without recording anything, explained: as POST /api/v1/recommend with `explain` would answer.

    Its `decision_id` is nobody's: the audit does not have it.
    """
    async with opened(request, "simulate") as session:
        body = await read(request, SimulateItemsBody, RECOMMENDATION)
        return answer(recommendation_explained(await usecases.simulate_recommendation(session, items_asked(body))))


def _feature_word(feature: Feature) -> FeatureWord:
    return FeatureWord(
        feature.name, feature.type, feature.source, feature.group, feature.unit, feature.description,
        feature.allowed_values,
    )  # fmt: skip


def _checked(rule: CheckedRule) -> RuleChecked:
    duckdb = rule.sql.get("duckdb", SqlText())
    return RuleChecked(
        valid=rule.valid,
        errors=[fault_of(each) for each in rule.errors],
        sentence=rule.sentence,
        sql=duckdb.sql,
        not_sql_because=duckdb.not_sql_because,
        engines={engine: SqlForm(each.sql, each.not_sql_because) for engine, each in rule.sql.items()},
        lint=[HintShown(each.pointer, each.code, each.text) for each in rule.lint],
        canonical=rule.canonical,
    )
