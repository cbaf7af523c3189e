"""Step 2: which candidates may be shown, and of each other one the first thing that bars it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.ranking import reasons
from tessella.domain.ranking.catalogue.catalogue import LabelSets, Rows
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.rows.spans import spans
from tessella.domain.ranking.rows.weighted_rows import Mask, marked


def tests_of(index: RankingIndex, request: RankingRequest, rows: Rows, now: Instant) -> list[tuple[str, Mask]]:
    """Each test that applies, by its reason code: whether each candidate passes."""
    return list(_tests(index, request, rows, now))


def _tests(index: RankingIndex, request: RankingRequest, rows: Rows, now: Instant) -> Iterator[tuple[str, Mask]]:
    catalogue = index.catalogue
    yield reasons.UNAVAILABLE, catalogue.is_available(rows, now)
    if len(catalogue.regions.codes):
        yield reasons.REGION, in_region(catalogue.regions, rows, request.region)
    if request.config["rule_exclude_purchased"] and len(request.history):
        yield reasons.EXCLUDED_PURCHASED, ~marked(rows, lately_bought(request, now), len(catalogue))
    for each in request.filters:
        yield reasons.ITEM_FILTER, index.verdicts.passing(catalogue, each, rows, request.values, now)
    if len(request.anchors) and request.only is None:
        yield reasons.ANCHOR, ~marked(rows, request.anchors, len(catalogue))


def eligible_rows(index: RankingIndex, request: RankingRequest, now: Instant) -> Rows:
    """Every item of the catalogue that may be shown, ascending; for requests that `can_look_everywhere`."""
    rows = index.verdicts.passing_all(index.catalogue, request.filters, request.values, now)
    return rows[passing(tests_of(index, request, rows, now))]


def can_look_everywhere(request: RankingRequest) -> bool:
    """Whether what filters say can be remembered; else every request would ask about every item anew."""
    return not any(each.moves for each in request.filters)


def in_region(regions: LabelSets, rows: Rows, region: str | None) -> Mask:
    """Whether each item is for the region. One that names none is for all; an unknown region is in none."""
    at, lengths = spans(regions.offsets, rows)
    code = regions.names.index(region) if region in regions.names else -1
    fits = np.repeat(np.arange(len(rows)), lengths)[regions.codes.take(at) == code]
    passes: Mask = lengths == 0
    passes[fits] = True
    return passes


def lately_bought(request: RankingRequest, now: Instant) -> Rows:
    """What the subject bought in the last `purchased_window_days`."""
    history = request.history
    late = history.times > now - request.config["purchased_window_days"] * DAY_US
    return history.rows[history.purchased & late]


def passing(tests: list[tuple[str, Mask]]) -> Mask:
    """The candidates that pass all tests; there is always one."""
    return np.asarray(np.logical_and.reduce([mask for _, mask in tests]))
