"""What a subject is shown of a scope: as it was kept while all that it was made from is as it was, else made anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from tessella.domain.definitions.scopes import ORDER
from tessella.domain.errors import Unavailable
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import ExperimentId, FeatureName, Instant, ScopeId, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.ranking import DEFAULT_ORDER, RULE_V1, RankedItem, ScopeRanking, WhyDefault
from tessella.domain.personalization.rollout import is_in_rollout
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.ports import Session
from tessella.ports.personalization import KeptRanking, StoredRanking
from tessella.usecases.experiments.assigning.allocate import allocate
from tessella.usecases.experiments.assigning.units import AllocationRequest
from tessella.usecases.load_subject import asked_subject, consented
from tessella.usecases.personalization.made import basis_of, kept_until, made

#: Of a database that is away nothing is known, and nothing is kept.
_NOTHING: Final = KeptRanking(None, None)


class RankingRequest(msgspec.Struct, frozen=True):
    """What is asked. A struct: one is made for every request."""

    scope: ScopeId
    limit: int
    subject_id: SubjectId | None = None


async def recommend_scope(session: Session, request: RankingRequest) -> ScopeRanking:
    """The items of a scope in the order for a subject, at most as many as the installation allows.

    Who has opted out, is not in the rollout, is nobody, or asks while rankings are switched off, gets the default
    order; nothing of them is read. Raises `NoSuch`, `NotYours`, `SubjectIsAddress`, and `DatabaseAway` where the
    scope's items were never read.
    """
    subject_id, flags = asked_subject(session, request.subject_id), session.flags()
    ranker = await session.ranker(request.scope)
    why = _why_default(subject_id, flags)
    facts = None if why or subject_id is None else consented(await session.known(subject_id))
    if subject_id is None or facts is None:
        return _cut(_default(ranker, session.now(), why or WhyDefault.OPTED_OUT), request.limit)
    return _cut(await _personal(session, ranker, subject_id, facts.values, flags), request.limit)


def _why_default(subject_id: SubjectId | None, flags: Flags) -> WhyDefault | None:
    """What is known before anything of the subject is read."""
    if not flags.personalization_rankings:
        return WhyDefault.SWITCHED_OFF
    if subject_id is None:
        return WhyDefault.ANONYMOUS
    return None if is_in_rollout(subject_id, flags.rollout_percent) else WhyDefault.NOT_IN_ROLLOUT


async def _personal(
    session: Session, ranker: ScopeRanker, subject_id: SubjectId, facts: Mapping[FeatureName, Value], flags: Flags
) -> ScopeRanking:
    scope = ranker.prepared.scope
    kept, now = await _kept(session, subject_id, scope.scope_id), session.now()
    if not kept.personalization_enabled:
        return _default(ranker, now, WhyDefault.OPTED_OUT)
    model = await _order(session, scope.experiment_id, subject_id)
    subject = ranker.prepared.subject(subject_id, facts, kept.vector)
    basis = basis_of(ranker, flags, subject, kept.vector, model)
    if kept.ranking is not None and holds(kept, kept.ranking, basis, now):
        return ScopeRanking(scope.scope_id, kept.ranking.placed.items, model, kept.ranking.computed_at, cached=True)
    placed = made(ranker, model, subject_id, subject, kept.vector, now)
    until = kept_until(ranker, session.installed().kept_us, now)
    if kept is not _NOTHING:
        await _keep(session, StoredRanking(subject_id, scope.scope_id, placed, model, basis, now, until))
    return ScopeRanking(scope.scope_id, _without_tags(placed.items), model, now)


def holds(kept: KeptRanking, ranking: StoredRanking, basis: str, now: Instant) -> bool:
    """Whether a ranking is still what would be made: it is of the same, young enough, and made since they agreed."""
    changed_at = kept.settings_changed_at
    is_agreed = changed_at is None or changed_at <= ranking.computed_at
    return is_agreed and ranking.basis == basis and ranking.computed_at <= now < ranking.valid_until


async def _kept(session: Session, subject_id: SubjectId, scope: ScopeId) -> KeptRanking:
    try:
        return await session.kept_ranking(subject_id, scope)
    except Unavailable:
        return _NOTHING


async def _keep(session: Session, ranking: StoredRanking) -> None:
    """Who asks is answered whether it can be kept or not: it would be made again."""
    try:
        await session.keep_scope_ranking(ranking)
    except Unavailable:
        return


async def _order(session: Session, experiment_id: ExperimentId | None, subject_id: SubjectId) -> str:
    """By the rules, but for those whom an experiment has given another order."""
    if experiment_id is None:
        return RULE_V1
    allocation = await allocate(session, AllocationRequest(experiment_id, subject_id, {}))
    return str(allocation.variant.content[ORDER]) if allocation.assignment is not None else RULE_V1


def _default(ranker: ScopeRanker, now: Instant, why: WhyDefault) -> ScopeRanking:
    scope = ranker.prepared.scope.scope_id
    return ScopeRanking(scope, ranker.default(now), DEFAULT_ORDER, now, why_default=why)


def _without_tags(items: Sequence[RankedItem]) -> tuple[RankedItem, ...]:
    """Items as they read back: whoever shows them has nothing to hide."""
    return tuple(RankedItem(each.item_id, each.score, each.confidence) for each in items)


def _cut(ranking: ScopeRanking, limit: int) -> ScopeRanking:
    return msgspec.structs.replace(ranking, items=ranking.items[:limit])
