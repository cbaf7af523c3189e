"""What other processes have taken."""

from __future__ import annotations

from pathlib import Path

import psutil


def peak_mib(pid: int) -> float:
    """The most memory that a process has had at once so far (its resident set), in MiB. Linux only."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    [peak] = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return int(peak) / 1024


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far, with that of its children, the ended ones too."""
    process = psutil.Process(pid)
    own = process.cpu_times()
    ended = own.children_user + own.children_system
    running = sum(sum(each.cpu_times()[:2]) for each in process.children(recursive=True))
    return own.user + own.system + ended + running
