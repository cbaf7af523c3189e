"""Answers about many players, written in parts: no more of them is in memory than one part."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from copy import copy
from typing import Final

import msgspec

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Pointer, SubjectId, point
from tessella.http.player_rows import PlayersAsked
from tessella.http.problems import fault_of
from tessella.http.schemas.problem import Fault
from tessella.http.shown.players import profile_shown
from tessella.usecases.taxonomy.categorize import Batch

#: Players whose profiles are told at once, so that other requests have their turn in between.
PART: Final = 500
_ENCODER: Final = msgspec.json.Encoder()

#: What is told of some players. The pointer of a fault ends with the place of its player among them.
Tell = Callable[[Sequence[SubjectId]], Awaitable[Batch]]


async def in_parts(asked: PlayersAsked, tell: Tell) -> AsyncIterator[bytes]:
    """The answer as JSON. Of each player there is a profile, or a fault that points at its name in the body.

    The first part comes when its players are told, so that what is wrong with all is raised before anything is sent.
    What is wrong with a later part costs the players of that part.
    """
    rejected = [fault_of(each) for each in asked.refused]
    head, comma = b'{"game_id":' + _ENCODER.encode(asked.game_id) + b',"profiles":[', b""
    for begin in range(0, len(asked.players), PART):
        pointers, players = zip(*asked.players[begin : begin + PART], strict=True)
        told = await (tell if begin == 0 else _told_in_any_case(tell))(players)
        rejected += [_pointed(fault, pointers) for fault in told.faults]
        if told.profiles:
            yield head + comma + b",".join(_ENCODER.encode(profile_shown(each)) for each in told.profiles)
            head, comma = b"", b","
    yield head + b'],"rejected":' + _ENCODER.encode(rejected) + b"}"


def _told_in_any_case(tell: Tell) -> Tell:
    """The same, with what is wrong with all of them told of each."""

    async def told(players: Sequence[SubjectId]) -> Batch:
        try:
            return await tell(players)
        except TessellaError as error:
            return Batch([], [_at(place, error) for place in range(len(players))])

    return told


def _pointed(fault: TessellaError, pointers: Sequence[Pointer]) -> Fault:
    place = int(fault.pointer.rpartition("/")[2])
    return Fault(pointers[place], fault.message, fault.hint())


def _at(place: int, error: TessellaError) -> TessellaError:
    told = copy(error)
    told.pointer = point("", place)
    return told
