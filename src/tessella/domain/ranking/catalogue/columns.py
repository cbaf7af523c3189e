"""Columns that grow by one row at a time."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from tessella.domain.ranking.catalogue.catalogue import NEVER, NONE, Labels, LabelSets, Texts


class LabelColumn:
    """Grows into `Labels`. Names are numbered as they come."""

    def __init__(self) -> None:
        self._codes = array("i")
        self._known: dict[str, int] = {}

    def add(self, label: str | None) -> None:
        """The next row."""
        self._codes.append(NONE if label is None else self._known.setdefault(label, len(self._known)))

    def built(self) -> Labels:
        """All rows."""
        return Labels(np.array(self._codes, np.int32), list(self._known))


class LabelSetColumn:
    """Grows into `LabelSets`."""

    def __init__(self) -> None:
        self._offsets = array("q", [0])
        self._codes = array("i")
        self._known: dict[str, int] = {}

    def add(self, labels: Iterable[str] | None) -> None:
        """The next row."""
        self._codes.extend(self._known.setdefault(each, len(self._known)) for each in labels or ())
        self._offsets.append(len(self._codes))

    def built(self) -> LabelSets:
        """All rows."""
        return LabelSets(np.array(self._offsets, np.int64), np.array(self._codes, np.int32), list(self._known))


class TextColumn:
    """Grows into `Texts`."""

    def __init__(self) -> None:
        self._offsets = array("q", [0])
        self._content = bytearray()

    def add(self, text: str) -> None:
        """The next row."""
        self._content += text.encode()
        self._offsets.append(len(self._content))

    def built(self) -> Texts:
        """All rows."""
        return Texts(np.array(self._offsets, np.int64), np.frombuffer(bytes(self._content), np.uint8))


class NumberColumn:
    """Grows into float64; NaN where there is no value."""

    def __init__(self) -> None:
        self._numbers = array("d")

    def add(self, number: float | None) -> None:
        """The next row."""
        self._numbers.append(np.nan if number is None else number)

    def built(self) -> NDArray[np.float64]:
        """All rows."""
        return np.array(self._numbers, np.float64)


class MomentColumn:
    """Grows into microseconds."""

    def __init__(self, absent: int = NEVER) -> None:
        self._absent = absent
        self._moments = array("q")

    def add(self, moment: int | None) -> None:
        """The next row."""
        self._moments.append(self._absent if moment is None else moment)

    def built(self) -> NDArray[np.int64]:
        """All rows."""
        return np.array(self._moments, np.int64)


class VectorColumn:
    """Grows into vectors of length 1. One of other dimensions than the first is left out."""

    def __init__(self) -> None:
        self._rows = array("q")
        self._numbers = array("f")
        self._dimensions = 0
        self._length = 0
        #: How many vectors were left out.
        self.left_out = 0

    def add(self, vector: Sequence[float] | None) -> None:
        """The next row."""
        self._length += 1
        if vector is None:
            return
        if len(vector) != (self._dimensions or len(vector)):
            self.left_out += 1
            return
        self._dimensions = len(vector)
        self._rows.append(self._length - 1)
        self._numbers.extend(vector)

    def built(self) -> NDArray[np.float32] | None:
        """All rows; None when none of them has a vector."""
        if not self._rows:
            return None
        given = np.array(self._numbers, np.float32).reshape(len(self._rows), self._dimensions)
        lengths = np.linalg.norm(given.astype(np.float64), axis=1, keepdims=True)
        vectors = np.zeros((self._length, self._dimensions), np.float32)
        vectors[np.array(self._rows)] = np.divide(given, lengths, where=lengths > 0, out=np.zeros_like(given))
        return vectors
