"""Vectors, rankings, evaluations and flags of personalization."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol

from tessella.domain.features.schema import Feature
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import FeatureName, Instant, ScopeId, SubjectId
from tessella.domain.personalization.candidates import Candidates
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.domain.personalization.vector import FeatureVector
from tessella.ports.personalization import EvaluatedMetric, Installed, KeptCounts, KeptRanking, OptOuts, StoredRanking


class Vectors(Protocol):
    """What is known of subjects. Who asks has asked for consent before."""

    async def vector_of(self, user_id: SubjectId) -> FeatureVector | None:
        """One subject's vector; None where there is none. Raises `NotYours`."""
        ...

    async def vectors_of(self, user_ids: Collection[SubjectId]) -> Mapping[SubjectId, FeatureVector]:
        """Those of many at once."""
        ...

    async def replace_vectors(self, vectors: Sequence[FeatureVector]) -> int:
        """Store vectors, of which no two are one subject's, in one transaction; returns how many were stored.

        All others stay, as do newer ones. Nothing is stored of who has opted out.
        """
        ...

    async def last_vector(self, computed_at: Instant) -> SubjectId | None:
        """The last id of those whose vector is of that moment: as far as a refresh came that stores them in order."""
        ...

    async def remove_opted_out_vectors(self) -> int:
        """Remove the vectors of who has opted out; returns how many there were."""
        ...

    def stream_vectors(self, batch: int, after: SubjectId | None = None) -> AsyncIterator[Sequence[FeatureVector]]:
        """Those of everybody whose id comes after one, so many at a time, in the order of ids."""
        ...


class Ranks(Protocol):
    """Rankings that are kept."""

    async def kept_ranking(self, user_id: SubjectId, scope: ScopeId) -> KeptRanking:
        """A subject's vector and its last ranking of a scope, in one round trip. Raises `NotYours`."""
        ...

    async def keep_scope_ranking(self, ranking: StoredRanking) -> None:
        """Keep a ranking in place of the one before, and what its items' tags say; of who has opted out nothing."""
        ...

    async def keep_rankings(self, rankings: Sequence[StoredRanking]) -> int:
        """The same for many, by a job; returns how many were kept."""
        ...

    async def facts_for_rankings(
        self, user_ids: Sequence[SubjectId], features: Collection[FeatureName]
    ) -> Mapping[SubjectId, Facts]:
        """Stored facts of some features, past the gate, of those who have not opted out. Nothing is remembered."""
        ...

    async def rationale_of(self, user_id: SubjectId, scope: ScopeId) -> Mapping[str, Sequence[str]]:
        """The tags of a kept ranking's items by id. For administrators."""
        ...

    async def ranker(self, scope: ScopeId) -> ScopeRanker:
        """What ranks a scope's items, from memory: the declarations and the catalogue as they are now.

        Raises `NoSuch`, and `DatabaseAway` where its items are not in memory.
        """
        ...

    def installed(self) -> Installed:
        """What the installation says of rankings."""
        ...

    async def candidates(self, scope: ScopeId, features: tuple[Feature, ...]) -> Candidates:
        """The items that carry the scope and are not withdrawn, with these features of theirs. From memory."""
        ...


class Flagging(Protocol):
    """What is switched on."""

    def flags(self) -> Flags:
        """The flags in force: those of the namespace within what the installation allows. Does not wait."""
        ...

    async def set_flags(self, flags: Mapping[str, bool | float]) -> Flags:
        """Change those that are named."""
        ...


class Evaluated(Protocol):
    """How good rankings were."""

    async def add_evaluated(self, figures: Sequence[EvaluatedMetric]) -> None:
        """Store figures of one evaluation."""
        ...

    async def evaluated_since(self, moment: Instant) -> Sequence[EvaluatedMetric]:
        """Those of later evaluations, the last first."""
        ...

    async def opt_outs(self) -> OptOuts:
        """How many have opted out now."""
        ...

    async def kept_counts(self) -> KeptCounts:
        """How many have vectors, and rankings that may be served now."""
        ...

    async def covered_counts(self) -> KeptCounts:
        """The same; only rankings that are not empty, of those who have a vector."""
        ...
