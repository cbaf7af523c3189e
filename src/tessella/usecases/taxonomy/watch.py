"""Look at what a taxonomy says, and at how fast players are answered, and tell where that is not as it should be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from tessella.domain.alerts.rules import (
    TAXONOMY_ACCURACY,
    TAXONOMY_CONFIDENCE,
    TAXONOMY_ERRORS,
    TAXONOMY_SLOW,
    TAXONOMY_VARIANCE,
)
from tessella.domain.identifiers import GameId
from tessella.domain.taxonomy.monitoring import (
    told_accuracy,
    told_confidence,
    told_errors,
    told_slow,
    told_variance,
)
from tessella.domain.taxonomy.taxonomy import GameBehavioralTaxonomy
from tessella.ports import Session
from tessella.usecases.alerts import resolve_others, tell

#: About what a taxonomy says; their key is the game.
QUALITY_RULES: Final = (TAXONOMY_ACCURACY, TAXONOMY_VARIANCE, TAXONOMY_CONFIDENCE)
#: About how requests are answered; their key is the namespace.
ANSWER_RULES: Final = (TAXONOMY_SLOW, TAXONOMY_ERRORS)


async def watch_taxonomy(session: Session, taxonomy: GameBehavioralTaxonomy, mean_confidence: float | None) -> None:
    """Raise or resolve the alerts of a game. Doing it again changes nothing.

    `mean_confidence` is that of the profiles as they were last refreshed; where it is None, the card's holds. Alerts of
    games that are no longer declared are resolved.
    """
    confidence = taxonomy.card.mean_confidence if mean_confidence is None else mean_confidence
    key = taxonomy.game_id
    await tell(session, TAXONOMY_ACCURACY, key, told_accuracy(taxonomy.card.categorization_accuracy))
    await tell(session, TAXONOMY_VARIANCE, key, told_variance(taxonomy.variance_explained))
    await tell(session, TAXONOMY_CONFIDENCE, key, told_confidence(confidence))
    declared = {each.game_id for each in session.snapshot().definitions.games.values()}
    await resolve_others(session, QUALITY_RULES, declared | {GameId(key)})


async def watch_answers(session: Session, counts: Sequence[int], errors: int) -> None:
    """Likewise of a namespace's last requests about players: how many took how long, and how many failed."""
    key = session.caller.namespace
    await tell(session, TAXONOMY_SLOW, key, told_slow(counts))
    await tell(session, TAXONOMY_ERRORS, key, told_errors(sum(counts), errors))
