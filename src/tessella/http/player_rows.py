"""Bodies that name many players: those names that cannot be one are told, and the others are read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec

from tessella.domain.errors import Invalid, RuleTooLarge, TessellaError, WrongShape
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH, GameId, Json, Pointer, SubjectId, point
from tessella.domain.typed import convert
from tessella.http.bodies import decode
from tessella.http.caps import BATCH
from tessella.http.json_faults import faults_of, read_integer
from tessella.http.schemas.players import MOST_PLAYERS
from tessella.http.schemas.taxonomy import GameText

_FIELD: Final = "player_ids"
_NO_NAME: Final = f"A player is named by a text of 1 to {SUBJECT_MAX_LENGTH} characters."


class _Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The body, whatever its players are called."""

    game_id: GameText
    player_ids: Annotated[list[Any], msgspec.Meta(min_length=1, max_length=MOST_PLAYERS)]


@dataclass(frozen=True, slots=True)
class PlayersAsked:
    """Players of one game, each with the pointer to its name, and what is wrong with the other names."""

    game_id: GameId
    players: Sequence[tuple[Pointer, SubjectId]]
    refused: Sequence[TessellaError]


def read_players(raw: bytes) -> PlayersAsked:
    """The players of a body. Raises as `decode` does when the body has no game, or no list of 1 to 100,000 players."""
    asked = _read(raw)
    players: list[tuple[Pointer, SubjectId]] = []
    refused: list[TessellaError] = []
    for position, written in enumerate(asked.player_ids):
        at = point("", _FIELD, position)
        fault = _fault(written, at)
        if fault is None:
            players.append((at, SubjectId(written)))
        else:
            refused.append(fault)
    return PlayersAsked(GameId(asked.game_id), players, refused)


def _read(raw: bytes) -> _Asked:
    try:
        return decode(raw, _Asked, BATCH.depth)
    except RuleTooLarge:  # too deep for any reader
        raise
    except Invalid as error:
        return _read_again(raw, error)


def _read_again(raw: bytes, error: Invalid) -> _Asked:
    """With a reader that takes what no text may hold, such as NUL, where that is in the names of players alone."""
    try:
        asked = convert(json.loads(raw, parse_int=read_integer), _Asked)
    except (ValueError, msgspec.ValidationError):
        raise error from None
    if any(faults_of(asked.game_id)):
        raise error
    return asked


def _fault(written: Json, at: Pointer) -> TessellaError | None:
    if not isinstance(written, str) or not 1 <= len(written) <= SUBJECT_MAX_LENGTH:
        return WrongShape(at, _NO_NAME)
    for fault in faults_of(written):
        fault.pointer = at
        return fault
    return None
