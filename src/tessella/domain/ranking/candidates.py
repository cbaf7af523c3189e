"""The rows that one request ranks, ascending, and the way from a row to its place among them without a search."""

from __future__ import annotations

from threading import local

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue import Rows

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

_THREAD = local()


class WeightedRows(msgspec.Struct, frozen=True):
    """Rows, a row perhaps several times, and what each counts for."""

    rows: Rows
    weights: NDArray[np.floating]

    def __len__(self) -> int:
        return len(self.rows)


NO_ROWS = np.empty(0, np.int32)
NOTHING = WeightedRows(NO_ROWS, np.empty(0, np.float32))


def scratch(items: int) -> NDArray[np.int32]:
    """A number for each row of a catalogue, of this thread, holding whatever the last use left there."""
    held: NDArray[np.int32] | None = getattr(_THREAD, "held", None)
    if held is None or len(held) < items:
        held = _THREAD.held = np.zeros(items, np.int32)
    return held


class Candidates:
    """Rows, ascending, each once. Of all those of a thread, only the last one made may be asked for places."""

    __slots__ = ("_place", "rows")

    def __init__(self, rows: Rows, items: int) -> None:
        """Of a catalogue of so many items."""
        self.rows = rows
        self._place = scratch(items)
        self._place[rows] = np.arange(len(rows), dtype=np.int32)

    def __len__(self) -> int:
        return len(self.rows)

    def places(self, rows: Rows) -> tuple[Rows, Mask]:
        """Where each of `rows` stands, and whether it is there at all: what the scratch holds may be long past."""
        found = self._place.take(rows, mode="clip")
        return found, np.equal(self.rows.take(found, mode="clip"), rows)

    def marked(self, rows: Rows) -> Mask:
        """Whether each candidate is one of `rows`."""
        mask = np.zeros(len(self), np.bool_)
        if len(self):
            places, known = self.places(rows)
            mask[places[known]] = True
        return mask

    def sums(self, entries: WeightedRows) -> Floats:
        """The weights of each candidate's entries together."""
        if not len(self):
            return np.empty(0)
        places, known = self.places(entries.rows)
        return added(places[known], entries.weights[known], len(self))


def added(places: NDArray[np.integer], weights: NDArray[np.floating], count: int) -> Floats:
    """The weights of each place from 0 to below `count`, added in their order."""
    return np.asarray(np.bincount(places, weights, count), np.float64)


def summed(entries: WeightedRows, items: int) -> WeightedRows:
    """Each row once, with its weights together.

    >>> twice = summed(WeightedRows(np.array([4, 2, 4]), np.array([1.0, 1.0, 0.5])), items=5)
    >>> twice.rows.tolist(), twice.weights.tolist()
    ([2, 4], [1.0, 1.5])
    """
    places = np.arange(len(entries), dtype=np.int32)
    place_of = scratch(items)
    place_of[entries.rows] = places
    winners = place_of.take(entries.rows)
    once = np.flatnonzero(winners == places)
    return WeightedRows(entries.rows[once], added(winners, entries.weights, len(entries))[once])


def heaviest(entries: WeightedRows, most: int) -> WeightedRows:
    """The `most` heaviest, heaviest first; among equals the lower rows."""
    order = np.lexsort((entries.rows, -entries.weights))[:most]
    return WeightedRows(entries.rows[order], entries.weights[order])


def scaled(values: Floats) -> Floats:
    """The values divided by the largest, so that they lie between 0 and 1."""
    largest = values.max(initial=0.0)
    return values / largest if largest > 0.0 else values
