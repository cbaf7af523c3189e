"""How the demo's audiences are printed, beside what is decided for each household."""

from __future__ import annotations

from tessella.cli.output import counted, print_table, say
from tessella.demo.audiences import Audiences, SegmentCompared
from tessella.domain.features.gate import iso


def print_audiences(audiences: Audiences) -> None:
    """A table, a segment a row, and how many answers differ between sets and single decisions."""
    columns = ("segment", "one by one", "set-wise", "share", "trend", "overlaps most")
    rows = [
        [each.segment_id, each.one_by_one, each.set_wise, _share(each), _trend(each), _overlap(each)]
        for each in audiences.segments
    ]
    print_table("The same as audiences: every household in one scan", columns, rows)
    say(f"{_compared(audiences)}\n{_since(audiences)}")
    for each in audiences.shown:
        what = f"{each.subject_id} {'comes first' if each.is_first else 'is'} in {each.segment_id}"
        say(f"  {what} {'one by one' if each.one_by_one else 'set-wise'} only")


def _compared(audiences: Audiences) -> str:
    answers = counted(audiences.answers, "answer")
    return f"Of {answers}, {audiences.disagreements:,} differ between one by one and set-wise."


def _since(audiences: Audiences) -> str:
    if audiences.before is None:
        return "The trend begins with the next calculation: `tessella audiences calculate`."
    return f"The trend is from {iso(audiences.before)[:10]} to {iso(audiences.as_of)[:10]}."


def _share(each: SegmentCompared) -> str:
    return "" if each.share is None else f"{each.share:.1%}"


def _trend(each: SegmentCompared) -> str:
    """What has come and gone since the calculation before."""
    return "" if each.before is None else f"{each.set_wise - each.before:+,}"


def _overlap(each: SegmentCompared) -> str:
    """The segment that has most in common with it, and the Jaccard index of both."""
    return "" if each.jaccard is None else f"{each.overlaps_most} {each.jaccard:.2f}"
