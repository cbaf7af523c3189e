"""Where each segment is evaluated over everybody, and why there: at a source, beside us, row by row, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.errors import NotSqlCapable
from tessella.domain.features.schema import SUBJECT
from tessella.domain.identifiers import FeatureName, SourceId

#: Raises `NotSqlCapable` where an engine has no form for the segment: that of a source, or for None the one beside us.
TriedOut = Callable[[SourceId | None], None]


class Place(StrEnum):
    """Where the rules of a segment are evaluated."""

    #: By the engine of a source, over the rows that it holds.
    SOURCE = "source"
    #: By DuckDB beside us, over normalised values.
    LOCAL = "local"
    #: By compiled Python, a row at a time: some hundred times the cost of a column in SQL.
    IN_PROCESS = "in_process"
    #: For a request only.
    REQUEST_TIME = "request_time"


@dataclass(frozen=True, slots=True)
class Placed:
    """Where one segment is evaluated."""

    place: Place
    #: Of the place `SOURCE`.
    source: SourceId | None = None
    #: Why not where it would cost less; empty where that is nowhere.
    reason: str = ""


def place(
    reads: Collection[FeatureName],
    requested: Iterable[FeatureName],
    source_of: Callable[[FeatureName], SourceId | None],
    tried_out: TriedOut,
) -> Placed:
    """Where to evaluate a segment that reads these features, of which `requested` are carried by requests only.

    `source_of` is None for a feature that is a stored fact.

    >>> place(["tier"], [], lambda _: None, lambda _: None)
    Placed(place=<Place.LOCAL: 'local'>, source=None, reason='it does not read one source alone')
    """
    if named := ", ".join(requested):
        return Placed(Place.REQUEST_TIME, reason=f"it reads {named}, which only a request carries")
    sources = {source_of(each) for each in reads}
    source = next(iter(sources)) if len(sources) == 1 and SUBJECT not in reads else None
    if source is None:
        return _beside_us("it does not read one source alone", tried_out)
    try:
        tried_out(source)
    except NotSqlCapable as refused:
        return _beside_us(refused.message, tried_out)
    return Placed(Place.SOURCE, source)


def _beside_us(reason: str, tried_out: TriedOut) -> Placed:
    try:
        tried_out(None)
    except NotSqlCapable as refused:
        return Placed(Place.IN_PROCESS, reason=refused.message)
    return Placed(Place.LOCAL, reason=reason)
