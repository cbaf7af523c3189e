"""The catalogue as the ranking reads it: a row an item, columns of numbers, no text on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant

#: Places in the catalogue, kept as int32. Rows are in the order of item ids, so that a lower row wins a tie.
Rows = NDArray[np.signedinteger[Any]]
NO_ROWS: Final = np.empty(0, np.int32)
#: The code of an item without a label, and the row of an item that is not in the catalogue.
NONE: Final = -1
#: Before all moments, and after them.
NEVER: Final = int(np.iinfo(np.int64).min)
FOREVER: Final = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """One label an item, such as its brand."""

    #: Shape (items,): a place in `names`, or `NONE`.
    codes: NDArray[np.int32]
    names: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class LabelSets:
    """Any number of labels an item, such as its tags."""

    #: Shape (items + 1,): the labels of row r are `codes[offsets[r]:offsets[r + 1]]`.
    offsets: NDArray[np.int64]
    codes: NDArray[np.int32]
    names: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """One text an item, such as its name."""

    #: Shape (items + 1,): the text of row r is `content[offsets[r]:offsets[r + 1]]`, UTF-8; empty for an item without.
    offsets: NDArray[np.int64]
    content: NDArray[np.uint8]

    def __getitem__(self, row: int) -> str:
        """The text of a row."""
        return self.content[self.offsets[row] : self.offsets[row + 1]].tobytes().decode()


@dataclass(frozen=True, slots=True, eq=False)
class Properties:
    """What declared features read from items, by feature: one column each, in the form of its type."""

    #: Number and integer, and boolean as 0 and 1; NaN: absent.
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    #: Timestamp, in microseconds; `NEVER`: absent.
    moments: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)
    #: String.
    labels: Mapping[str, Labels] = field(default_factory=dict)
    #: String list; an empty one is absent.
    label_sets: Mapping[str, LabelSets] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Catalogue:
    """Every item of a namespace, as it was when an index was built. Arrays are read-only and may be mapped files."""

    #: Shape (items,): ids as UTF-8 padded to one width, ascending, each once.
    item_ids: NDArray[np.bytes_]
    brands: Labels
    categories: Labels
    tags: LabelSets
    #: The regions that an item is for; an item without any is for all.
    regions: LabelSets
    #: In the namespace's currency; NaN: not known.
    prices: NDArray[np.float64]
    #: Whether the item can be shown at all, and from when until before when, in microseconds.
    available: NDArray[np.bool_]
    available_from: NDArray[np.int64]
    available_until: NDArray[np.int64]
    #: Rows by the moment from which they were available, newest first; at most some thousands.
    newest: Rows = field(default_factory=lambda: NO_ROWS)
    #: What people call each item; None where names are not known.
    names: Texts | None = None
    properties: Properties = field(default_factory=Properties)

    def __len__(self) -> int:
        return len(self.item_ids)

    def rows_of(self, item_ids: Sequence[str]) -> Rows:
        """The row of each item; `NONE` where there is no such item."""
        if not len(self) or not item_ids:
            return np.full(len(item_ids), NONE, np.int32)
        # An id longer than all here becomes one that no item has: wider texts would have the whole column copied.
        width = self.item_ids.itemsize
        encoded = [each.encode() for each in item_ids]
        wanted = np.array([each if len(each) <= width else b"" for each in encoded], dtype=self.item_ids.dtype)
        found = np.minimum(np.searchsorted(self.item_ids, wanted), len(self) - 1)
        return np.where(self.item_ids[found] == wanted, found, NONE).astype(np.int32)

    def ids_of(self, rows: Rows) -> list[str]:
        """The id of each row."""
        return [each.decode() for each in self.item_ids.take(rows).tolist()]

    def is_available(self, rows: Rows, now: Instant) -> NDArray[np.bool_]:
        """Whether each row can be shown at `now`."""
        begun = self.available_from.take(rows) <= now
        return np.asarray(self.available.take(rows) & begun & (now < self.available_until.take(rows)))
