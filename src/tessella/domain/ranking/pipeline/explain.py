"""Every number that led to a list, and what fell out on the way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from tessella.domain.ranking.catalogue.catalogue import Catalogue, Rows
from tessella.domain.ranking.pipeline.answer import places_of, scores, terms
from tessella.domain.ranking.pipeline.blend import weights
from tessella.domain.ranking.pipeline.run import Run
from tessella.domain.ranking.ranking import FellOut, ItemTrace, RankingRequest, Term, Trace
from tessella.domain.ranking.reasons import LIMIT, TERMS
from tessella.domain.ranking.rows.weighted_rows import Mask

#: The most items that a trace names for one reason.
MOST_NAMED: Final = 50


def trace(catalogue: Catalogue, request: RankingRequest, done: Run) -> Trace:
    """What each step of a run did."""
    return Trace(
        gathered=len(done.found.gathered.rows),
        eligible=len(done.scored.rows),
        items=tuple(_items(catalogue, request, done)),
        fell_out=tuple(_fell_out(catalogue, done)),
    )


def _items(catalogue: Catalogue, request: RankingRequest, done: Run) -> Iterator[ItemTrace]:
    scored, chosen = done.scored, done.selection.chosen
    places = places_of(done)
    item_ids = catalogue.ids_of(scored.rows[places])
    columns = zip(item_ids, scores(done, places), terms(request.config, done, places), strict=True)
    for i, (item_id, score, added) in enumerate(columns):
        place = chosen[i].place
        yield ItemTrace(
            item_id=item_id,
            score=score,
            terms=_terms(request, scored.signals[:, scored.order[place]].tolist(), added),
            overlap=float(scored.overlaps[scored.order[place]]),
            boost=added[-1],
            mmr_penalty=chosen[i].penalty,
            place_by_relevance=place + 1,
            place=i + 1,
            pinned=chosen[i].pinned,
        )


def _terms(request: RankingRequest, values: list[float], added: list[float]) -> tuple[Term, ...]:
    return tuple(map(Term, TERMS, values, weights(request.config).tolist(), added))


def _fell_out(catalogue: Catalogue, done: Run) -> Iterator[FellOut]:
    """Each item that was gathered and is not in the list, with the first thing that kept it out."""
    still: Mask = np.ones(len(done.found.gathered.rows), np.bool_)
    for reason, passes in done.found.tests:
        yield from _left_out(catalogue, "eligibility", reason, done.found.gathered.rows[still & ~passes])
        still &= passes
    rows, chosen, capped = done.scored.rows, done.selection.chosen, done.selection.capped
    for reason in dict.fromkeys(reason for _, reason in capped):
        yield from _left_out(catalogue, "caps", reason, rows[[place for place, by in capped if by == reason]])
    listed = {each.place for each in chosen} | {place for place, _ in capped}
    beyond = [place for place in range(len(rows)) if place not in listed]
    yield from _left_out(catalogue, "limit", LIMIT, rows[np.array(beyond, np.intp)])


def _left_out(catalogue: Catalogue, step: str, reason: str, rows: Rows) -> Iterator[FellOut]:
    if len(rows):
        yield FellOut(step, reason, len(rows), tuple(catalogue.ids_of(rows[:MOST_NAMED])))
