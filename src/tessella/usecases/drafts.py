"""Drafts: write, list and delete what is not to be in force yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tessella.domain.definitions import ID_FIELD, Kind, check_identifier, write_definition
from tessella.domain.errors import AlreadyExists, NoSuch
from tessella.domain.identifiers import Json, point
from tessella.ports import Change, Draft, Session
from tessella.usecases.definitions import get_definition, identified, read_named


async def list_drafts(session: Session) -> Sequence[Draft]:
    """All drafts, by kind and name."""
    return await session.drafts()


async def save_draft(
    session: Session, kind: Kind, identifier: str, written: Mapping[str, Json], *, expected_version: int | None
) -> Draft:
    """Keep what an object is to become. The object by itself must be well formed; a plan tells the rest.

    `expected_version`: the active version that the caller has read; 0 when there must be none; None when it does not
    matter. Raises `Invalid` errors with pointers into `written`, and `StaleVersion`.
    """
    body = write_definition(read_named(kind, identifier, written))
    return await session.save_draft(Change(kind, identifier, body, expected_version))


async def create_draft(session: Session, kind: Kind, written: Mapping[str, Json]) -> Draft:
    """Keep a new object under the name that it carries. Raises as `save_draft`, and `AlreadyExists`."""
    written = identified(kind, written)
    identifier = written.get(ID_FIELD[kind])
    check_identifier(identifier, point("", ID_FIELD[kind]))
    name = str(identifier)
    if await session.stored_one(kind, name) or await session.draft(kind, name):
        raise AlreadyExists(kind, name)
    return await save_draft(session, kind, name, written, expected_version=0)


async def draft_deletion(session: Session, kind: Kind, identifier: str, *, expected_version: int | None) -> Draft:
    """Keep that an object is to go. Raises `NoSuch` and `StaleVersion`."""
    await get_definition(session, kind, identifier)
    return await session.save_draft(Change(kind, identifier, None, expected_version))


async def delete_draft(session: Session, kind: Kind, identifier: str) -> None:
    """Take a draft away; what is in force stays. Raises `NoSuch`."""
    if not await session.delete_draft(kind, identifier):
        raise NoSuch(f"draft of a {kind}", identifier)
