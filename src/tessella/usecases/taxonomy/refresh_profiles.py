"""Tell where all players of a game stand, and keep it."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import msgspec

from tessella.domain.identifiers import GameId
from tessella.ports import Session
from tessella.ports.taxonomy import PreparedTaxonomy

if TYPE_CHECKING:
    from tessella.domain.taxonomy.baselines import Baseline


async def refresh_profiles(session: Session, game_id: GameId, prepared: PreparedTaxonomy) -> int:
    """Store everybody's profile by a version of the taxonomy, in place of all before; returns how many there are.

    A reader sees all of the new profiles or none of them. Some thousand players are in memory at a time, and they are
    told in a thread, so that the loop goes on. Raises what the session raises; nothing is stored then.
    """
    return await session.replace_profiles(game_id, prepared.taxonomy.version, profile_rows(session, game_id, prepared))


async def profile_rows(session: Session, game_id: GameId, prepared: PreparedTaxonomy) -> AsyncIterator[bytes]:
    """Profiles as CSV in the columns of `replace_profiles`."""
    async for baselines in session.stream_sums(game_id, prepared.taxonomy.standard.metrics):
        yield await asyncio.to_thread(_rows, prepared, baselines)


def _rows(prepared: PreparedTaxonomy, baselines: Sequence[Baseline]) -> bytes:
    from tessella.domain.taxonomy.membership.categorize import categorized  # loads numpy

    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    for baseline in baselines:
        told = categorized(prepared.taxonomy, prepared.space, baseline)
        memberships = msgspec.json.encode(told.memberships).decode()
        writer.writerow((told.player_id, told.days, told.variance_coverage, told.confidence, memberships))
    return lines.getvalue().encode()
