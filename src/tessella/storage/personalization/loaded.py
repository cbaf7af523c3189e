"""What a process remembers of personalization in one namespace: its flags, and the items of its scopes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from tessella.domain.features.schema import Feature
from tessella.domain.identifiers import ScopeId
from tessella.domain.personalization.candidates import Candidates
from tessella.domain.personalization.flags import UNKNOWN, SetFlags
from tessella.domain.personalization.rule_v1.prepared import PreparedScope
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.domain.snapshot import Snapshot
from tessella.storage.personalization.flags import flags_of

#: A scope, and the features of its items that are read.
Asked = tuple[ScopeId, tuple[Feature, ...]]


@dataclass(frozen=True, slots=True)
class KnownCandidates:
    """A scope's candidates as they were read."""

    candidates: Candidates
    #: The namespace's `trust` in its candidates when they were read.
    trust: object


@dataclass(slots=True)
class KnownRanker:
    """What ranks a scope, as a snapshot declares it, over the items that it was last asked for."""

    snapshot: Snapshot
    prepared: PreparedScope
    ranker: ScopeRanker | None = None

    def over(self, candidates: Candidates, most: int) -> ScopeRanker:
        """What ranks these items."""
        if self.ranker is None or self.ranker.candidates is not candidates:
            self.ranker = ScopeRanker(self.prepared, candidates, most)
        return self.ranker


class LoadedPersonalization:
    """What the watcher keeps true, a second old at most."""

    __slots__ = ("changed_at", "flags", "horizon", "lock", "rankers", "scopes", "trust")

    def __init__(self) -> None:
        self.flags: SetFlags = UNKNOWN
        #: When this process itself has set flags, in monotonic seconds.
        self.changed_at = -inf
        #: By the scope, and the features of items that are read.
        self.scopes: dict[Asked, KnownCandidates] = {}
        self.rankers: dict[ScopeId, KnownRanker] = {}
        #: PostgreSQL's snapshot before the first of them was read; None: nobody has asked for any.
        self.horizon: str | None = None
        #: Candidates that carry another object have to be read again.
        self.trust = object()
        self.lock = asyncio.Lock()

    def set_here(self, flags: SetFlags) -> None:
        """This process has set the flags."""
        self.flags, self.changed_at = flags, time.monotonic()

    def take_flags(self, flags: SetFlags, asked_at: float) -> None:
        """What the database told, unless it was asked before flags were set here."""
        if asked_at > self.changed_at:
            self.flags = flags

    def take_in(self, found: Sequence[bool | float | None] | None, items_changed: bool | None, asked_at: float) -> None:
        """The flags, and whether items have changed since `horizon`."""
        self.take_flags(flags_of(found), asked_at)
        if items_changed:
            self.forget()

    def forget(self) -> None:
        """Items have changed: the next who asks for candidates reads them."""
        self.trust, self.horizon = object(), None

    def keep(self, asked: Asked, found: KnownCandidates, horizon: str) -> None:
        """Remember what was read at a horizon, in place of what was known of the scope before items changed."""
        outdated = [each for each in self.scopes if each[0] == asked[0] and self.scopes[each].trust is not self.trust]
        for each in outdated:
            del self.scopes[each]
        self.scopes[asked], self.horizon = found, self.horizon or horizon

    def known(self, asked: Asked) -> Candidates | None:
        """A scope's candidates, if nothing has changed since they were read."""
        found = self.scopes.get(asked)
        return None if found is None or found.trust is not self.trust else found.candidates

    def stale(self, asked: Asked) -> Candidates | None:
        """The last that was known of them."""
        found = self.scopes.get(asked)
        return None if found is None else found.candidates
