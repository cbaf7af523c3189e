"""Whether the active ranking index of each namespace is in the index folder, and whole: part of `tessella doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.connecting import command_connection
from tessella.storage.indexes.errors import IndexUnusable
from tessella.storage.indexes.files import IndexFolder

#: Who is no superuser sees all rows as the owner only.
_SEE_ALL: Final = "SET ROLE tessella_owner"
_ACTIVE: Final = """
SELECT namespace, version::text, manifest_sha256 FROM tessella.ranking_indexes WHERE state = 'active' ORDER BY namespace
"""


def index_faults(administering: str, folder: IndexFolder) -> Iterator[tuple[Namespace, IndexUnusable]]:
    """What is wrong with the index of each namespace. Reads every file of them.

    The role of `administering` is a member of `tessella_owner`. Raises `DatabaseAway`.
    """
    with command_connection(administering) as connection:
        connection.execute(_SEE_ALL)
        active = connection.execute(_ACTIVE).fetchall()
    for namespace, version, sha256 in active:
        try:
            folder.whole(namespace, version, sha256)
        except IndexUnusable as fault:
            yield namespace, fault
