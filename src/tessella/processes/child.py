"""One child process: what it runs, how it is doing, and when it is started again."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tessella.processes.lifeline import READY

#: A child that was ready for so long is well: when it ends, another takes its place at once.
_WELL_SECONDS: Final = 1.0
_FIRST_PAUSE_SECONDS: Final = 0.25
_LONGEST_PAUSE_SECONDS: Final = 10.0
_MESSAGE_BYTES: Final = 4096
_BEGIN: Final = "tessella.processes.begin"


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """What one child runs: the `main` of a module, its arguments after the descriptor of its lifeline."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    #: Descriptors that it has open, under the same numbers as the supervisor.
    descriptors: tuple[int, ...] = ()
    #: What its environment has besides that of the supervisor.
    environment: Mapping[str, str] = field(default_factory=dict)
    #: Whether the whole is of use only with it, or with another that is essential. The others are started again for
    #: ever, and nobody waits for them.
    essential: bool = True
    #: How long after the supervisor it begins, so that those that are waited for have the processors to themselves.
    delay_seconds: float = 0.0
    #: A folder for its temporary files, which may hold rows about people: emptied before each life, so that nothing
    #: stays that a killed one left. None for the system's own, which nobody empties.
    scratch: Path | None = None


class Child:
    """A child over all its lives."""

    def __init__(self, spec: ChildSpec) -> None:
        self.spec = spec
        #: When it is to be started, in seconds of the monotonic clock; None while it runs.
        self.due_at: float | None = time.monotonic() + spec.delay_seconds
        #: Lives in a row that ended before the child was well.
        self.failures = 0
        #: Why the last life ended.
        self.reason = ""
        self.is_ready = False
        self._ready_at = 0.0
        self._said = b""
        self._process: subprocess.Popen[bytes] | None = None
        self._link: socket.socket | None = None

    def start(self) -> None:
        """Begin a life."""
        self._link, theirs = socket.socketpair()
        self._link.setblocking(False)
        self._said, self.is_ready, self.due_at = b"", False, None
        spec = self.spec
        with theirs:
            self._process = subprocess.Popen(
                # -P: a file in the folder we were started in is not to be taken for a module
                [sys.executable, "-P", "-m", _BEGIN, spec.module, str(theirs.fileno()), *spec.arguments],
                env={**os.environ, **spec.environment, **_emptied(spec.scratch)},
                stdin=subprocess.DEVNULL,
                stdout=sys.stderr.fileno(),  # standard output is for the command's result
                pass_fds=(theirs.fileno(), *spec.descriptors),
                process_group=0,  # Ctrl-C is for the supervisor
            )

    def link(self) -> socket.socket | None:
        """What can be read when the child has something to say, or has ended; None while it does not run."""
        return self._link

    def listen(self) -> None:
        """Take in what the child says; at the end of it, the child has ended."""
        assert self._link is not None, "it is running"
        try:
            heard = self._link.recv(_MESSAGE_BYTES)
        except ConnectionResetError:
            heard = b""
        if not heard:
            self._end()
        elif heard.startswith(READY):
            self.is_ready, self._ready_at = True, self._ready_at if self.is_ready else time.monotonic()
        else:
            self._said += heard

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; nothing happens when the child does not run."""
        if self._process is not None:
            self._process.send_signal(number)

    def _end(self) -> None:
        assert self._process is not None, "it is running"
        assert self._link is not None, "it is running"
        self._link.close()
        self._process.kill()  # one that closed its line and lives on is none of ours any more
        self.reason = self._said.decode(errors="replace").strip() or _ended(self._process.wait())
        now = time.monotonic()
        was_well = self.is_ready and now - self._ready_at >= _WELL_SECONDS
        self.failures = 0 if was_well else self.failures + 1
        self.due_at = now + _pause_seconds(self.failures)
        self._process = self._link = None
        self.is_ready = False


def _emptied(scratch: Path | None) -> Mapping[str, str]:
    """The environment of a child whose temporary files are there."""
    if scratch is None:
        return {}
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(mode=0o700, exist_ok=True)
    return {"TMPDIR": str(scratch)}


def _pause_seconds(failures: int) -> float:
    """0 for the first failure, then twice as long each time."""
    return min(_FIRST_PAUSE_SECONDS * 2 ** (failures - 2), _LONGEST_PAUSE_SECONDS) if failures > 1 else 0.0


def _ended(status: int) -> str:
    if status < 0:
        return f"it was ended by {signal.Signals(-status).name}"
    return f"it ended with status {status}"
