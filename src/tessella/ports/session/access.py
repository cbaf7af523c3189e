"""What is known of one subject, for who has a right to know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from tessella.domain.identifiers import SubjectId


class Access(Protocol):
    """Read past consent: to know what is kept is a right of who has opted out too."""

    def stream_subject_rows(self, subject_id: SubjectId) -> AsyncIterator[tuple[str, str]]:
        """Every row about a subject: its table and the row as a JSON text, table after table. Raises `NotYours`.

        Administrators get all; a client or reader what the database lets them see of their own. Hashes and secrets of
        keys are in no row.
        """
        ...
