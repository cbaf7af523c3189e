"""What is asked of a ranking, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from tessella.domain.identifiers import Json
from tessella.domain.ranking.catalogue import Rows
from tessella.domain.ranking.history import NO_HISTORY, History
from tessella.domain.ranking.knobs import KnobValue

_NO_ROWS = np.empty(0, np.int32)


class RankingRequest(msgspec.Struct, frozen=True):
    """What is asked, in rows of one index. A struct: one is made for every request."""

    config: Mapping[str, KnobValue]
    limit: int
    history: History = NO_HISTORY
    #: Rank just these; None: whatever is found.
    only: Rows | None = None
    #: Items to find similar ones of; they take the place of the subject's recent items.
    anchors: Rows = _NO_ROWS
    #: Items that come first whatever their score, if they are eligible.
    pins: Rows = _NO_ROWS
    #: The region of the request; None: not known.
    region: str | None = None


class RankedItem(msgspec.Struct, frozen=True):
    """One item of the answer."""

    item_id: str
    score: float
    #: Why it is here, the strongest first.
    reasons: tuple[str, ...] = ()


class Ranking(msgspec.Struct, frozen=True):
    """The answer, best first, and what is to be known about the whole of it."""

    items: tuple[RankedItem, ...]
    #: Reason codes with a sentence, such as `cold_subject`.
    remarks: tuple[tuple[str, str], ...] = ()
    #: With explain: what each step did.
    trace: Sequence[Mapping[str, Json]] | None = None
