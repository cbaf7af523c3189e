"""Load and run a model that somebody brings, in a process of its own that may hold little and take little time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import msgspec

from tessella.domain.errors import ModelTrialFailed
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.typed import decode
from tessella.models.trial_process import Trial, Verdict

#: Of the process: all memory that it may map, processor seconds, and seconds in all.
MEMORY_BYTES: Final = 1024 * 1024 * 1024
CPU_SECONDS: Final = 10
_PATIENCE_SECONDS: Final = 60.0
_PROCESS: Final = "tessella.models.trial_process"
#: A thread a processor would map more memory than it may on a machine with many.
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


def try_apart(folder: Path, manifest: Manifest) -> None:
    """Raises `ModelTrialFailed`, with what the process said, or that it did not end well."""
    asked = msgspec.json.encode(Trial(str(folder), manifest, MEMORY_BYTES, CPU_SECONDS))
    file = manifest.parts[0].file
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", _PROCESS],
            input=asked, capture_output=True, check=False, timeout=_PATIENCE_SECONDS, env={**os.environ, **_ONE_THREAD},
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise ModelTrialFailed(file, f"it did not end within {_PATIENCE_SECONDS:.0f} seconds") from error
    if ended.returncode != 0:
        limits = f"1 GiB of memory and {CPU_SECONDS} seconds of processor time"
        raise ModelTrialFailed(file, f"it ended its process, which may take {limits}")
    if problem := decode(ended.stdout, Verdict).problem:
        raise ModelTrialFailed(file, problem)
