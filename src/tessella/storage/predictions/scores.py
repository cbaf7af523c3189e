"""Files of what was predicted of everybody in a segment: a folder a run, whole or not there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from tessella.domain.errors.scoring import PredictionsGone, PredictionsNotWritten
from tessella.domain.identifiers import Namespace
from tessella.domain.predictions.segment.told import ScoredSegment
from tessella.domain.typed import decoder
from tessella.storage.versions.folders import VersionFolders
from tessella.storage.versions.manifest import MANIFEST

#: The runs of a namespace whose files are kept.
KEPT: Final = 20
_SCORED: Final = decoder(ScoredSegment)


@dataclass(frozen=True, slots=True)
class Begun:
    """`ports.session.segment_predictions.ScoresBegun`."""

    folder: Path
    folders: ScoreFolder
    namespace: Namespace
    run_id: str

    def keep(self, scored: ScoredSegment) -> None:
        """See the port."""
        with written(self.folder):
            self.folders.put_in_place(self.namespace, self.run_id, msgspec.json.encode(scored))


class ScoreFolder(VersionFolders):
    """The files of every run. One run of a namespace writes at a time, as the queue has it."""

    @contextmanager
    def begun(self, namespace: Namespace, run_id: str) -> Iterator[Begun]:
        """A folder to fill; what an earlier try of the run has left is removed, and all but the last of others."""
        with written(self.path(namespace, run_id)):
            others = [each for each in self.versions(namespace) if each != run_id]
            self.keep_only(namespace, others[: KEPT - 1])
            with self.aside(namespace, run_id) as folder:
                yield Begun(folder, self, namespace, run_id)

    async def found(self, namespace: Namespace, run_id: str) -> tuple[ScoredSegment, Path]:
        """What a run told, and its folder. Raises `PredictionsGone`."""
        folder = self.path(namespace, run_id)
        try:
            content = await asyncio.to_thread((folder / MANIFEST).read_bytes)
        except OSError as error:
            raise PredictionsGone(run_id) from error
        return _SCORED.decode(content), folder


@contextmanager
def written(folder: Path) -> Iterator[None]:
    """Raises `PredictionsNotWritten` for an `OSError` within."""
    try:
        yield
    except OSError as error:
        raise PredictionsNotWritten(str(folder), (error.strerror or str(error)).lower()) from error
