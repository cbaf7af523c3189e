"""What the tests of imports and computing share."""

import csv
from datetime import datetime
from pathlib import Path

from tessella.domain.definitions import Kind
from tessella.domain.features.gate import micros
from tessella.domain.identifiers import Instant
from tessella.ports import Session
from tessella.usecases.definitions import save_definition


def read_report(path: Path) -> list[tuple[int, str]]:
    """The rows that were not imported; there is no report when all were."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["line", "reason"]
    return [(int(line), reason) for line, reason in rows]


def at(text: str) -> Instant:
    """A time, in microseconds."""
    instant = micros(datetime.fromisoformat(text))
    assert instant is not None
    return instant


async def declare(session: Session, name: str, type_: str, **more: object) -> None:
    """A feature, declared as any caller declares it."""
    await save_definition(session, Kind.FEATURE, name, {"name": name, "type": type_, **more}, expected_version=None)
