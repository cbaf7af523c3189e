"""Items that a request names, as rows of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import numpy as np

from tessella.domain.errors import MOST_FAULTS, Faults, NamedTwice, TessellaError, UnknownItem
from tessella.domain.identifiers import Pointer, nearest, point
from tessella.domain.ranking.catalogue.catalogue import NONE, Catalogue, Rows

#: So many ids before and after the place where an unknown one would be are looked at for one that is like it.
_NEIGHBOURS: Final = 50


def rows_asked(catalogue: Catalogue, item_ids: Sequence[str], at: Pointer) -> Rows:
    """The row of each item. Raises `Faults` with an `UnknownItem` or a `NamedTwice` for each that cannot be meant.

    A typo would else be an item that is silently missing.
    """
    rows = catalogue.rows_of(item_ids)
    if len(rows) and (rows.min() == NONE or len(set(rows.tolist())) < len(rows)):
        raise Faults(list(islice(_faults(catalogue, item_ids, rows, at), MOST_FAULTS)))
    return rows


def _faults(catalogue: Catalogue, item_ids: Sequence[str], rows: Rows, at: Pointer) -> Iterator[TessellaError]:
    for place in np.flatnonzero(rows == NONE).tolist():
        yield UnknownItem(point(at, place), item_ids[place], _nearest(catalogue, item_ids[place]))
    yield from _twice(item_ids, at)


def _twice(item_ids: Sequence[str], at: Pointer) -> Iterator[TessellaError]:
    seen: set[str] = set()
    for place, item_id in enumerate(item_ids):
        if item_id in seen:
            yield NamedTwice(point(at, place), "item", item_id)
        seen.add(item_id)


def _nearest(catalogue: Catalogue, item_id: str) -> str | None:
    """Among those that begin alike: to compare with a million would stop a server."""
    place = int(np.searchsorted(catalogue.item_ids, np.bytes_(item_id.encode())))
    around = np.arange(max(place - _NEIGHBOURS, 0), min(place + _NEIGHBOURS, len(catalogue)), dtype=np.int32)
    return nearest(item_id, catalogue.ids_of(around))
