"""Lint: what about the segments of a namespace may not do what its author thinks."""

from __future__ import annotations

import asyncio

from tessella.domain.segments import lint
from tessella.domain.segments.lint import SegmentHint
from tessella.ports import Session


async def lint_segments(session: Session) -> list[SegmentHint]:
    """Every hint about the segments beside one another."""
    snapshot = session.snapshot()
    return await asyncio.to_thread(lint.lint_segments, snapshot.definitions.segments, snapshot.membership)
