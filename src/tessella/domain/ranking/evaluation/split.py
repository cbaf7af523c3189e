"""A split in time: what came before a cut is what a ranking knows, what came after is what it should have known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.evaluation.pairs import Pairs, pairs_of
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.ranking.subject.history import HISTORY_LENGTH, History

#: Of more subjects than these, some are evaluated.
MOST_SUBJECTS: Final = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Events before the cut, and what each subject bought from the cut on."""

    #: The last moment that is known: one microsecond before the cut. An event at the cut is not.
    as_of: Instant
    items: int
    known: Interactions
    #: The codes of the subjects that are evaluated, ascending: known before the cut, and buying after it.
    subjects: NDArray[np.int32]
    #: What they bought from the cut on, each item once, by their place in `subjects`.
    bought_after: Pairs
    #: What they had bought before it.
    bought_before: Pairs
    #: How many bought after the cut and were not known before: nothing personal can be said of them.
    cold_subjects: int

    def history_of(self, place: int) -> History:
        """What a ranking at the cut would have read of a subject: the last 1,000 events, newest first."""
        code, known = self.subjects[place], self.known
        begin, end = np.searchsorted(known.subjects, [code, code + 1])
        at = np.arange(end - 1, max(begin, end - HISTORY_LENGTH) - 1, -1)
        return History(known.rows[at], known.times[at], known.weights[at], known.purchased[at])


def split_at(
    events: Interactions, items: int, cut: Instant, until: Instant, most_subjects: int = MOST_SUBJECTS
) -> Split:
    """Hold out what was bought from `cut` on, until before `until`. Events from `until` on count for nothing.

    Of more than `most_subjects`, about as many are evaluated, spread evenly over all.
    """
    known = events.where(events.times < cut)
    held_out = events.where(events.purchased & (events.times >= cut) & (events.times < until))
    buyers = np.unique(held_out.subjects)
    warm = np.intersect1d(buyers, known.subjects)
    subjects = warm[:: max(1, -(-len(warm) // most_subjects))]
    return Split(
        as_of=Instant(cut - 1),
        items=items,
        known=known,
        subjects=subjects,
        bought_after=_bought(held_out, subjects, items),
        bought_before=_bought(known.purchases(), subjects, items),
        cold_subjects=len(buyers) - len(warm),
    )


def _bought(events: Interactions, subjects: NDArray[np.int32], items: int) -> Pairs:
    chosen = np.isin(events.subjects, subjects)
    places = np.searchsorted(subjects, events.subjects[chosen])
    return pairs_of(places, events.rows[chosen], len(subjects), items)
