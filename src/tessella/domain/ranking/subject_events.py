"""What a subject did with items, as it is stored: ids, not yet rows of an index."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from tessella.domain.identifiers import Instant

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

    def __len__(self) -> int:
        return len(self.item_ids)


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
