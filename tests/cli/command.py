"""Run the `tessella` command and look at what it printed."""

import io
import json
import sys
from dataclasses import dataclass, replace
from typing import Any

import pytest

from tessella.cli.main import run


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    status: int
    out: str
    err: str

    def well(self) -> "Ran":
        assert self.status == 0, self.err
        return self

    def json(self) -> Any:
        return json.loads(self.well().out)

    def refused(self) -> str:
        """The sentence on standard error of a command that failed and printed nothing else."""
        assert (self.status, self.out) == (1, "")
        return self.err.strip()


@dataclass(frozen=True)
class Command:
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    #: Options that every command gets.
    options: tuple[str, ...] = ()

    def within(self, namespace: str) -> "Command":
        return replace(self, options=("--namespace", namespace))

    def __call__(self, *arguments: object, typed: str = "") -> Ran:
        self.monkeypatch.setattr(sys, "argv", ["tessella", *map(str, arguments), *self.options])
        self.monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        self.capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            run()
        printed = self.capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)
