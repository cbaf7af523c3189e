"""What a subject did with items, as it is stored: ids, and how they become rows of an index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np

from tessella.domain.identifiers import Instant
from tessella.domain.ranking.catalogue.catalogue import NONE
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.ranking.subject.history import NO_HISTORY, History

#: What was shown to a subject is not what the subject did: it would push everything else out of the history.
NOT_DONE: Final = "impression"


@dataclass(frozen=True, slots=True)
class SubjectEvents:
    """The last events of one subject about items, newest first; at most `HISTORY_LENGTH`."""

    item_ids: tuple[str, ...] = ()
    event_types: tuple[str, ...] = ()
    #: Microseconds UTC, descending.
    times: tuple[int, ...] = ()
    #: Events that were received up to this moment are among them; None when nothing was read.
    as_of: Instant | None = None
    #: Whether they come from memory because the database is away.
    stale: bool = False
    #: SHA-256 of the three columns, in hexadecimal; empty when nothing was read.
    digest: str = ""
    #: Their rows in the index that was asked for last, by its version.
    _rows: dict[str, tuple[RankingSetup, History]] = field(default_factory=dict, compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.item_ids)

    def in_rows(self, index: RankingIndex, setup: RankingSetup) -> History:
        """The events in rows of an index, remembered. Left out is what the index does not hold or `setup` not count."""
        if not self.item_ids:
            return NO_HISTORY
        found = self._rows.get(index.version)
        if found is None or found[0] != setup:
            self._rows.clear()
            found = self._rows[index.version] = setup, _history(self, index, setup)
        return found[1]


NO_EVENTS: Final = SubjectEvents()


def subject_events(
    item_ids: Sequence[str], event_types: Sequence[str], times: Sequence[int], as_of: Instant
) -> SubjectEvents:
    """The events of three columns that were read at `as_of`.

    >>> subject_events(["a"], ["view"], [5], Instant(9)).digest[:8]
    '132ac44c'
    """
    columns = tuple(item_ids), tuple(event_types), tuple(times)
    return SubjectEvents(*columns, as_of, digest=hashlib.sha256(msgspec.json.encode(columns)).hexdigest())


def _history(events: SubjectEvents, index: RankingIndex, setup: RankingSetup) -> History:
    rows = index.catalogue.rows_of(events.item_ids)
    weights = np.array([setup.event_weights.get(each, 0.0) for each in events.event_types], np.float32)
    purchased = np.array([each in setup.purchase_types for each in events.event_types], np.bool_)
    counted = (rows != NONE) & ((weights > 0) | purchased)
    return History(rows[counted], np.array(events.times, np.int64)[counted], weights[counted], purchased[counted])
