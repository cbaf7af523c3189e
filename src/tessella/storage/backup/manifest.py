"""What a backup says about itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from tessella.domain.typed import decode

#: Raised when a reader of today could not read what a writer of tomorrow writes.
FORMAT: Final = 1
#: Where the archive holds them.
SECRETS: Final = "secrets/"
MODELS: Final = "models/"


@dataclass(frozen=True, slots=True)
class TableSum:
    """The rows of one table."""

    #: With its schema: `tessella.events`.
    table: str
    rows: int
    #: The sum of the rows' 64-bit hashes, whatever their order.
    checksum: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """Where a backup is from, and what has to be in it."""

    format: int
    #: The Tessella that made it, and the revision of its schema.
    tessella: str
    schema: str
    #: Major versions: of the server, and of the pg_dump that read it.
    postgresql: int
    pg_dump: int
    #: The moment that the rows are of, ISO 8601.
    taken_at: str
    #: SHA-256 of each other file of the archive.
    files: Mapping[str, str]
    tables: Sequence[TableSum]
    #: What was wrong with the files of models that are not in it.
    missing: Sequence[str] = ()

    @property
    def models(self) -> Sequence[str]:
        """The folders of the models that are in it: `shop/churn/3`."""
        folders = (name.rpartition("/")[0] for name in self.files if name.startswith(MODELS))
        return [folder.removeprefix(MODELS) for folder in dict.fromkeys(folders)]

    @property
    def keys(self) -> Sequence[str]:
        """The generated keys that are in it."""
        return [name.removeprefix(SECRETS) for name in self.files if name.startswith(SECRETS)]

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(each.rows for each in self.tables)

    def to_json(self) -> bytes:
        """As it stands in the archive."""
        return msgspec.json.format(msgspec.json.encode(self))


def read_manifest(text: bytes) -> Manifest:
    """From its JSON. Raises `msgspec.MsgspecError`."""
    return decode(text, Manifest)
