"""The process that tries a model: `python -m tessella.models.trial_process`, asked on standard input."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

import msgspec

from tessella.domain.errors import TessellaError
from tessella.domain.predictions.manifest import Manifest


class Trial(msgspec.Struct, frozen=True):
    """What is tried, and what the process may take."""

    folder: str
    manifest: Manifest
    memory_bytes: int
    cpu_seconds: int


class Verdict(msgspec.Struct, frozen=True):
    """What came of it."""

    #: Empty when all is well.
    problem: str = ""


def main() -> None:
    """Limit this process, then try. What the runtimes print must not land in the answer."""
    trial = msgspec.json.decode(sys.stdin.buffer.read(), type=Trial)
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    resource.setrlimit(resource.RLIMIT_AS, (trial.memory_bytes, trial.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (trial.cpu_seconds, trial.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with answer:
        answer.write(msgspec.json.encode(_tried(trial)))


def _tried(trial: Trial) -> Verdict:
    from tessella.models.loading import load  # loads numpy, within the limits

    try:
        told = load(Path(trial.folder), trial.manifest).one({})
    except TessellaError as error:
        return Verdict(error.message.rstrip("."))
    wrong = [f'of "{name}" it says {value}' for name, value in told.items() if not 0 <= value <= 1]
    return Verdict(f"{wrong[0]}, which is no probability" if wrong else "")


if __name__ == "__main__":
    main()
