"""Evaluate rankings: what each order would have shown at a cut, and what people turned to after it.

Source: requirement D, "Evaluation Metrics".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from tessella.domain.features.subject import NO_FACTS, Facts
from tessella.domain.identifiers import Instant, ScopeId, SubjectId
from tessella.domain.personalization.diversity import Likeness
from tessella.domain.personalization.figures import COVERAGE
from tessella.domain.personalization.ranking import DEFAULT_ORDER, RANDOM, RULE_V1
from tessella.ports import Progress, Session, Warehouse
from tessella.ports.personalization import EvaluatedMetric, Period
from tessella.usecases.personalization.asked import PersonalizationAsked
from tessella.usecases.personalization.engagement import engagement, metric_of
from tessella.usecases.personalization.judge import Lists, Told, accuracy_told, diversity_told
from tessella.usecases.personalization.past import Past, past_of
from tessella.usecases.progress import after_each

if TYPE_CHECKING:
    from tessella.domain.personalization.rule_v1.ranker import ScopeRanker

#: How far an evaluation is when the past is read.
_READ: Final = 0.5
#: Facts of so many subjects are read at once.
_AT_ONCE: Final = 500


async def evaluate_rankings(
    session: Session, warehouse: Warehouse, asked: PersonalizationAsked, progress: Progress = lambda share: None
) -> Sequence[EvaluatedMetric]:
    """Rank at the cut by the rules of each active scope, by its default order and at random; keep and give the figures.

    Every week coverage and diversity are told; every month, and when asked for, also precision at K, MAP and NDCG of
    each order, and the online metrics. Vectors are as of the cut; facts, scopes and items are those of now. Who has
    opted out is in no figure. Raises what the session and the warehouse raise.
    """
    told = [] if asked.period is Period.WEEKLY else await engagement(session, warehouse, asked)
    past = await past_of(session, warehouse, asked)
    progress(_READ)
    scopes = session.snapshot().definitions.scopes.values()
    rankers = {each.scope_id: await session.ranker(each.scope_id) for each in scopes if each.active}
    tell = after_each(progress, len(rankers) + 1, begin=_READ, end=1.0)
    for scope_id, ranker in rankers.items():
        lists = await _orders(session, ranker, past, asked.cut)
        told += await asyncio.to_thread(_judged, asked, scope_id, ranker, lists, past)
        tell()
    figures = [*told, *await _coverage(session, asked, list(rankers))]
    await session.add_evaluated(figures)
    return figures


async def _orders(session: Session, ranker: ScopeRanker, past: Past, cut: Instant) -> Mapping[str, Lists]:
    """The items of each subject, by the name of the order."""
    prepared, subjects = ranker.prepared, sorted(past.vectors)
    facts: dict[SubjectId, Facts] = {}
    for begin in range(0, len(subjects) if prepared.facts else 0, _AT_ONCE):
        facts |= await session.facts_for_rankings(subjects[begin : begin + _AT_ONCE], prepared.facts)
    usual = [each.item_id for each in ranker.default(cut)]
    by_rules: dict[SubjectId, list[str]] = {}
    for subject_id, vector in past.vectors.items():
        values = prepared.subject(subject_id, facts.get(subject_id, NO_FACTS).values, vector)
        by_rules[subject_id] = [each.item_id for each in ranker.ranked(values, vector, cut)]
    by_chance = {each: [item.item_id for item in ranker.random(each, cut)] for each in subjects}
    return {RULE_V1: by_rules, DEFAULT_ORDER: dict.fromkeys(subjects, usual), RANDOM: by_chance}


def _judged(
    asked: PersonalizationAsked, scope_id: ScopeId, ranker: ScopeRanker, orders: Mapping[str, Lists], past: Past
) -> list[EvaluatedMetric]:
    items = ranker.candidates.items
    likeness, shown = Likeness({each.item_id: each.values for each in items}), {each.item_id for each in items}
    found: list[EvaluatedMetric] = []
    for model, lists in orders.items():
        told: list[Told] = [diversity_told(lists, likeness, asked.length)]
        if asked.period is not Period.WEEKLY:
            told += accuracy_told(lists, past.turned_to, shown, asked.length)
        found += [metric_of(asked.evaluated_at, asked.period, *each, scope=scope_id, model=model) for each in told]
    return found


async def _coverage(session: Session, asked: PersonalizationAsked, scopes: Sequence[ScopeId]) -> list[EvaluatedMetric]:
    """Of each scope the share of subjects with a vector who have a ranking that may be served."""
    counted = await session.covered_counts()
    active = counted.subjects
    shares = {each: counted.rankings.get(each, 0) / active if active else None for each in scopes}
    return [
        metric_of(asked.evaluated_at, asked.period, COVERAGE, share, active, scope=each, model=RULE_V1)
        for each, share in shares.items()
    ]
