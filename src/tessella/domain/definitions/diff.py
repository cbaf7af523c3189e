"""What distinguishes two states of an object, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tessella.domain.definitions.records import Kind
from tessella.domain.identifiers import Json, Pointer, point


class Action(StrEnum):
    """What becomes of an object or of a field."""

    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"
    #: Of an object only: it is written again as it is.
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What becomes of one value."""

    action: Action
    #: Into the object: as it is afterwards, or of what is removed as it was before.
    pointer: Pointer
    #: None for what is added.
    before: Json
    #: None for what is removed.
    after: Json


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """What becomes of one object."""

    kind: Kind
    identifier: str
    action: Action
    #: Of an object that is added or removed: all of them.
    fields: tuple[FieldChange, ...] = ()


def object_change(
    kind: Kind, identifier: str, before: Mapping[str, Json] | None, after: Mapping[str, Json] | None
) -> ObjectChange:
    """The change from one body to another; None where there is no object.

    >>> object_change(Kind.PROFILE, "calm", {"alpha": 0.5}, {"alpha": 0.6}).fields
    (FieldChange(action=<Action.REPLACE: 'replace'>, pointer='/alpha', before=0.5, after=0.6),)
    """
    fields = tuple(field_changes(before or {}, after or {}))
    if before is None:
        return ObjectChange(kind, identifier, Action.ADD, fields)
    if after is None:
        return ObjectChange(kind, identifier, Action.REMOVE, fields)
    return ObjectChange(kind, identifier, Action.REPLACE if fields else Action.KEEP, fields)


def field_changes(before: Json, after: Json, at: Pointer = "") -> Iterator[FieldChange]:
    """Every difference, as deep as both sides have the same structure. Members that a list gained or lost are found.

    >>> [change.pointer for change in field_changes({"in": ["tier", ["a", "b"]]}, {"in": ["tier", ["a", "x", "b"]]})]
    ['/in/1/1']
    """
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_objects(before, after, at)
    elif isinstance(before, list | tuple) and isinstance(after, list | tuple):
        yield from _of_lists(before, after, at)
    elif not _same(before, after):
        yield FieldChange(Action.REPLACE, at, before, after)


def _same(before: Json, after: Json) -> bool:
    """Whether two values are the same JSON: Python takes true for 1."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return before.keys() == after.keys() and all(_same(before[name], after[name]) for name in before)
    if isinstance(before, list | tuple) and isinstance(after, list | tuple):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after) and isinstance(before, bool) is isinstance(after, bool)


def _of_objects(before: Mapping[str, Json], after: Mapping[str, Json], at: Pointer) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*before, *after)):
        where = point(at, name)
        if name not in after:
            yield FieldChange(Action.REMOVE, where, before[name], None)
        elif name not in before:
            yield FieldChange(Action.ADD, where, None, after[name])
        else:
            yield from field_changes(before[name], after[name], where)


def _of_lists(before: Sequence[Json], after: Sequence[Json], at: Pointer) -> Iterator[FieldChange]:
    """What both have at the beginning and at the end is left out; what lies between is compared in pairs."""
    shorter = min(len(before), len(after))
    head = next((i for i in range(shorter) if not _same(before[i], after[i])), shorter)
    tail = next((i for i in range(shorter - head) if not _same(before[-1 - i], after[-1 - i])), shorter - head)
    pairs = shorter - tail
    for index in range(head, pairs):
        yield from field_changes(before[index], after[index], point(at, index))
    for index in range(pairs, len(before) - tail):
        yield FieldChange(Action.REMOVE, point(at, index), before[index], None)
    for index in range(pairs, len(after) - tail):
        yield FieldChange(Action.ADD, point(at, index), None, after[index])
