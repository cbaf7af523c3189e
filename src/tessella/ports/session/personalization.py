"""Vectors, rankings, evaluations and flags of personalization."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Collection, Mapping, Sequence
from typing import Protocol

from tessella.domain.identifiers import Instant, ScopeId, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.ranking import Candidate
from tessella.domain.personalization.vector import FeatureVector
from tessella.ports.personalization import EvaluatedMetric, StoredRanking


class Vectors(Protocol):
    """What is known of subjects. Who asks has asked for consent before."""

    async def vector_of(self, user_id: SubjectId) -> FeatureVector | None:
        """One subject's vector; None where there is none. Raises `NotYours`."""
        ...

    async def vectors_of(self, user_ids: Collection[SubjectId]) -> Mapping[SubjectId, FeatureVector]:
        """Those of many at once."""
        ...

    async def replace_vectors(self, computed_at: Instant, rows: AsyncIterable[bytes]) -> int:
        """Store vectors as CSV in the order of the table's columns from `user_id`; returns how many were stored.

        Those that are not in it stay, as do newer ones. Nothing is stored of who has opted out.
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

    async def kept_ranking(
        self, user_id: SubjectId, scope: ScopeId
    ) -> tuple[FeatureVector | None, StoredRanking | None]:
        """A subject's vector and its last ranking of a scope, in one round trip. Raises `NotYours`."""
        ...

    async def keep_rankings(self, rankings: Sequence[StoredRanking]) -> None:
        """Keep rankings in place of those before, and what their items' tags say."""
        ...

    async def rationale_of(self, user_id: SubjectId, scope: ScopeId) -> Mapping[str, Sequence[str]]:
        """The tags of a kept ranking's items by id. For administrators."""
        ...

    async def candidates(self, scope: ScopeId) -> Sequence[Candidate]:
        """The items that carry the scope and are available, in the order of ids."""
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
