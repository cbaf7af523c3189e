"""Whether the active version of each model is in the model folder, and whole: part of `tessella doctor`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.identifiers import Namespace
from tessella.storage.connections.connecting import command_connection
from tessella.storage.models.errors import ModelUnusable
from tessella.storage.models.files import ModelFolder

#: Who is no superuser sees all rows as the owner only.
_SEE_ALL: Final = "SET ROLE tessella_owner"
_ACTIVE: Final = """
SELECT namespace, model_id, version, manifest_sha256 FROM tessella.models WHERE state = 'active'
 ORDER BY namespace, model_id
"""


def model_faults(administering: str, folder: ModelFolder) -> Iterator[tuple[Namespace, ModelUnusable]]:
    """What is wrong with the active models of each namespace. Reads every file of them, and loads none.

    The role of `administering` is a member of `tessella_owner`. Raises `DatabaseAway`.
    """
    with command_connection(administering) as connection:
        connection.execute(_SEE_ALL)
        active = connection.execute(_ACTIVE).fetchall()
    for namespace, model_id, version, sha256 in active:
        try:
            folder.check(namespace, model_id, version, sha256)
        except ModelUnusable as fault:
            yield namespace, fault
