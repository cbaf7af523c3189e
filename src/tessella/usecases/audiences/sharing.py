"""The rows of a calculation that may leave the house: of those who share data."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.features.duckdb_values import literal
from tessella.ports import Session
from tessella.usecases.audiences.rows import AudienceRows


async def only_sharing(session: Session, rows: AudienceRows, path: Path) -> AudienceRows:
    """The rows of those who share data now, who are written to a file for as long as it is there: they may be millions.

    That they shared when the calculation was made is not asked: who agrees later is exported from then on.
    """
    with path.open("wb") as file:
        async for piece in session.stream_sharing():
            await asyncio.to_thread(file.write, piece)
    columns = f"header = false, auto_detect = false, quote = '\"', escape = '\"', columns = {{{SUBJECT}: 'VARCHAR'}}"
    sharing = f"SELECT {SUBJECT} FROM read_csv({literal(str(path))}, {columns})"
    return replace(rows, sql=f"SELECT * FROM ({rows.sql}) AS asked SEMI JOIN ({sharing}) AS sharing USING ({SUBJECT})")
