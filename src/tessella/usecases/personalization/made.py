"""Rankings as they are made, by requests and at night alike, and the digest of what they are made from."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from math import isinf

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.personalization.flags import Flags
from tessella.domain.personalization.order import Placed, placed_of
from tessella.domain.personalization.ranking import RANDOM
from tessella.domain.personalization.rule_v1.ranker import ScopeRanker
from tessella.domain.personalization.vector import FeatureVector


def basis_of(
    ranker: ScopeRanker,
    flags: Flags,
    subject: Mapping[FeatureName, Value],
    vector: FeatureVector | None,
    model: str,
) -> str:
    """A digest of the scope's declaration, its items, the flags, what the rules read of the subject, and the model."""
    computed_at = None if vector is None else vector.computed_at
    read = ranker.prepared.digest, ranker.candidates.state, flags.version, computed_at, model, sorted(subject.items())
    return sha256(repr(read).encode()).hexdigest()[:32]


def made(
    ranker: ScopeRanker,
    model: str,
    subject_id: SubjectId,
    subject: Mapping[FeatureName, Value],
    vector: FeatureVector | None,
    now: Instant,
) -> Placed:
    """The items by a model."""
    if model == RANDOM:
        return placed_of(ranker.random(subject_id, now))
    return ranker.placed(subject, vector, now)


def kept_until(ranker: ScopeRanker, kept_us: int, now: Instant) -> Instant:
    """How long a ranking is served again: no longer than its items are those that may be shown."""
    changes = ranker.holds_until(now)
    return Instant(now + kept_us if isinf(changes) else min(now + kept_us, int(changes)))
