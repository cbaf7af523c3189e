"""What is told of the files of an index."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.identifiers import Instant, Json, Pointer
from tessella.storage.indexes.errors import IndexGone, IndexOfAnother, IndexOfAnotherForm, IndexTorn
from tessella.storage.versions.manifest import Head, ManifestKind, StoredFile

#: Another form of the files gets another number.
FORM: Final = 1


class Manifest(Head, frozen=True):
    """The last file that is written."""

    #: Events up to this moment are in it.
    as_of: Instant
    built_at: Instant
    #: PostgreSQL's snapshot in which the items were read, and the server whose snapshots can be compared with it.
    horizon: str
    server: str
    items: int
    #: What it was built with, as it is shown.
    settings: Mapping[str, Json]
    #: By their places in the index.
    arrays: Mapping[Pointer, StoredFile]
    form: int = FORM

    def size(self) -> int:
        """The bytes of all arrays on the disk."""
        return sum(each.bytes for each in self.arrays.values())


INDEX_MANIFESTS: Final = ManifestKind(Manifest, FORM, IndexGone, IndexTorn, IndexOfAnotherForm, IndexOfAnother)
