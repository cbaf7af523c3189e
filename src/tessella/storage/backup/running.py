"""Run a program of PostgreSQL between pipes."""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Final

_COMPLAINT: Final = re.compile(r"(?:error|ERROR|FATAL): +(?:error: )?(.+)")


@dataclass(frozen=True, slots=True)
class Running:
    """A program at work. Its messages go to a file: a pipe that nobody reads would stop it."""

    _process: subprocess.Popen[bytes]
    _messages: IO[bytes]

    @property
    def input(self) -> IO[bytes]:
        """What it reads."""
        assert self._process.stdin is not None, "it is a pipe"
        return self._process.stdin

    @property
    def output(self) -> IO[bytes]:
        """What it writes."""
        assert self._process.stdout is not None, "it is a pipe"
        return self._process.stdout

    def complaint(self) -> str | None:
        """Wait until it has ended; the first thing that it complained about, None when all went well."""
        if self._process.wait() == 0:
            return None
        self._messages.seek(0)
        text = self._messages.read().decode(errors="replace")
        found = _COMPLAINT.search(text)
        return (found[1] if found else text.strip().partition("\n")[0] or "it gave no reason").rstrip(".")


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str]) -> Iterator[Running]:
    """The program, for the time of the block; killed when the block fails."""
    with (
        tempfile.TemporaryFile() as messages,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=messages
        ) as process,
    ):
        try:
            yield Running(process, messages)
        except BaseException:
            process.kill()
            raise
