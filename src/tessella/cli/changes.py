"""How changes of definitions are told: what becomes of each object, and who moves where."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tessella.cli.output import console, note, notes, print_table
from tessella.domain.definitions import Action, ObjectChange
from tessella.domain.identifiers import FeatureName, Json, SegmentId
from tessella.domain.segments.diff import Moves


@dataclass(frozen=True, slots=True)
class PlanTold:
    """A plan as it is printed."""

    snapshot_version: int
    at: str
    valid: bool
    #: What keeps it from being applied: pointer, message and hint.
    errors: Sequence[Mapping[str, str]]
    changes: Sequence[ObjectChange]
    #: None for what cannot be applied, or changes nothing.
    moves: Moves | None
    #: Segments in which nobody is counted, with what they read that only a request carries.
    request_time: Mapping[SegmentId, Sequence[FeatureName]]
    #: Objects that stay, though the folder has no file of them.
    without_file: Sequence[str]


@dataclass(frozen=True, slots=True)
class Applied:
    """What was published."""

    #: The namespace's snapshot version now.
    snapshot_version: int
    changes: Sequence[ObjectChange]
    without_file: Sequence[str]


def print_plan(plan: PlanTold) -> None:
    """Tables of changes and moves; faults and remarks on standard error."""
    print_changes(plan.changes)
    if plan.moves is not None:
        print_moves(plan.moves)
    changed = {change.identifier for change in plan.changes}
    for segment_id, names in plan.request_time.items():
        if not changed.isdisjoint((segment_id, *names)):
            _remark(f"Nobody is counted in {segment_id}: it reads what no stored fact says: {', '.join(names)}.")
    _print_without_file(plan.without_file)
    for fault in plan.errors:
        where = f"{fault['pointer']}: " if fault["pointer"] else ""
        text = f"{where}{fault['message']} {fault['hint']}".strip()
        notes.print(text, style="red", markup=False, highlight=False, soft_wrap=True)
    if plan.valid:
        _remark(f"Planned against snapshot version {plan.snapshot_version}.")


def print_applied(applied: Applied) -> None:
    """A table of changes, and the version."""
    print_changes(applied.changes)
    _print_without_file(applied.without_file)
    if applied.changes:
        console.print(f"Published as snapshot version {applied.snapshot_version}.", highlight=False)


def print_changes(changes: Sequence[ObjectChange]) -> None:
    """One row an object that comes or goes, one row a field of the others."""
    if not changes:
        console.print("Nothing to change.")
        return
    rows = [row for change in changes for row in _rows(change)]
    print_table("Changes", ["object", "change", "field", "before", "after"], rows)


def _rows(change: ObjectChange) -> Iterator[list[str]]:
    name = f"{change.kind.plural}/{change.identifier}"
    if change.action in (Action.ADD, Action.REMOVE):
        yield [name, change.action.value, "", "", ""]
        return
    for field in change.fields:
        yield [name, field.action.value, field.pointer, _value(field.before), _value(field.after)]


def _value(value: Json) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def print_moves(moves: Moves) -> None:
    """Who goes from which segment to which."""
    going = sum(each.subjects for each in moves.moved)
    if moves.moved:
        rows = [[each.before, each.after, each.subjects] for each in moves.moved]
        print_table("Subjects who move", ["from", "to", "subjects"], rows)
    console.print(f"{going:,} of {moves.subjects:,} subjects move.", highlight=False)


def _print_without_file(names: Sequence[str]) -> None:
    if names:
        _remark(f"Defined without a file, and left as they are: {', '.join(names)}.")


def _remark(text: str) -> None:
    note(text)
