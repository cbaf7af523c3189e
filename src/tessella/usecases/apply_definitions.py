"""Make a namespace hold a set of definitions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tessella.domain.consistency import check_change
from tessella.domain.definitions import Action, Definitions, Kind, object_change, write_definition
from tessella.ports import Change, Session, StoredDefinition

#: Objects by kind and name.
Names = Sequence[tuple[Kind, str]]


async def apply_definitions(session: Session, wanted: Definitions) -> Sequence[StoredDefinition]:
    """Store every object of `wanted` that differs from what is defined, all or none; nothing is deleted.

    Returns the objects that were stored. Raises `Invalid` errors for what does not hold together.
    """
    changes = list(differences(await session.definitions(), wanted))
    if not changes:
        return ()
    published = await session.publish(changes, check=lambda stored: check_change(stored, merged(stored, wanted)))
    return published.stored


def differences(current: Definitions, wanted: Definitions, deletions: Names = ()) -> Iterator[Change]:
    """What has to change so that every object of `wanted` is defined, and none of `deletions`."""
    for kind, identifier, definition in wanted.objects():
        held, body = current.of_kind(kind).get(identifier), write_definition(definition)
        if held is None or object_change(kind, identifier, write_definition(held), body).action is not Action.KEEP:
            yield Change(kind, identifier, body)
    for kind, identifier in deletions:
        yield Change(kind, identifier, None)


def merged(current: Definitions, wanted: Definitions) -> Definitions:
    """What is defined once `wanted` is stored."""
    return current.with_changes({(kind, identifier): definition for kind, identifier, definition in wanted.objects()})
