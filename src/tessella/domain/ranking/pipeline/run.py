"""The steps of one ranking, and all that they found: the answer and its explanation are made of the same numbers.

Source: requirement A, "Request pipeline" step 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import Rows
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.pipeline.blend import blend, signals, weights
from tessella.domain.ranking.pipeline.boost import boosts, overlaps
from tessella.domain.ranking.pipeline.caps import caps_of
from tessella.domain.ranking.pipeline.eligibility import can_look_everywhere, eligible_rows, passing, tests_of
from tessella.domain.ranking.pipeline.gather import (
    WIDEST,
    Gathered,
    Width,
    gather,
    most_popular,
    popular_rows,
    usual_width,
)
from tessella.domain.ranking.pipeline.interest import Interest, interest_of
from tessella.domain.ranking.pipeline.mmr import POOL, Step, diversified, in_order, similarity_of
from tessella.domain.ranking.pipeline.selection import Selection, select
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.rows.weighted_rows import Floats, Mask, Places


class Found(msgspec.Struct, frozen=True):
    """What is gathered, and what may be shown of it."""

    gathered: Gathered
    #: Each test that applies, by its reason: whether each item passes.
    tests: Sequence[tuple[str, Mask]]
    #: Whether each item passes all of them.
    passes: Mask


class Scored(msgspec.Struct, frozen=True):
    """The eligible candidates. A place is one in the order of relevance; ties by row."""

    #: The most relevant first.
    rows: Rows
    #: Blend and boost together, descending.
    relevance: Floats
    #: What each place has in the columns below.
    order: Places
    #: Shape (4, items).
    signals: Floats
    overlaps: Floats
    boosts: Floats


class Run(msgspec.Struct, frozen=True):
    """Everything that the steps found."""

    found: Found
    scored: Scored
    selection: Selection


def run(index: RankingIndex, request: RankingRequest, now: Instant) -> Run:
    """All steps in their order."""
    interest = interest_of(index, request, now)
    found = find(index, request, interest, now)
    scored = score(index, request, interest, found)
    return Run(found, scored, _select(index, request, scored))


def find(index: RankingIndex, request: RankingRequest, interest: Interest, now: Instant) -> Found:
    """Steps 1 and 2, and again with more items where too few may be shown."""
    offers = _popular(index, request, now)
    found = _found(index, request, interest, now, *next(offers))
    while not is_enough(found, request) and (offer := next(offers, None)) is not None:
        found = _found(index, request, interest, now, *offer)
    return found


def _popular(index: RankingIndex, request: RankingRequest, now: Instant) -> Iterator[tuple[Width, Rows]]:
    """What popularity offers: the most popular items; of some thousand those that pass; and of all items those."""
    popular = popular_rows(index, request)
    yield usual_width(request.limit), popular
    yield WIDEST, popular
    yield WIDEST, popular[passing(tests_of(index, request, popular, now))]
    if can_look_everywhere(request):
        yield WIDEST, most_popular(index, request, eligible_rows(index, request, now))


def is_enough(found: Found, request: RankingRequest) -> bool:
    """Whether the list can be filled, or nothing else may be looked for."""
    return request.only is not None or int(np.count_nonzero(found.passes)) >= request.limit


def _found(
    index: RankingIndex, request: RankingRequest, interest: Interest, now: Instant, width: Width, popular: Rows
) -> Found:
    gathered = gather(index, request, interest, width, popular)
    tests = tests_of(index, request, gathered.rows, now)
    return Found(gathered, tests, passing(tests))


def score(index: RankingIndex, request: RankingRequest, interest: Interest, found: Found) -> Scored:
    """Steps 3 and 4, for the candidates that pass, and their order."""
    config = request.config
    rows, nearness = found.gathered.rows[found.passes], found.gathered.nearness[found.passes]
    values = signals(index, config, interest, rows, nearness)
    blended = blend(values, weights(config))
    overlap = overlaps(index.catalogue, rows, interest.taste)
    boost = boosts(blended, overlap, config["profile_boost"])
    relevance = blended + boost
    order = np.argsort(-relevance, kind="stable")
    return Scored(rows.take(order), relevance.take(order), order, values, overlap, boost)


def _select(index: RankingIndex, request: RankingRequest, scored: Scored) -> Selection:
    """Steps 5 to 7."""
    caps = caps_of(request.config, index.catalogue, scored.rows)
    return select(_order(index, request, scored), _pinned(request, scored.rows), caps, request.limit)


def _order(index: RankingIndex, request: RankingRequest, scored: Scored) -> Iterator[Step]:
    mmr_lambda = request.config["mmr_lambda"]
    if mmr_lambda == 1.0:
        return in_order(scored.relevance)
    return diversified(scored.relevance, similarity_of(index, scored.rows[:POOL]), mmr_lambda)


def _pinned(request: RankingRequest, rows: Rows) -> list[int]:
    """The places of the pins that may be shown, in the order of the pins, each once."""
    if not len(request.pins):
        return []
    place_of = {row: place for place, row in enumerate(rows.tolist())}
    return [place_of[row] for row in dict.fromkeys(request.pins.tolist()) if row in place_of]
