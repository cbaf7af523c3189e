"""Taste: the brands, categories and tags that a subject had most to do with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import accumulate, pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.candidates import Floats, Places, added
from tessella.domain.ranking.catalogue import NONE, Catalogue, Rows
from tessella.domain.ranking.history import History
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.spans import spans


class Taste(msgspec.Struct, frozen=True):
    """The share of each label of a catalogue, by its code; one place more, for items without a label. Together 1."""

    brands: Floats
    categories: Floats
    tags: Floats

    def overlap(self, catalogue: Catalogue, rows: Rows) -> Floats:
        """The shares of each item's labels together: 0 to 1."""
        found = self.brands.take(catalogue.brands.codes.take(rows))
        found += self.categories.take(catalogue.categories.codes.take(rows))
        if self.tags.any():
            at, lengths = spans(catalogue.tags.offsets, rows)
            shares = self.tags.take(catalogue.tags.codes.take(at))
            found += added(np.repeat(np.arange(len(rows)), lengths), shares, len(rows))
        return found


def taste_of(catalogue: Catalogue, history: History, config: Mapping[str, KnobValue], now: Instant) -> Taste | None:
    """The `profile_top_n` labels with the most events of the last `profile_window_days`, by what the events count for.

    share(l) = weight(l) / sum of the weights of the chosen labels; ties go to brands, then categories, then tags.
    """
    late = history.times > now - int(config["profile_window_days"] * DAY_US)
    labels, weights = _labels_of(catalogue, history.rows[late], history.weights[late])
    distinct, places = np.unique(labels, return_inverse=True)
    sums = added(places, weights, len(distinct))
    best = np.lexsort((distinct, -sums))[: int(config["profile_top_n"])]
    total = sums[best].sum()
    return Taste(*_tables(catalogue, distinct[best], sums[best] / total)) if total > 0.0 else None


def _labels_of(catalogue: Catalogue, rows: Rows, weights: NDArray[np.float32]) -> tuple[Places, NDArray[np.float32]]:
    """The labels of each event's item, brands, categories and tags counted through, and what each counts for."""
    at, lengths = spans(catalogue.tags.offsets, rows)
    codes = (catalogue.brands.codes.take(rows), catalogue.categories.codes.take(rows), catalogue.tags.codes.take(at))
    starts = _starts(catalogue)
    labels = np.concatenate([each + start for each, start in zip(codes, starts, strict=False)])
    known = np.concatenate(codes) != NONE
    return labels[known], np.concatenate((weights, weights, np.repeat(weights, lengths)))[known]


def _tables(catalogue: Catalogue, labels: Places, shares: Floats) -> Iterator[Floats]:
    for start, end in pairwise(_starts(catalogue)):
        table = np.zeros(end - start + 1)
        chosen = (start <= labels) & (labels < end)
        table[labels[chosen] - start] = shares[chosen]
        yield table


def _starts(catalogue: Catalogue) -> tuple[int, ...]:
    """Where the brands, the categories and the tags begin when all labels are counted through, and where they end."""
    kinds = (catalogue.brands, catalogue.categories, catalogue.tags)
    return tuple(accumulate((len(each.names) for each in kinds), initial=0))
