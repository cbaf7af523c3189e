"""Changes that somebody proposes, read and checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tessella.domain.consistency import ParsedRules, check_change
from tessella.domain.definitions import (
    DEFAULTS_ID,
    ID_FIELD,
    Definition,
    Definitions,
    Kind,
    ObjectChange,
    check_identifier,
    check_unreserved,
    check_written,
    identifier_of,
    object_change,
    read_definition,
    write_definition,
)
from tessella.domain.errors import Faults, NamedTwice, NothingToPublish, TessellaError, Unavailable, WrongShape
from tessella.domain.identifiers import Pointer, point
from tessella.ports import Change, Session


@dataclass(frozen=True, slots=True)
class Proposal:
    """Changes whose objects have been read: each is well formed, whether or not they hold together."""

    #: As they are stored.
    changes: tuple[Change, ...]
    #: None: take it away.
    objects: Mapping[tuple[Kind, str], Definition | None]

    def over(self, before: Definitions) -> Definitions:
        """What is defined once it is published."""
        return before.with_changes(self.objects)

    def check_over(self, before: Definitions, known: ParsedRules | None) -> None:
        """Raises `Faults` unless it holds together with everything else that is defined, and may be made."""
        check_change(before, self.over(before), known)


def read_proposal(changes: Sequence[Change]) -> Proposal:
    """The objects of the changes.

    Raises `NothingToPublish`, and `Faults` with a pointer such as `/segments/vip/priority` for each fault.
    """
    if not changes:
        raise NothingToPublish("it names no change")
    objects: dict[tuple[Kind, str], Definition | None] = {}
    errors: list[TessellaError] = []
    for change in changes:
        own = point("", change.kind.plural, change.identifier)
        try:
            _refuse_twice(change, objects, own)
            objects[change.kind, change.identifier] = _read(change, own)
        except TessellaError as error:
            errors.extend(error.faults())
    if errors:
        raise Faults(errors)
    return Proposal(tuple(_as_stored(changes, objects)), objects)


def _refuse_twice(change: Change, read: Mapping[tuple[Kind, str], object], own: Pointer) -> None:
    if (change.kind, change.identifier) in read:
        raise NamedTwice(own, change.kind, change.identifier)


def _read(change: Change, own: Pointer) -> Definition | None:
    check_name(change.kind, change.identifier, own)
    if change.body is None:
        return None
    check_unreserved(change.kind, change.identifier, own)
    definition = read_definition(change.kind, change.body, own)
    if identifier_of(change.kind, definition) != change.identifier:
        raise WrongShape(point(own, ID_FIELD[change.kind]), f"The body names another {change.kind} than the change.")
    check_written(definition, own)
    return definition


def check_name(kind: Kind, identifier: str, at: Pointer) -> None:
    """Raises `WrongShape` unless an object of the kind can have that name."""
    if kind in ID_FIELD:
        check_identifier(identifier, at)
    elif identifier != DEFAULTS_ID:
        raise WrongShape(at, f'The defaults are called "{DEFAULTS_ID}".')


def _as_stored(changes: Iterable[Change], objects: Mapping[tuple[Kind, str], Definition | None]) -> Iterable[Change]:
    for change in changes:
        definition = objects[change.kind, change.identifier]
        body = None if definition is None else write_definition(definition)
        yield Change(change.kind, change.identifier, body, change.expected_version)


def described(before: Definitions, change: Change) -> ObjectChange:
    """What the change does to its object, field by field."""
    defined = before.of_kind(change.kind).get(change.identifier)
    written = None if defined is None else write_definition(defined)
    return object_change(change.kind, change.identifier, written, change.body)


def known_rules(session: Session) -> ParsedRules | None:
    """What the snapshot has parsed; None when there is no snapshot."""
    try:
        return session.snapshot().parsed
    except Unavailable:
        return None
