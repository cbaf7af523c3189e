"""What a run found, as the caller gets it: items with their scores and reasons, and remarks on the whole list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from tessella.domain.ranking import reasons
from tessella.domain.ranking.blend import weights
from tessella.domain.ranking.candidates import Floats, Places
from tessella.domain.ranking.index import RankingIndex
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.ranking import RankedItem, Ranking, RankingRequest
from tessella.domain.ranking.run import Run
from tessella.domain.ranking.windows import is_built

#: A score is told to so many digits: enough to tell items apart, and none that depends on the processor.
DIGITS: Final = 9


def answer(index: RankingIndex, request: RankingRequest, done: Run) -> Ranking:
    """The list, and what is to be said about it."""
    places = np.array([each.place for each in done.selection.chosen], np.intp)
    item_ids = index.catalogue.ids_of(done.scored.rows[places])
    items = map(RankedItem, item_ids, scores(done, places).tolist(), _reasons(request, done, places))
    remarks = tuple((code, reasons.REMARKS[code]) for code in _remarks(index, request, done))
    return Ranking(tuple(items), remarks)


def scores(done: Run, places: Places) -> Floats:
    """The score of each item of the list."""
    penalties = np.array([each.penalty for each in done.selection.chosen], np.float64)
    return np.round(done.scored.relevance[places] - penalties, DIGITS)


def terms(config: Mapping[str, KnobValue], done: Run, places: Places) -> Floats:
    """Shape (items, 5): what each signal and the boost add to the score of each, in the order of `reasons.TERMS`."""
    contributions = done.scored.signals[:, places].T * weights(config)
    return np.column_stack((contributions, done.scored.boosts[places]))


def _reasons(request: RankingRequest, done: Run, places: Places) -> Iterator[tuple[str, ...]]:
    """What put each item where it is, the greatest term first."""
    found = terms(request.config, done, places)
    counts = np.count_nonzero(found > 0.0, axis=1).tolist()
    orders = np.argsort(-found, axis=1, kind="stable").tolist()
    for chosen, order, count in zip(done.selection.chosen, orders, counts, strict=True):
        own = tuple(reasons.TERMS[term] for term in order[:count])
        yield (reasons.PINNED, *own) if chosen.pinned else (*own, reasons.DIVERSITY) if chosen.moved_up else own


def _remarks(index: RankingIndex, request: RankingRequest, done: Run) -> Iterator[str]:
    """The codes of what is to be said about the whole list."""
    if not len(index.catalogue):
        yield reasons.EMPTY_CATALOGUE
    elif not len(done.scored.rows):
        yield reasons.NOTHING_ELIGIBLE
    if not len(request.history) and not (request.anchors >= 0).any():
        yield reasons.COLD_SUBJECT
    if not is_built(index, request.config):
        yield reasons.WINDOW_NOT_BUILT
    yield from (reason for reason, passes in done.tests if reason == reasons.EXCLUDED_PURCHASED and not passes.all())
    yield from dict.fromkeys(reason for _, reason in done.selection.capped)
    if done.selection.capped and len(done.selection.chosen) < request.limit:
        yield reasons.CAP_NOT_MET
