"""The command in this process, over the real embedded server; a few tests start it as a process of its own."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog

from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.ports import Caller
from tessella.sdk.open import Tessella
from tessella.settings import Settings
from tests.cli.command import Command
from tests.database import Dsns, fresh_namespace, storage_with

VIP_RULE = {"all": [{"eq": ["user.tier", "VIP"]}, {"eq": ["ctx.surface", "home"]}]}
VIP = {"segment_id": "vip", "profile_id": "novel", "rules": [{"rule_id": "tier", "expr": VIP_RULE}]}


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


async def prepare(dsn: str, home: Path, namespace: Namespace, segments: Sequence[dict[str, Any]] = ()) -> None:
    """A feature, a profile and, with a segment, a household in it. The server runs, so nobody looks after it."""
    async with storage_with(dsn, home, namespace) as storage:
        tess = Tessella(Application(Settings(home=home), storage), Caller(namespace, Role.ADMIN))
        await tess.save_feature({"name": "user.tier", "type": "string"})
        await tess.save_profile({"profile_id": "novel", "name": "Novel", "alpha": 0.8})
        for segment in segments:
            await tess.save_segment(segment)
        await tess.add_facts("h1", {"user.tier": "VIP"})


@pytest.fixture
def shop(tessella: Command, database: Dsns, installation_home: Path, namespace: Namespace) -> Command:
    """The command in a namespace of its own: a feature, a profile, a household that is VIP, and no segment."""
    asyncio.run(prepare(database.app, installation_home, namespace))
    return tessella.within(namespace)


@pytest.fixture(scope="session")
def vip_namespace(database: Dsns, installation_home: Path) -> Namespace:
    namespace = fresh_namespace()
    asyncio.run(prepare(database.app, installation_home, namespace, [VIP]))
    return namespace


@pytest.fixture
def vips(tessella: Command, vip_namespace: Namespace) -> Command:
    """The command in a namespace with a segment, for tests that change nothing."""
    return tessella.within(vip_namespace)
