"""What a ranking is made from besides the request: the catalogue and its signals, built at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Rows
from tessella.domain.ranking.filters.verdicts import Verdicts

#: A row a vector.
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Popularity:
    """How much each item is bought, for one half-life."""

    #: Shape (items,), 0 to 1.
    scores: NDArray[np.float32]
    #: The most popular rows, best first; ties by row.
    top: Rows


@dataclass(frozen=True, slots=True, eq=False)
class Neighbours:
    """The nearest items of each item, best first."""

    #: Shape (items + 1,): the neighbours of row r are at `offsets[r]:offsets[r + 1]`.
    offsets: NDArray[np.int64]
    rows: Rows
    #: 0 to 1, descending within an item.
    weights: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Embeddings:
    """A vector an item, and cells of near ones to find candidates by."""

    #: Shape (items, dimensions), of length 1; a row of zeros is an item without a vector.
    vectors: NDArray[np.float32]
    #: Shape (cells, dimensions).
    centres: NDArray[np.float32]
    #: Shape (cells + 1,): the rows of cell c are `members[offsets[c]:offsets[c + 1]]`, the most popular first.
    offsets: NDArray[np.int64]
    members: Rows


@dataclass(frozen=True, slots=True, eq=False)
class RankingIndex:
    """One version of everything that is computed ahead. Immutable; shared by all requests, replaced whole."""

    version: str
    #: Events up to this moment are in it.
    as_of: Instant
    catalogue: Catalogue
    #: By half-life, in days.
    popularity: Mapping[float, Popularity] = field(default_factory=dict)
    #: By window, in days.
    co_visitation: Mapping[int, Neighbours] = field(default_factory=dict)
    embeddings: Embeddings | None = None
    #: A digest of what has become of its items since it was built; empty while nothing has.
    overlay: str = ""
    #: What filters say of its items, as far as anybody asked.
    verdicts: Verdicts = field(default_factory=Verdicts)
