"""Taste: the brands, categories and tags that a subject had most to do with."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import NONE, Catalogue, Rows
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.rows.spans import spans
from tessella.domain.ranking.rows.weighted_rows import Floats, Places, added
from tessella.domain.ranking.subject.history import History


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
    begin = now - int(config["profile_window_days"] * DAY_US)
    late = int(np.count_nonzero(history.times > begin))
    labels, shares = _remembered(catalogue, history, late, int(config["profile_top_n"]))
    return _taste(catalogue, labels, shares) if len(labels) else None


def _remembered(catalogue: Catalogue, history: History, late: int, most: int) -> tuple[Places, Floats]:
    """A subject who comes back within seconds still has the same strongest labels."""
    found = history.strongest.get((late, most))
    if found is None:
        found = _strongest(catalogue, history, late, most)
        history.strongest.clear()
        history.strongest[late, most] = found
    return found


def _strongest(catalogue: Catalogue, history: History, late: int, most: int) -> tuple[Places, Floats]:
    """The `most` labels of the `late` last events that have the most, and their shares; none when nothing counts."""
    labels, weights = _labels_of(catalogue, history.rows[:late], history.weights[:late])
    distinct, places = np.unique(labels, return_inverse=True)
    sums = added(places, weights, len(distinct))
    best = np.lexsort((distinct, -sums))[:most]
    total = float(sums[best].sum())
    return (distinct[best], sums[best] / total) if total > 0.0 else (distinct[:0], sums[:0])


def _labels_of(catalogue: Catalogue, rows: Rows, weights: NDArray[np.float32]) -> tuple[Places, NDArray[np.float32]]:
    """The labels of each event's item, counted through, and what each counts for."""
    at, lengths = spans(catalogue.tags.offsets, rows)
    codes = (catalogue.brands.codes.take(rows), catalogue.categories.codes.take(rows), catalogue.tags.codes.take(at))
    _, categories, tags, _ = _starts(catalogue)
    labels = np.concatenate((codes[0], codes[1] + categories, codes[2] + tags))
    known = np.concatenate(codes) != NONE
    return labels[known], np.concatenate((weights, weights, np.repeat(weights, lengths)))[known]


def _taste(catalogue: Catalogue, labels: Places, shares: Floats) -> Taste:
    brands, categories, tags, end = _starts(catalogue)
    table = np.zeros(end)
    table[labels] = shares
    return Taste(table[brands:categories], table[categories:tags], table[tags:end])


def _starts(catalogue: Catalogue) -> tuple[int, int, int, int]:
    """Where brands, categories and tags begin when all labels are counted through, a place after each kind, the end."""
    categories = len(catalogue.brands.names) + 1
    tags = categories + len(catalogue.categories.names) + 1
    return 0, categories, tags, tags + len(catalogue.tags.names) + 1
