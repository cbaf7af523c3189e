"""Put items in order for one request."""

from __future__ import annotations

import msgspec

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.pipeline.answer import answer
from tessella.domain.ranking.pipeline.explain import trace
from tessella.domain.ranking.pipeline.run import run
from tessella.domain.ranking.ranking import Ranking, RankingRequest


def rank(index: RankingIndex, request: RankingRequest, *, now: Instant) -> Ranking:
    """The items of the index in order for the request. The same inputs give the same answer, byte by byte.

    score = alpha * popularity + beta * co-visitation + gamma * embedding + delta * own history + boost - penalty.
    """
    return answer(index, request, run(index, request, now))


def rank_explained(index: RankingIndex, request: RankingRequest, *, now: Instant) -> Ranking:
    """As `rank`, with every number that led to the order, and what fell out on the way."""
    done = run(index, request, now)
    return msgspec.structs.replace(answer(index, request, done), trace=trace(index.catalogue, request, done))
