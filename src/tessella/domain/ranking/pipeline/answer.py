"""What a run found, as the caller gets it: items with their scores and reasons, and remarks on the whole list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Final

import numpy as np

from tessella.domain.ranking import reasons
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.windows import is_built
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.pipeline.blend import weights
from tessella.domain.ranking.pipeline.eligibility import can_look_everywhere
from tessella.domain.ranking.pipeline.gather import popular_rows
from tessella.domain.ranking.pipeline.run import Run, is_enough
from tessella.domain.ranking.pipeline.selection import Chosen
from tessella.domain.ranking.ranking import RankedItem, Ranking, RankingRequest
from tessella.domain.ranking.rows.weighted_rows import Places

#: A score is told to so many digits: enough to tell items apart, and none that depends on the processor.
DIGITS: Final = 6


def answer(index: RankingIndex, request: RankingRequest, done: Run) -> Ranking:
    """The list, and what is to be said about it."""
    places = places_of(done)
    item_ids = index.catalogue.ids_of(done.scored.rows.take(places))
    why = map(_reasons, done.selection.chosen, terms(request.config, done, places))
    remarks = [(code, reasons.REMARKS[code]) for code in _remarks(index, request, done)]
    return Ranking(tuple(map(RankedItem, item_ids, scores(done, places), why)), tuple(remarks))


def places_of(done: Run) -> Places:
    """The place of each item of the list in the order of relevance."""
    return np.array([each.place for each in done.selection.chosen], np.intp)


def scores(done: Run, places: Places) -> list[float]:
    """The score of each item of the list."""
    relevance = done.scored.relevance.take(places).tolist()
    return [round(each - chosen.penalty, DIGITS) for each, chosen in zip(relevance, done.selection.chosen, strict=True)]


def terms(config: Mapping[str, KnobValue], done: Run, places: Places) -> list[list[float]]:
    """What each signal and the boost add to the score of each item of the list, in the order of `reasons.TERMS`."""
    at = done.scored.order.take(places)
    contributions = (done.scored.signals.take(at, axis=1).T * weights(config)).tolist()
    boosts = done.scored.boosts.take(at).tolist()
    return [[*added, boost] for added, boost in zip(contributions, boosts, strict=True)]


def _reasons(chosen: Chosen, added: Sequence[float]) -> tuple[str, ...]:
    """What put an item where it is, the greatest term first."""
    positive = sorted([(-term, place) for place, term in enumerate(added) if term > 0.0])
    why = tuple([reasons.TERMS[place] for _, place in positive])
    return _shared((reasons.PINNED, *why) if chosen.pinned else (*why, reasons.DIVERSITY) if chosen.moved_up else why)


@cache
def _shared(why: tuple[str, ...]) -> tuple[str, ...]:
    """The same object for equal reasons: rankings are kept, and their reasons are few."""
    return why


def _remarks(index: RankingIndex, request: RankingRequest, done: Run) -> Iterator[str]:
    """The codes of what is to be said about the whole list."""
    if not len(index.catalogue):
        yield reasons.EMPTY_CATALOGUE
    elif not len(done.scored.rows):
        yield reasons.NOTHING_ELIGIBLE
    if not len(request.history) and not (request.anchors >= 0).any():
        yield reasons.COLD_SUBJECT
    if _were_popular_only(index, request, done):
        yield reasons.POPULAR_ONLY
    if not is_built(index, request.config):
        yield reasons.WINDOW_NOT_BUILT
    yield from (
        reason for reason, passes in done.found.tests if reason == reasons.EXCLUDED_PURCHASED and not passes.all()
    )
    yield from dict.fromkeys(reason for _, reason in done.selection.capped)
    if done.selection.capped and len(done.selection.chosen) < request.limit:
        yield reasons.CAP_NOT_MET


def _were_popular_only(index: RankingIndex, request: RankingRequest, done: Run) -> bool:
    """Whether the list is short, and there are items that nobody looked at."""
    if is_enough(done.found, request) or can_look_everywhere(request):
        return False
    return len(popular_rows(index, request)) < len(index.catalogue)
