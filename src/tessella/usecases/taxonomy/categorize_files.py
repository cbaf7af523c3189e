"""Tell where the players of Parquet files stand, however many they are."""

from __future__ import annotations

from pathlib import Path

from tessella.domain.identifiers import GameId, SubjectId
from tessella.ports import Progress, Session
from tessella.ports.categorizing import Categorized, FileCategorizer
from tessella.usecases.streamed_csv import csv_rows
from tessella.usecases.taxonomy.declared import game_named, prepared_of


async def categorize_files(
    session: Session, categorizer: FileCategorizer, game_id: GameId, source: Path, target: Path, progress: Progress
) -> Categorized:
    """Write as Parquet where everybody in `source` stands by the taxonomy in force, but who has opted out.

    What the files hold is said at `FileCategorizer.categorize`. Raises `NoSuch`, `NotCalibrated`, and as that does.
    """
    prepared = await prepared_of(session, game_named(session, game_id))
    left_out = [SubjectId(subject_id) async for (subject_id,) in csv_rows(session.stream_opted_out())]
    return await categorizer.categorize(prepared.space, source, target, progress, left_out)
