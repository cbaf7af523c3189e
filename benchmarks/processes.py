"""What other processes have taken."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread
from typing import Final, Self

import psutil

#: Between two looks at what processes have taken.
_LOOK_SECONDS: Final = 0.2


def peak_mib(pid: int) -> float:
    """The most memory that a process has had at once so far (its resident set), in MiB. Linux only."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, with that of its children, the ended ones too."""
    process = psutil.Process(pid)
    return sum(sum(each.cpu_times()[:4]) for each in (process, *process.children(recursive=True)))


class PeakOfChildren:
    """The most memory that any one process of ours has had, of those that were looked at while the block lasted."""

    def __init__(self) -> None:
        self.mib = 0.0
        self._ended = Event()
        self._looking = Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._ended.wait(_LOOK_SECONDS):
            for child in psutil.Process().children():
                try:
                    self.mib = max(self.mib, peak_mib(child.pid))
                except (FileNotFoundError, ProcessLookupError, ValueError):  # it has ended meanwhile
                    continue
