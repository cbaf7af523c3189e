"""What the clients saw: of every event whether it was sent and acknowledged, of every decision whether it was right."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Timed:
    """One answered request."""

    #: Monotonic seconds of the answer.
    at: float
    taken_ms: float


_NUMBERS = itertools.count(1)


@dataclass(slots=True)
class History:
    """Everything, over all clients of one run."""

    #: What the ids of its events begin with: other runs may share the database.
    prefix: str = field(default_factory=lambda: f"run-{next(_NUMBERS)}-")
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    #: When events were acknowledged for the first time.
    acknowledgements: list[Timed] = field(default_factory=list)
    duplicates_sent: int = 0
    #: What the answers said of events that were new.
    accepted: int = 0
    decisions: list[Timed] = field(default_factory=list)
    #: Right, but without the facts of a subject who was not in memory while the database was away.
    from_request_alone: int = 0
    #: What was wrong with decisions: text and how often.
    wrong: Counter[str] = field(default_factory=Counter)
    #: Decisions that were answered with something else than a decision.
    decision_errors: Counter[str] = field(default_factory=Counter)
    #: Writes that were answered with something else than 202 or a 503 with Retry-After.
    write_errors: Counter[str] = field(default_factory=Counter)
    writes_put_off: int = 0
    #: Connections that were refused, cut or silent.
    lost: Counter[str] = field(default_factory=Counter)

    def decided(self, begin: float, end: float) -> list[Timed]:
        """The decisions between two moments."""
        return [each for each in self.decisions if begin <= each.at < end]

    def first_acknowledgement_after(self, moment: float) -> float:
        """When it was; infinite when there was none."""
        return min((each.at for each in self.acknowledgements if each.at > moment), default=math.inf)


def quantile_ms(requests: Sequence[Timed], share: float) -> float:
    """A quantile of the times taken; 0 of none."""
    taken = sorted(each.taken_ms for each in requests)
    return taken[min(int(len(taken) * share), len(taken) - 1)] if taken else 0.0
