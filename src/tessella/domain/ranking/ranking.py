"""What is asked of a ranking, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.ranking.catalogue.catalogue import NO_ROWS, Rows
from tessella.domain.ranking.filters.item_filter import ItemFilter
from tessella.domain.ranking.knobs import KnobValue
from tessella.domain.ranking.subject.history import NO_HISTORY, History


class RankingRequest(msgspec.Struct, frozen=True):
    """What is asked, in rows of one index. A struct: one is made for every request."""

    config: Mapping[str, KnobValue]
    #: The most items, 1 to 500.
    limit: int
    history: History = NO_HISTORY
    #: Rank just these; None: whatever is found.
    only: Rows | None = None
    #: Items to find similar ones of; they take the place of the subject's recent items.
    anchors: Rows = NO_ROWS
    #: Items that come first whatever their score, if they are eligible.
    pins: Rows = NO_ROWS
    #: The region of the request; None: not known.
    region: str | None = None
    #: An item has to pass all of them.
    filters: tuple[ItemFilter, ...] = ()
    #: What filters read besides the item: the values of the request and the subject.
    values: Mapping[FeatureName, Value] = {}


class RankedItem(msgspec.Struct, frozen=True, gc=False):
    """One item of the answer. Rankings are kept, with hundreds of thousands of these: no collection looks at them."""

    item_id: str
    score: float
    #: Why it is here, the strongest first.
    reasons: tuple[str, ...] = ()


class Term(msgspec.Struct, frozen=True):
    """What one signal adds to a score."""

    #: Its reason code.
    signal: str
    #: 0 to 1.
    value: float
    weight: float
    contribution: float


class ItemTrace(msgspec.Struct, frozen=True):
    """How one score came about: the contributions and the boost together, less the penalty."""

    item_id: str
    score: float
    terms: tuple[Term, ...]
    #: How much of the subject's taste the item meets, 0 to 1.
    overlap: float
    boost: float
    #: What diversity takes from it; and its place before and after, from 1.
    mmr_penalty: float
    place_by_relevance: int
    place: int
    pinned: bool = False


class FellOut(msgspec.Struct, frozen=True):
    """What one step left out, for one reason."""

    step: str
    reason: str
    count: int
    #: The first of them: the most relevant where relevance is known by then, else in the order of ids.
    item_ids: tuple[str, ...]


class Trace(msgspec.Struct, frozen=True):
    """What each step did."""

    #: How many items were gathered, and how many of them may be shown.
    gathered: int
    eligible: int
    items: tuple[ItemTrace, ...]
    fell_out: tuple[FellOut, ...]


class Ranking(msgspec.Struct, frozen=True):
    """The answer, best first, and what is to be known about the whole of it."""

    items: tuple[RankedItem, ...]
    #: Reason codes with a sentence, such as `cold_subject`.
    remarks: tuple[tuple[str, str], ...] = ()
    #: With explain: what each step did.
    trace: Trace | None = None
