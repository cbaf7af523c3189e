"""Remove what has been kept for as long as it may be kept.

Source: requirement D, "Data Processing Record"; `settings/retention.py` says how long each is kept.
"""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.identifiers import Instant
from tessella.ports import Session


async def enforce_retention(session: Session, *, now: Instant) -> Mapping[str, int]:
    """Delete what is older than its term as of `now`, and tell how many rows of each table went."""
    return await session.delete_expired(now)


async def expired(session: Session, *, now: Instant) -> Mapping[str, int]:
    """How many rows of each table `enforce_retention` would delete. Changes nothing."""
    return await session.count_expired(now)
