"""The command in this process, over the real embedded server; a few tests start it as a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from tessella.domain.identifiers import Namespace
from tests.cli.command import Command
from tests.database import Dsns


@pytest.fixture
def environment(database: Dsns, installation_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The embedded installation, and a terminal of 80 columns."""
    for name in ("TESSELLA_DATABASE_URL", "DATABASE_URL", "DB_DSN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TESSELLA_HOME", str(installation_home))
    monkeypatch.setenv("COLUMNS", "80")
    yield
    structlog.reset_defaults()


@pytest.fixture
def tessella(environment: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command and keeps what it printed."""
    return Command(monkeypatch, capsys)


@pytest.fixture
def shop(tessella: Command, namespace: Namespace) -> Command:
    """The same in a namespace of its own, with a feature and a profile."""
    tessella("keys", "create", "--namespace", namespace, "--role", "admin").well()
    command = tessella.within(namespace)
    command("features", "save", "-", typed="{name: user.tier, type: string}").well()
    command("profiles", "save", "-", typed="{profile_id: novel, name: Novel, blend: {alpha: 0.8}}").well()
    return command
