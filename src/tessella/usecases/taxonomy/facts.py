"""What a taxonomy says of players, as facts that rules read: the segment on each axis, membership, and anomaly."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tessella.domain.features.of_games import GameFeature, Told, told_of
from tessella.domain.identifiers import FeatureName, GameId, Instant, Json, SubjectId
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class ToldPlayer:
    """What is said of one player."""

    player_id: SubjectId
    #: By axis, the name of the segment that fits best, and how much the player belongs to it.
    best: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    #: The score of the last day by the method in force; None where it was not told.
    anomaly: float | None = None


def written_features(session: Session, game_id: GameId) -> Mapping[FeatureName, GameFeature]:
    """The declared features that the taxonomy of a game writes: nothing else has to be told of players."""
    return told_of(session.snapshot().definitions.features.values(), game_id)


def asks_for_anomalies(session: Session, game_id: GameId) -> bool:
    """Whether one of them is the anomaly, which takes longest to tell."""
    return any(each.told is Told.ANOMALY for each in written_features(session, game_id).values())


async def write_taxonomy_facts(
    session: Session, game_id: GameId, told: AsyncIterator[Sequence[ToldPlayer]], *, as_of: Instant
) -> int:
    """Store the declared features of a game in place of those before; returns how many facts are new or different.

    One transaction: a reader sees all of the new values or none of them. A player who is not among `told`, or of whom
    an axis says nothing, has the fact no more. Where no feature is declared, nothing is asked of `told`.
    """
    features = written_features(session, game_id)
    if not features:
        return 0
    return await session.replace_facts_csv(list(features), as_of, _csv(features, told, as_of))


async def _csv(
    features: Mapping[FeatureName, GameFeature], told: AsyncIterator[Sequence[ToldPlayer]], as_of: Instant
) -> AsyncIterator[bytes]:
    async for players in told:
        lines = io.StringIO(newline="")
        writer = csv.writer(lines, lineterminator="\n")
        for player in players:
            for name, value in _facts(features, player):
                writer.writerow((player.player_id, name, json.dumps(value), as_of))
        yield lines.getvalue().encode()


def _facts(features: Mapping[FeatureName, GameFeature], player: ToldPlayer) -> Iterator[tuple[FeatureName, Json]]:
    for name, about in features.items():
        if about.told is Told.ANOMALY:
            if player.anomaly is not None:
                yield name, player.anomaly
        elif about.axis in player.best:
            segment, strength = player.best[about.axis]
            yield name, segment if about.told is Told.SEGMENT else strength
