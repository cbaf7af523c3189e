"""Players of files, placed in a taxonomy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from tessella.domain.identifiers import SubjectId
from tessella.ports.records import Progress

if TYPE_CHECKING:
    from tessella.domain.taxonomy.membership.space import Space


@dataclass(frozen=True, slots=True)
class Categorized:
    """What became of the rows of some files."""

    players: int
    #: Rows without an id, which are left out.
    without_id: int
    #: Players of whom no day or no metric is known: they are placed at the population's mean, with confidence 0.
    unknown: int
    #: Players who have opted out: they are left out too.
    opted_out: int = 0


def added(one: Categorized, other: Categorized) -> Categorized:
    """Both together."""
    return Categorized(
        one.players + other.players, one.without_id + other.without_id, one.unknown + other.unknown,
        one.opted_out + other.opted_out,
    )  # fmt: skip


class FileCategorizer(Protocol):
    """Places players of Parquet files, however many they are."""

    async def categorize(
        self, space: Space, source: Path, target: Path, progress: Progress, left_out: Sequence[SubjectId] = ()
    ) -> Categorized:
        """Write where each player of `source` stands, as Parquet files of a new folder `target`.

        `source` is a file or a folder, with a row a player: `player_id`, `days`, how many days of the player are known,
        and by the name of each metric the mean of these days, of log(1 + x) where the metric is measured so. `target`
        has `player_id` and for each axis `AXIS_segment_id`, `_segment_name`, `_distance`, `_strength`, `_share`,
        `_typicality` and `_confidence`, all of the best segment. Nobody of `left_out` is in it. Raises `FileInvalid`,
        `MissingColumn`, `WrongShape` and `QueryFailed`; there is no target then.
        """
        ...
