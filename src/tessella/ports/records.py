"""What crosses a port: immutable records."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tessella.domain.definitions import Kind
from tessella.domain.errors import TessellaError
from tessella.domain.features.subject import Facts
from tessella.domain.identifiers import (
    FeatureName,
    Instant,
    Json,
    Namespace,
    Role,
    SubjectId,
)
from tessella.domain.identity.keys import KeyConditions
from tessella.domain.privacy.consent import Consent

if TYPE_CHECKING:
    from tessella.domain.ranking.ranking import Ranking  # loads numpy

#: To be told the share of long work that is done, 0 to 1, as often as one likes.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: the namespace and role that a credential proved, and the subject for client and reader."""

    namespace: Namespace
    role: Role
    subject_id: SubjectId | None = None
    #: Of the API key; None for a token, and for the server's own tasks. It makes nobody somebody else.
    key_id: str | None = field(default=None, compare=False)
    #: What each request of the key has to meet besides; None for nothing.
    conditions: KeyConditions | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Known:
    """A subject's settings and facts. Of one who has opted out there are no facts: they are not even read."""

    consent: Consent
    facts: Facts


@dataclass(frozen=True, slots=True)
class KnownRanking:
    """A ranking, and the moment that it was made for."""

    ranking: Ranking
    at: Instant


@dataclass(frozen=True, slots=True)
class StoredDefinition:
    """One object of a namespace as stored."""

    kind: Kind
    identifier: str
    #: Counts up by one for each change of this object; its ETag.
    version: int
    body: Mapping[str, Json]
    changed_at: Instant


@dataclass(frozen=True, slots=True)
class Change:
    """What is to become of one object."""

    kind: Kind
    identifier: str
    #: None: delete it.
    body: Mapping[str, Json] | None
    #: The version that the author has read; 0 when it must not exist yet; None when it does not matter.
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class StoredFact:
    """One value of one subject, true at `as_of`. A later `as_of` replaces an earlier one, never the reverse."""

    subject_id: SubjectId
    feature: FeatureName
    value: Json
    as_of: Instant


@dataclass(frozen=True, slots=True)
class EventsAdded:
    """What became of events that were sent together."""

    #: New ones.
    accepted: int
    #: Known already, from an earlier request or from this one.
    duplicates: int
    #: Why rows were refused, each with the pointer to its row.
    rejected: Sequence[TessellaError] = ()


@dataclass(frozen=True, slots=True)
class FactsAdded:
    """What became of values that were sent together."""

    accepted: int
    #: How many of the accepted ones were new or different.
    changed: int
    #: Why rows were refused, each with the pointer to its row or value.
    rejected: Sequence[TessellaError] = ()


@dataclass(frozen=True, slots=True)
class ItemsPut:
    """What became of items that were sent together."""

    accepted: int
    #: How many of the accepted ones were new or different.
    changed: int
    #: Why rows were refused, each with the pointer to its row or value.
    rejected: Sequence[TessellaError] = ()
