"""Make the rankings of subjects whose vectors are known, before they ask."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tessella.domain.features.subject import NO_FACTS, Facts
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.ranking import RULE_V1
from tessella.domain.personalization.rollout import is_in_rollout
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.domain.personalization.vector import FeatureVector
from tessella.ports import Session
from tessella.ports.personalization import StoredRanking
from tessella.usecases.personalization.made import basis_of, kept_until


async def pregenerate(session: Session, vectors: Sequence[FeatureVector], now: Instant) -> int:
    """Keep the rankings of every active scope for these subjects; returns how many are kept.

    None while rankings are switched off, nor of who is not in the rollout. Who has opted out has no vector, and nothing
    is kept of who does meanwhile. Whom an experiment has given another order finds it made when they ask.
    """
    flags = session.flags()
    wanted = [each for each in vectors if is_in_rollout(each.user_id, flags.rollout_percent)]
    scopes = [each.scope_id for each in session.snapshot().definitions.scopes.values() if each.active]
    if not (wanted and scopes and flags.personalization_rankings):
        return 0
    rankers = [await session.ranker(each) for each in scopes]
    facts = await _facts(session, rankers, wanted)
    kept_us = session.installed().kept_us
    return await session.keep_rankings(
        [_ranking(ranker, vector, facts, flags, now, kept_us) for ranker in rankers for vector in wanted]
    )


async def _facts(
    session: Session, rankers: Iterable[ScopeRanker], vectors: Sequence[FeatureVector]
) -> Mapping[SubjectId, Facts]:
    """What the scopes read of the subjects besides their vectors."""
    names = {name for each in rankers for name in each.prepared.facts}
    return await session.facts_for_rankings([each.user_id for each in vectors], names) if names else {}


def _ranking(
    ranker: ScopeRanker,
    vector: FeatureVector,
    facts: Mapping[SubjectId, Facts],
    flags: Flags,
    now: Instant,
    kept_us: int,
) -> StoredRanking:
    user_id, scope = vector.user_id, ranker.prepared.scope.scope_id
    subject = ranker.prepared.subject(user_id, facts.get(user_id, NO_FACTS).values, vector)
    basis = basis_of(ranker, flags, subject, vector, RULE_V1)
    placed = ranker.placed(subject, vector, now)
    return StoredRanking(user_id, scope, placed, RULE_V1, basis, now, kept_until(ranker, kept_us, now))
