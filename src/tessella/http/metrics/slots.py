"""The files by which workers know of each other's figures: one a slot, in the supervisor's run folder.

A worker that takes the place of another goes on from its file, so that no counter falls. Files of workers that are gone
for good count on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from tessella.domain.typed import decode
from tessella.http.metrics.report import Report
from tessella.logs import get_logger

#: A file that is older is of a worker that has ended.
_LIVE_SECONDS: Final = 5.0
_LOG: Final = get_logger(__name__)


class Slot:
    """One worker's place in the run folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder = folder
        self._path = folder / f"{name}.json"
        self._failed = False

    def earlier(self) -> Report:
        """What the last worker in this place had counted."""
        return _read(self._path) or Report()

    def write(self, report: Report) -> None:
        """Have the others see the report. A full disk is logged once, and the figures go on in memory."""
        aside = self._path.with_suffix(f".{os.getpid()}")
        try:
            aside.write_bytes(msgspec.json.encode(report))
            aside.replace(self._path)
            self._failed = False
        except OSError as error:
            if not self._failed:
                _LOG.warning("metrics_not_written", reason=str(error.strerror))
            self._failed = True

    def others(self) -> list[Report]:
        """The reports of every other place."""
        return list(self._others())

    def _others(self) -> Iterator[Report]:
        for path in sorted(self._folder.glob("*.json")):
            if path != self._path and (found := _read(path)) is not None:
                yield found


def is_live(report: Report) -> bool:
    """Whether the worker that wrote it still runs, as far as its file shows."""
    return time.time() - report.written_at < _LIVE_SECONDS


def _read(path: Path) -> Report | None:
    try:
        return decode(path.read_bytes(), Report)
    except (OSError, msgspec.MsgspecError):
        return None
