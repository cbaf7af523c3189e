"""List, read, save and delete what a namespace has defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from secrets import token_hex

from tessella.domain.consistency import ParsedRules, check_change
from tessella.domain.definitions import (
    ID_FIELD,
    Definition,
    Definitions,
    Kind,
    check_unreserved,
    check_written,
    identifier_of,
    read_definition,
    write_definition,
)
from tessella.domain.definitions.experiments import check_begun
from tessella.domain.errors import Faults, InUse, NoSuch, TessellaError, WrongShape
from tessella.domain.identifiers import Json, Pointer, nearest, point
from tessella.domain.usage import users_of
from tessella.ports import Change, Published, Session, StoredDefinition
from tessella.usecases.proposal import known_rules


@dataclass(frozen=True, slots=True)
class Saved:
    """What was stored, and whether nothing that could be read was defined under that name before."""

    stored: StoredDefinition
    created: bool


async def list_definitions(session: Session, kind: Kind) -> Sequence[StoredDefinition]:
    """All objects of one kind, by name."""
    return await session.stored(kind)


async def get_definition(session: Session, kind: Kind, identifier: str) -> StoredDefinition:
    """One object. Raises `NoSuch`."""
    stored = await session.stored_one(kind, identifier)
    if stored is None:
        known = session.snapshot().definitions.of_kind(kind)
        raise NoSuch(kind, identifier, nearest(identifier, known), known)
    return stored


async def save_definition(
    session: Session, kind: Kind, identifier: str, written: Mapping[str, Json], *, expected_version: int | None
) -> Saved:
    """Check one object against everything else that is defined, store it and make it the active version.

    `expected_version`: the version that the caller has read; 0 when it must be new; None when it does not matter.
    Raises `Invalid` errors with pointers into `written`, and `StaleVersion`.
    """
    definition = read_named(kind, identifier, written)
    created, known = False, known_rules(session)

    def check(stored: Definitions) -> None:
        nonlocal created
        created = identifier not in stored.of_kind(kind)
        changed = stored.with_definition(kind, identifier, definition)
        check_with(stored, changed, known, own=point("", kind.plural, identifier))

    body = write_definition(definition)

    def saved(published: Published) -> Saved:
        return Saved(published.stored[0], created)

    change = Change(kind, identifier, body, expected_version)
    return saved(await session.publish([change], check=check, tell=saved))


async def delete_definition(session: Session, kind: Kind, identifier: str, *, expected_version: int | None) -> None:
    """Take one object away. Raises `NoSuch`, `StaleVersion`, and `InUse` while another object names it.

    An experiment that has begun is not deleted either: raises `Faults`.
    """
    await get_definition(session, kind, identifier)

    known = known_rules(session)

    def check(stored: Definitions) -> None:
        users = users_of(stored, kind, identifier, known)
        if users:
            raise InUse(kind, identifier, ", ".join(users))
        check_begun(stored, stored.with_definition(kind, identifier, None))

    await session.publish([Change(kind, identifier, None, expected_version)], check=check)


def identified(kind: Kind, written: Json) -> Json:
    """With the name that the object carries; an experiment without one gets `exp_` and 12 hexadecimal digits."""
    if kind is Kind.EXPERIMENT and isinstance(written, Mapping):
        return {ID_FIELD[kind]: f"exp_{token_hex(6)}", **written}
    return written


def read_named(kind: Kind, identifier: str, written: Mapping[str, Json]) -> Definition:
    """The object, well formed and of that name. Raises `Invalid` errors with pointers into `written`."""
    definition = read_definition(kind, written)
    check_unreserved(kind, identifier, point("", ID_FIELD.get(kind, "")))
    if identifier_of(kind, definition) != identifier:
        raise WrongShape(point("", ID_FIELD[kind]), f'The body names another {kind} than the path: "{identifier}".')
    check_written(definition, "")
    return definition


def check_with(before: Definitions, after: Definitions, known: ParsedRules | None, own: Pointer) -> None:
    """`check_change`, with the pointers below `own` counted from that object, as its author wrote it."""
    try:
        check_change(before, after, known)
    except Faults as faults:
        raise Faults([relative(fault, own) for fault in faults.faults()]) from None


def relative(fault: TessellaError, own: Pointer) -> TessellaError:
    """The fault, with its pointer counted from `own` if it is below."""
    if fault.pointer.startswith(own + "/"):
        fault.pointer = fault.pointer.removeprefix(own)
    return fault
