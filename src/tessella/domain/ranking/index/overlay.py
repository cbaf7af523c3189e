"""What has become of items since an index was built, laid over it: an item that was withdrawn is gone at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tessella.domain.ranking.catalogue.catalogue import FOREVER, NEVER, NONE, Catalogue, Rows
from tessella.domain.ranking.catalogue.item import Availability
from tessella.domain.ranking.index.index import RankingIndex

#: The columns that change without a build. All others wait for the next one, as do new items.
COLUMNS: Final = ("available", "available_from", "available_until")
_DIGEST_LETTERS: Final = 16


def laid_over(built: RankingIndex, served: RankingIndex, changes: Sequence[Availability]) -> RankingIndex:
    """`served` with changes of availability; `built` is the same version without any.

    The overlay is named for what differs from `built`, so that two processes that have heard of the same changes, in
    whatever order, serve the same.
    """
    rows = served.catalogue.rows_of([each.item_id for each in changes])
    known = [(row, each) for row, each in zip(rows.tolist(), changes, strict=True) if row != NONE]
    if not known:
        return served
    catalogue = _changed(served.catalogue, known)
    return replace(served, catalogue=catalogue, overlay=_digest(built.catalogue, catalogue))


def _changed(catalogue: Catalogue, changes: Sequence[tuple[int, Availability]]) -> Catalogue:
    available, begins, ends = (getattr(catalogue, column).copy() for column in COLUMNS)
    for row, each in changes:
        available[row] = each.available
        begins[row] = NEVER if each.available_from is None else each.available_from
        ends[row] = FOREVER if each.available_until is None else each.available_until
    for column in (available, begins, ends):
        column.flags.writeable = False
    return replace(catalogue, available=available, available_from=begins, available_until=ends)


def _digest(built: Catalogue, served: Catalogue) -> str:
    """Empty when everything is as it was built."""
    rows = _differing(built, served)
    if not len(rows):
        return ""
    parts = [rows, *(getattr(served, column)[rows] for column in COLUMNS)]
    return hashlib.sha256(b"".join(each.tobytes() for each in parts)).hexdigest()[:_DIGEST_LETTERS]


def _differing(built: Catalogue, served: Catalogue) -> Rows:
    differs = np.zeros(len(built), np.bool_)
    for column in COLUMNS:
        differs |= getattr(built, column) != getattr(served, column)
    return np.flatnonzero(differs).astype(np.int32)
