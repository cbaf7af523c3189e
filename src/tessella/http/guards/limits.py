"""How often a caller may ask: a token bucket for each, in the memory of each worker."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, MutableMapping
from dataclasses import dataclass
from math import ceil
from time import monotonic
from typing import Any, Final

from tessella.domain.identifiers import Namespace, SubjectId
from tessella.http.errors import TooManyRequests
from tessella.http.guards.buckets import Buckets, Quota, Taken
from tessella.http.guards.headers import Header
from tessella.ports import Caller
from tessella.settings.hardening import HardeningSettings

#: Where a request holds what it has taken of a quota.
_TOLD: Final = "tessella.quota"

Scope = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Limited:
    """The callers under one quota, and what is told of it."""

    buckets: Buckets
    name: bytes
    policy: Header


class Limits:
    """The quotas of one worker. A caller that is bound to a subject has that of subjects, every other that of keys."""

    def __init__(self, settings: HardeningSettings, count: Callable[[Namespace], None]) -> None:
        """`count` hears of each request beyond a quota, refused or not."""
        self._subjects = _limited("subject", settings.requests_per_second_per_subject, settings)
        self._keys = _limited("key", settings.requests_per_second_per_key, settings)
        self._refuses = settings.rate_limits == "enforce"
        self._count = count

    def take(self, scope: Scope, caller: Caller) -> None:
        """Count a request of `caller`. Raises `TooManyRequests` where quotas are enforced."""
        limited = self._keys if caller.subject_id is None else self._subjects
        if limited is None or _TOLD in scope:  # a request may be admitted to two operations
            return
        taken = limited.buckets.take(_bucket_of(caller), monotonic())
        scope[_TOLD] = (limited, taken) if self._refuses else None
        if not taken.is_within:
            self._count(caller.namespace)
            if self._refuses:
                raise TooManyRequests(ceil(taken.seconds))

    def forget(self, namespace: Namespace, subject_ids: Collection[SubjectId]) -> None:
        """Let go of subjects who are erased."""
        if self._subjects is not None:
            for subject_id in subject_ids:
                self._subjects.buckets.drop((namespace, subject_id))


def quota_headers(scope: Scope) -> tuple[Header, ...]:
    """`RateLimit-Policy` and `RateLimit` of a request that has taken of a quota; none otherwise.

    Source: draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4.
    """
    told: tuple[_Limited, Taken] | None = scope.get(_TOLD)
    if told is None:
        return ()
    limited, taken = told
    return (limited.policy, (b"ratelimit", b'"%s";r=%d;t=%d' % (limited.name, taken.remaining, ceil(taken.seconds))))


def _limited(name: str, per_second: float, settings: HardeningSettings) -> _Limited | None:
    if settings.rate_limits == "off" or not per_second:
        return None
    quota = Quota(name, per_second, settings.rate_limit_burst_seconds)
    policy = f'"{name}";q={quota.capacity};w={ceil(quota.burst_seconds)}'
    return _Limited(Buckets(quota), name.encode(), (b"ratelimit-policy", policy.encode()))


def _bucket_of(caller: Caller) -> Hashable:
    if caller.subject_id is not None:
        return (caller.namespace, caller.subject_id)
    return (caller.namespace, caller.key_id or caller.role)
