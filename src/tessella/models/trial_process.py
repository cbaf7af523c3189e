"""The process that tries a model: `python -m tessella.models.trial_process`, asked on standard input."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from tessella.domain.errors import TessellaError
from tessella.domain.predictions.manifest import Manifest
from tessella.domain.typed import decode

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from tessella.models.loaded import Loaded

#: How many rows are tried at once, and how far from what is typical they are.
_ROWS: Final = 1024
_FAR: Final = 1000.0


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
    trial = decode(sys.stdin.buffer.read(), Trial)
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
        model = load(Path(trial.folder), trial.manifest)
        model.one({})
        model.many(_rows(model))
    except TessellaError as error:
        return Verdict(error.message.rstrip("."))
    return Verdict()


def _rows(model: Loaded) -> NDArray[np.float32]:
    """What is typical, and what is far from it to either side: many at once, as segments are told of."""
    import numpy as np

    far = np.linspace(-_FAR, _FAR, _ROWS, dtype=np.float32)
    return np.asarray(model.encoder.row({}), np.float32) + far[:, np.newaxis]


if __name__ == "__main__":
    main()
