"""What is told of the files of an audience."""

from __future__ import annotations

from typing import Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.identifiers import Instant
from tessella.storage.audiences.errors import (
    AudienceGone,
    AudienceOfAnother,
    AudienceOfAnotherForm,
    AudienceTorn,
)
from tessella.storage.versions.manifest import Head, ManifestKind, StoredFile

#: Another form of the files gets another number.
FORM: Final = 1


class Manifest(Head, frozen=True):
    """The last file that is written."""

    audience: Audience
    calculated_at: Instant
    #: PostgreSQL's snapshot before any fact was read, and the server whose snapshots can be compared with it.
    horizon: str
    server: str
    files: tuple[StoredFile, ...]
    form: int = FORM

    def size(self) -> int:
        """The bytes of all files on the disk."""
        return sum(each.bytes for each in self.files)


AUDIENCE_MANIFESTS: Final = ManifestKind(
    Manifest, FORM, AudienceGone, AudienceTorn, AudienceOfAnotherForm, AudienceOfAnother
)
