"""The kinds of a game's metrics from their declaration."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.errors import UnknownKind, WrongShape
from tessella.domain.features.kinds.options import Options
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.taxonomy.days.kinds import DAY_KINDS, DayKind
from tessella.domain.taxonomy.game import Game
from tessella.domain.wire import refuse_unknown


def parse_day_kind(written: Mapping[str, Json], at: Pointer) -> DayKind:
    """How a metric is told from a player's day. `at` points at what is written.

    `{kind, event_type?, field?, where?}`; `gap` takes nothing. Raises `UnknownKind`, `WrongShape`, `Faults` of
    `UnknownField`, and what `parse_where` raises.

    >>> parse_day_kind({"kind": "gap"}, "/metrics/away/kind")
    Gap()
    """
    name = written.get("kind")
    if not isinstance(name, str):
        raise WrongShape(point(at, "kind"), "The name of a kind is missing.", f"One of {', '.join(DAY_KINDS)}.")
    if name not in DAY_KINDS:
        raise UnknownKind(point(at, "kind"), name, nearest(name, DAY_KINDS), ", ".join(DAY_KINDS))
    registered = DAY_KINDS[name]
    refuse_unknown(written, ("kind", *registered.takes), at)
    return registered.parse(Options(written, at))


def day_kinds(game: Game) -> dict[str, DayKind | None]:
    """The kind of each metric in the game's order; None for one that is a column of rows of days.

    Raises `WrongShape` for a metric without a kind where days are made from events, and for one with a kind of events
    where they are not; and what `parse_day_kind` raises.
    """
    found: dict[str, DayKind | None] = {}
    for name, metric in game.metrics.items():
        at = point("/metrics", name, "kind")
        kind = None if metric.kind is None else parse_day_kind(metric.kind, at)
        if kind is None and game.days is None:
            raise WrongShape(
                at, f'The metric "{name}" says nothing of events.', "Give it a kind, or the game its days."
            )
        if kind is not None and game.days is not None and metric.kind != {"kind": "gap"}:
            raise WrongShape(at, "Rows of days hold no events.", "Leave the kind out and name a column.")
        found[name] = kind
    return found
