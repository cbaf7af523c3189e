"""Create a definition: save one that must not exist yet."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.definitions import ID_FIELD, Kind, check_identifier
from tessella.domain.errors import AlreadyExists, StaleVersion
from tessella.domain.identifiers import Json, point
from tessella.ports import Session, StoredDefinition
from tessella.usecases.definitions import identified, save_definition


async def create_definition(session: Session, kind: Kind, written: Mapping[str, Json]) -> StoredDefinition:
    """Check and store a new object under the name that it carries. Raises as `save_definition`, and `AlreadyExists`."""
    written = identified(kind, written)
    identifier = written.get(ID_FIELD[kind])
    check_identifier(identifier, point("", ID_FIELD[kind]))
    try:
        saved = await save_definition(session, kind, str(identifier), written, expected_version=0)
    except StaleVersion as error:
        raise AlreadyExists(kind, str(identifier)) from error
    return saved.stored
