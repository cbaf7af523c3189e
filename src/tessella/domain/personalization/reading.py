"""A scope from JSON: every fault of it at once, and its tables in one order, whatever order they were written in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from tessella.domain.errors import Faults, Invalid, TessellaError, WrongShape, shown
from tessella.domain.identifiers import Json, Pointer, point
from tessella.domain.personalization.checks import scope_faults
from tessella.domain.personalization.scope import Scope
from tessella.domain.wire import read_record

_SUCH_AS: Final = 'Such as {"leo": {"aries": 1, "libra": 0.8}}.'


def read_scope(written: Mapping[str, Json], at: Pointer = "") -> Scope:
    """The scope of a body: what it says by itself, short of what its rules read. Raises `Faults` that point at each.

    The database keeps no order of fields, so tables are in the order of their values.
    """
    faults: list[TessellaError] = []
    boosts = _boosts(written.get("boosts", ()), point(at, "boosts"), faults)
    try:
        scope = read_record(Scope, {**written, "boosts": boosts}, at)
    except Invalid as error:
        raise Faults([*faults, error]) from error
    faults += scope_faults(scope, at)
    if faults:
        raise Faults(faults)
    return scope


def _boosts(written: Json, at: Pointer, faults: list[TessellaError]) -> Json:
    """The same with the rows of tables that can be read, each by itself: a fault has the names of its values."""
    if not isinstance(written, list | tuple):
        return written
    return [_boost(each, point(at, index, "related", "table"), faults) for index, each in enumerate(written)]


def _boost(written: Json, at: Pointer, faults: list[TessellaError]) -> Json:
    match written:
        case {"related": {"table": Mapping() as table} as related}:
            in_order = sorted(table.items(), key=_name)
            rows = {str(value): dict(_row(row, point(at, str(value)), faults)) for value, row in in_order}
            return {**written, "related": {**related, "table": rows}}
        case _:
            return written


def _row(written: Json, at: Pointer, faults: list[TessellaError]) -> Iterator[tuple[str, float]]:
    if not isinstance(written, Mapping):
        faults.append(WrongShape(at, "A row of a table is an object: a number for each value of the item.", _SUCH_AS))
        return
    for value, share in sorted(written.items(), key=_name):
        if isinstance(share, bool) or not isinstance(share, int | float) or not 0 <= share <= 1:
            problem = f"How well two values go together is a number from 0 to 1, not {shown(share)}."
            faults.append(WrongShape(point(at, str(value)), problem, "Such as 0.5."))
        else:
            yield str(value), float(share)


def _name(entry: tuple[Json, Json]) -> str:
    return str(entry[0])
