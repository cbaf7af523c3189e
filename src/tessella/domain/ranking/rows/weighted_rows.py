"""Sums and look-ups over rows without a search: one pass over a number for every item of the catalogue."""

from __future__ import annotations

from threading import local
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NO_ROWS, Rows

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Places = NDArray[np.intp]

_THREAD: Final = local()


class WeightedRows(msgspec.Struct, frozen=True):
    """Rows, a row perhaps several times, and what each counts for."""

    rows: Rows
    weights: NDArray[np.floating]

    def __len__(self) -> int:
        return len(self.rows)


NOTHING: Final = WeightedRows(NO_ROWS, np.empty(0, np.float32))


def scratch(items: int) -> NDArray[np.int32]:
    """A number for each row of a catalogue, of this thread, holding whatever the last use left there."""
    held: NDArray[np.int32] | None = getattr(_THREAD, "held", None)
    if held is None or len(held) < items:
        held = _THREAD.held = np.zeros(items, np.int32)
    return held


def marked(rows: Rows, wanted: Rows, items: int) -> Mask:
    """Whether each of `rows` is one of the wanted."""
    mask = np.zeros(len(rows), np.bool_)
    places, known = _places(rows, wanted, items)
    mask[places[known]] = True
    return mask


def looked_up(rows: Rows, entries: WeightedRows, items: int) -> Floats:
    """For each of `rows`, all different, the weights of its entries together; 0 without any."""
    places, known = _places(rows, entries.rows, items)
    return added(places[known], entries.weights[known], len(rows))


def _places(rows: Rows, wanted: Rows, items: int) -> tuple[Rows, Mask]:
    """Where each of the wanted stands among `rows`, and whether it is there at all: the scratch may hold the past."""
    if not len(rows):
        return NO_ROWS, np.empty(0, np.bool_)
    place_of = scratch(items)
    place_of[rows] = np.arange(len(rows), dtype=np.int32)
    found = place_of.take(wanted, mode="clip")
    return found, np.equal(rows.take(found, mode="clip"), wanted)


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
