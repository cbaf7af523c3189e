"""How calculations of audiences, and what they say, are printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tessella.cli.output import cell, console, counted, notes, print_table, say
from tessella.http.schemas.audiences import (
    CalculationShown,
    CalculationsShown,
    OverlapShown,
    SegmentCountsShown,
    TrendPoint,
)
from tessella.http.schemas.segment_audiences import FeatureDifferenceShown, MembersShown, PreviewShown, ProfileShown

#: Differences of a table; `--json` has more of them.
_LISTED: Final = 15


def print_calculation(shown: CalculationShown) -> None:
    """How it went."""
    console.print(f"Calculation {shown.version}: {shown.state}, as of {shown.as_of}", highlight=False, soft_wrap=True)
    if shown.subjects is not None:
        console.print(f"{cell(shown.subjects)} subjects, {cell(shown.bytes)} bytes, {shown.kind}", highlight=False)
    if shown.problem:
        say(shown.problem)


def print_calculations(shown: CalculationsShown) -> None:
    """A table, a calculation a row."""
    columns = ("version", "state", "as_of", "kind", "subjects", "problem")
    print_table("Calculations", columns, [[getattr(each, column) for column in columns] for each in shown.items])
    if shown.stale is not None:
        console.print(f"Stale since {shown.stale.since}: {shown.stale.problem}", highlight=False, soft_wrap=True)


def print_counts(shown: SegmentCountsShown) -> None:
    """A table, a segment a row."""
    columns = ("segment", "members", "share", "first matches", "before")
    rows = [
        [each.segment_id, each.members, _percent(each.share), each.first_matches, _before(each.trend)]
        for each in shown.segments
    ]
    console.print(f"{cell(shown.subjects)} subjects, as of {shown.as_of}", highlight=False, soft_wrap=True)
    print_table("Segments", columns, rows)
    console.print(f"{cell(shown.in_none)} are in no active segment.", highlight=False)
    for segment_id, features in shown.request_time.items():
        console.print(f"{segment_id} is known for a request only: it reads {', '.join(features)}.", highlight=False)


def print_overlap(shown: OverlapShown) -> None:
    """A table, a segment a row and a column."""
    rows = [[name, *both] for name, both in zip(shown.segment_ids, shown.both, strict=True)]
    console.print(f"As of {shown.as_of}", highlight=False, soft_wrap=True)
    print_table("In both", ("segment", *shown.segment_ids), rows)


def print_changes(page: Mapping[str, Any]) -> None:
    """A table, a change a row."""
    columns = ("as_of", "event", "subject_id", "cause")
    print_table("Changes", columns, [[each[column] for column in columns] for each in page["items"]])
    console.print(f"Go on with --cursor {page['next_cursor']}", highlight=False)


def print_preview(shown: PreviewShown) -> None:
    """A table, a part of the rule a row; then who would lose, and some members."""
    console.print(f"{cell(shown.count)} of {cell(shown.rows)} subjects, as of {shown.as_of}", highlight=False)
    rows = [[each.pointer or "/", each.count, _percent(each.share)] for each in shown.nodes]
    print_table("Parts of the rule", ("part", "subjects", "share"), rows)
    if shown.sample:
        console.print(f"Scaled up from {cell(shown.sample.rows)} subjects: {shown.sample.because}", soft_wrap=True)
    for each in shown.losses:
        console.print(f"{each.segment_id} would lose {cell(each.loses)}.", highlight=False)
    if shown.changed_since:
        changed = ", ".join(shown.changed_since)
        console.print(f"By the rules before these changed: {changed}. Calculate again for those now.", soft_wrap=True)
    if shown.request_time:
        console.print(f"Unless a request-time segment wins: {', '.join(shown.request_time)}.", soft_wrap=True)
    say(f"Such as {', '.join(shown.examples) or 'nobody'}.")


def print_members(shown: MembersShown) -> None:
    """An id a line."""
    _note_change(shown.changed_since)
    for each in shown.items:
        say(each)


def print_profile(shown: ProfileShown) -> None:
    """A table, a difference a row."""
    _note_change(shown.changed_since)
    subjects = f"{cell(shown.subjects)} subjects beside {cell(shown.rest)} others"
    console.print(f"{shown.segment_id}: {subjects}, as of {shown.as_of}", highlight=False, soft_wrap=True)
    columns = ("feature", "effect", "segment", "rest", "sure")
    print_table("What sets it apart", columns, list(map(_row, shown.differences[:_LISTED])))
    console.print(f"{counted(shown.compared, 'comparison')} made; at most 5 % of the sure ones are false.")


def _before(trend: Sequence[TrendPoint]) -> object:
    return trend[-2].members if len(trend) > 1 else ""


def _note_change(is_changed: bool) -> None:
    if is_changed:
        notes.print("The segment has changed since. Calculate again for its rules as they are now.", soft_wrap=True)


def _row(each: FeatureDifferenceShown) -> list[object]:
    name = f"{each.feature} (is there)" if each.about == "presence" else each.feature
    if each.levels:
        first = each.levels[0]
        sides = [f"{first.value}: {share:.0%}" for share in (first.segment, first.rest)]
    else:
        sides = [f"{side:.4g}" if isinstance(side, float) else str(side) for side in (each.segment, each.rest)]
    return [name + " *" * each.own, f"{each.effect:+.2f}", *sides, cell(each.sure)]


def _percent(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
