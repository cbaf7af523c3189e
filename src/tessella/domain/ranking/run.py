"""The steps of one ranking, and all that they found: the answer and its explanation are made of the same numbers.

Source: requirement A, "Request pipeline" step 5.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.blend import blend, signals, weights
from tessella.domain.ranking.boost import boosts, overlaps
from tessella.domain.ranking.candidates import Floats, Mask, Places
from tessella.domain.ranking.caps import caps_of
from tessella.domain.ranking.catalogue import Rows
from tessella.domain.ranking.eligibility import bars, passing
from tessella.domain.ranking.gather import Gathered, gather
from tessella.domain.ranking.index import RankingIndex
from tessella.domain.ranking.interest import Interest, interest_of
from tessella.domain.ranking.mmr import POOL, Step, diversified, in_order, similarity_of
from tessella.domain.ranking.ranking import RankingRequest
from tessella.domain.ranking.selection import Selection, select


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

    gathered: Gathered
    tests: Sequence[tuple[str, Mask]]
    scored: Scored
    selection: Selection


def run(index: RankingIndex, request: RankingRequest, now: Instant) -> Run:
    """All steps in their order."""
    interest = interest_of(index, request, now)
    gathered = gather(index, request, interest)
    tests = bars(index, request, gathered.rows, now)
    scored = score(index, request, interest, gathered, passing(tests, len(gathered.rows)))
    return Run(gathered, tests, scored, _select(index, request, scored))


def score(index: RankingIndex, request: RankingRequest, interest: Interest, gathered: Gathered, passes: Mask) -> Scored:
    """Steps 3 and 4, for the candidates that pass, and their order."""
    config = request.config
    rows = gathered.rows[passes]
    found = signals(index, config, interest, rows, gathered.nearness[passes])
    blended = blend(found, weights(config))
    overlap = overlaps(index.catalogue, rows, interest.taste)
    boost = boosts(blended, overlap, config["profile_boost"])
    relevance = blended + boost
    order = np.argsort(-relevance, kind="stable")
    return Scored(rows.take(order), relevance.take(order), order, found, overlap, boost)


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
