"""What a game may say: metrics that can be measured, axes that are made of them, days that there are."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

from tessella.domain.errors import Invalid, TessellaError, UnknownReference, WrongShape, shown
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.taxonomy.day_checks import day_faults
from tessella.domain.taxonomy.days.parse import parse_day_kind
from tessella.domain.taxonomy.game import DayMetric, Game, UniversalAxis
from tessella.domain.taxonomy.names import GAME_MAX_LENGTH, NAME_MAX_LENGTH, is_metric_name
from tessella.domain.taxonomy.number_checks import number_faults

MOST_METRICS: Final = 40
LEAST_OF_AXIS: Final = 2
MOST_OF_AXIS: Final = 5
#: The kind that reads days, and no events of them.
GAP: Final = {"kind": "gap"}
_MOST_LETTERS: Final = 256
_HAS_DAYS: Final = "Give the metric a kind, or the game its days."


def game_faults(game: Game, at: Pointer = "", refused: Collection[str] = ()) -> Iterator[TessellaError]:
    """Every fault that a game has by itself. `refused` are metrics that were named, and could not be read."""
    if len(game.game_id) > GAME_MAX_LENGTH:
        problem = f"The game_id is at most {GAME_MAX_LENGTH} characters: features are named for it."
        yield WrongShape(point(at, "game_id"), problem, "Choose a shorter one; `name` may say more.")
    yield from _metric_faults(game, point(at, "metrics"), refused)
    yield from _axis_faults(game, point(at, "axes"), {*game.metrics, *refused})
    yield from day_faults(game, at)
    yield from number_faults(game, at)


def _metric_faults(game: Game, at: Pointer, refused: Collection[str]) -> Iterator[TessellaError]:
    if not game.metrics and not refused:
        yield WrongShape(at, "A game has metrics: what is measured of a player's day.", f"{LEAST_OF_AXIS} or more.")
    if len(game.metrics) > MOST_METRICS:
        problem = f"A game has at most {MOST_METRICS} metrics, not {len(game.metrics)}."
        yield WrongShape(at, problem, f"Leave {len(game.metrics) - MOST_METRICS} of them out.")
    if game.metrics and all(each.kind == GAP for each in game.metrics.values()) and not refused:
        problem = "Every metric is a gap between days, and none says which days there are."
        yield WrongShape(at, problem, 'Add one such as {"kind": {"kind": "count"}}.')
    for name, metric in game.metrics.items():
        if not is_metric_name(name):
            problem = f"A metric is called by 1 to {NAME_MAX_LENGTH} small letters, digits and _, a letter first."
            yield WrongShape(point(at, name), problem, 'Such as "spend_usd".')
        yield from _source_faults(game, metric, point(at, name))


def _source_faults(game: Game, metric: DayMetric, at: Pointer) -> Iterator[TessellaError]:
    """From events a metric has a kind; from rows of days it may name a column."""
    if game.days is None:
        if metric.column:
            yield WrongShape(point(at, "column"), "Only where a game has `days` a metric has a column.", _HAS_DAYS)
        if metric.kind is None:
            problem = "The kind is missing: how the metric is counted in the events of a day."
            yield WrongShape(point(at, "kind"), problem, 'Such as {"kind": "count"}.')
    elif metric.kind not in (None, GAP):
        problem = "The days of this game are rows that say each metric: it has no kind of events."
        yield WrongShape(point(at, "kind"), problem, "Leave it out, and name the column where it is called otherwise.")
        return
    if metric.kind is not None:
        yield from _kind_faults(metric.kind, point(at, "kind"))
    if max(len(metric.unit), len(metric.description)) > _MOST_LETTERS:
        yield WrongShape(at, f"A unit and a description are at most {_MOST_LETTERS} characters.")


def _kind_faults(written: Mapping[str, Json], at: Pointer) -> Iterator[TessellaError]:
    try:
        parse_day_kind(written, at)
    except Invalid as error:
        yield from error.faults()


def _axis_faults(game: Game, at: Pointer, known: Collection[str]) -> Iterator[TessellaError]:
    if not game.axes:
        yield WrongShape(at, "A game has an axis.", f"One or more of {', '.join(UniversalAxis)}.")
    user_of: dict[str, UniversalAxis] = {}
    for axis, metrics in game.axes.items():
        where = point(at, axis)
        if not LEAST_OF_AXIS <= len(metrics) <= MOST_OF_AXIS:
            problem = f"An axis is made of {LEAST_OF_AXIS} to {MOST_OF_AXIS} metrics, not {len(metrics)}."
            yield WrongShape(where, problem, "A metric of no axis may give the game an axis of its own.")
        for index, name in enumerate(metrics):
            if name not in known:
                yield UnknownReference(
                    point(where, index), "metric", name, nearest(name, known), sorted(known), "of this game"
                )
            elif name in user_of:
                problem = f"{shown(name)} is there twice: it feeds the axis {user_of[name]} already."
                yield WrongShape(point(where, index), problem, "A metric feeds one axis; leave it out of the other.")
            user_of[name] = axis
