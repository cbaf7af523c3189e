"""Tell where players stand in a game's taxonomy: one, or many."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tessella.domain.errors import TessellaError
from tessella.domain.errors.membership import NothingKnownOfPlayer
from tessella.domain.identifiers import GameId, SubjectId, point
from tessella.ports import Session
from tessella.ports.taxonomy import PreparedTaxonomy
from tessella.usecases.load_subject import own_subject
from tessella.usecases.taxonomy.declared import game_named, prepared_of

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline
    from tessella.domain.taxonomy.profile import PlayerBehavioralProfile

#: Players whose baselines are read together.
_READ: Final = 5_000
#: Players who are told before others have their turn, some milliseconds.
_TOLD: Final = 50


@dataclass(frozen=True, slots=True)
class Batch:
    """What was told of many players."""

    #: In the order that they were asked for, without those who failed.
    profiles: Sequence[PlayerBehavioralProfile]
    #: Why nothing could be told of the others; `pointer` is their place in the list, as /player_ids/7.
    faults: Sequence[TessellaError]


async def categorize_player(session: Session, player_id: SubjectId, game_id: GameId) -> PlayerBehavioralProfile:
    """Where a player stands: graded membership of the segments of each axis.

    Told from the days that the last refresh has taken up, by the taxonomy in force. A player who has opted out is
    answered like one of whom nothing is known. Source: requirement C, "Adaptive Behavioral Categorization". Raises
    `NoSuch`, `NotCalibrated`, `NothingKnownOfPlayer`, `MetricsChanged`, and `NotYours` when a client names another.
    """
    player_id = own_subject(session.caller, player_id) or player_id
    prepared = await prepared_of(session, game_named(session, game_id))
    baseline = await session.baseline_of(game_id, player_id, prepared.taxonomy.standard.metrics)
    return _told(prepared, player_id, baseline)


async def categorize_players(session: Session, player_ids: Sequence[SubjectId], game_id: GameId) -> Batch:
    """The same of many, by one version of the taxonomy; those of whom nothing can be told cost the others nothing.

    Raises `NoSuch`, `NotCalibrated`, and `NotYours` when a client names another.
    """
    for each in player_ids:
        own_subject(session.caller, each)
    prepared = await prepared_of(session, game_named(session, game_id))
    profiles: list[PlayerBehavioralProfile] = []
    faults: list[TessellaError] = []
    for start in range(0, len(player_ids), _READ):
        asked = player_ids[start : start + _READ]
        known = await session.baselines_of(game_id, set(asked), prepared.taxonomy.standard.metrics)
        for at, told in enumerate(_each(prepared, asked, known), start):
            if isinstance(told, TessellaError):
                told.pointer = point("/player_ids", at)
                faults.append(told)
            else:
                profiles.append(told)
            if at % _TOLD == 0:
                await asyncio.sleep(0)
    return Batch(profiles, faults)


def _each(
    prepared: PreparedTaxonomy, asked: Sequence[SubjectId], known: Mapping[SubjectId, Baseline]
) -> Iterator[PlayerBehavioralProfile | TessellaError]:
    for each in asked:
        try:
            yield _told(prepared, each, known.get(each))
        except TessellaError as error:
            yield error


def _told(prepared: PreparedTaxonomy, player_id: SubjectId, baseline: Baseline | None) -> PlayerBehavioralProfile:
    from tessella.domain.taxonomy.membership.categorize import categorized  # loads numpy

    if baseline is None:
        raise NothingKnownOfPlayer(player_id, prepared.taxonomy.game_id)
    return categorized(prepared.taxonomy, prepared.space, baseline)
