"""A game from JSON: every fault of it at once, and its mappings in one order, whatever order they were written in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Final, TypeVar

import msgspec

from tessella.domain.errors import Faults, Invalid, TessellaError, UnknownField, WrongShape
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.taxonomy.checks import game_faults
from tessella.domain.taxonomy.game import THRESHOLDS, Anomalies, Context, DayMetric, Game, Outcome, UniversalAxis
from tessella.domain.wire import read_record

#: The mappings whose keys are words, by the fields that lead to them.
_WORDS: Final[tuple[tuple[tuple[str, ...], type[StrEnum]], ...]] = (
    (("axes",), UniversalAxis),
    (("outcomes",), Outcome),
    (("anomalies", "thresholds"), Context),
)
_SUCH_AS: Final = 'Such as {"spend": {"kind": {"kind": "sum", "field": "value"}, "scale": "log"}}.'

Key = TypeVar("Key", bound=StrEnum)
Value = TypeVar("Value")


def read_game(written: Mapping[str, Json], at: Pointer = "") -> Game:
    """The game of a body: metrics by name, axes, outcomes and thresholds in the order of their words.

    The database keeps no order of fields, and arrays that have an axis of metrics have them in this one. A threshold
    that is left out is as usual. Raises `Faults` that point at each fault.
    """
    faults: list[TessellaError] = []
    named = written.get("metrics")
    metrics = dict(_metrics(named, point(at, "metrics"), faults))
    body = dict(written)
    for steps, words in _WORDS:
        body = _known(body, steps, words, at, faults)
    try:
        game = _in_order(read_record(Game, {**body, "metrics": {}}, at), metrics)
    except Invalid as error:
        raise Faults([*faults, error]) from error
    if isinstance(named, Mapping):
        faults += game_faults(game, at, refused={str(each) for each in named} - metrics.keys())
    if faults:
        raise Faults(faults)
    return game


def _metrics(written: Json, at: Pointer, faults: list[TessellaError]) -> Iterator[tuple[str, DayMetric]]:
    """Those that can be read, each by itself, so that a fault has the name of its metric."""
    if not isinstance(written, Mapping):
        faults.append(WrongShape(at, "metrics is an object: each metric by its name.", _SUCH_AS))
        return
    for name, each in written.items():
        try:
            yield str(name), read_record(DayMetric, each, point(at, str(name)))
        except Invalid as error:
            faults += error.faults()


def _known(
    body: dict[str, Json], steps: tuple[str, ...], words: type[StrEnum], at: Pointer, faults: list[TessellaError]
) -> dict[str, Json]:
    """The same without the keys that are none of the words, which become faults."""
    first, *rest = steps
    held, where = body.get(first), point(at, first)
    if not isinstance(held, Mapping):
        return body
    if rest:
        return {**body, first: _known(dict(held), tuple(rest), words, where, faults)}
    known = [each.value for each in words]
    for name in held:
        if name not in known:
            faults.append(UnknownField(point(where, str(name)), str(name), nearest(str(name), known), known))
    return {**body, first: {name: each for name, each in held.items() if name in known}}


def _in_order(game: Game, metrics: Mapping[str, DayMetric]) -> Game:
    anomalies = game.anomalies
    if anomalies != Anomalies():
        thresholds = {each: anomalies.thresholds.get(each, usual) for each, usual in THRESHOLDS.items()}
        anomalies = msgspec.structs.replace(anomalies, thresholds=thresholds)
    return msgspec.structs.replace(
        game,
        metrics=dict(sorted(metrics.items())),
        axes=_by_word(game.axes, UniversalAxis),
        outcomes=_by_word(game.outcomes, Outcome),
        anomalies=anomalies,
    )


def _by_word(held: Mapping[Key, Value], words: Iterable[Key]) -> dict[Key, Value]:
    return {each: held[each] for each in words if each in held}
