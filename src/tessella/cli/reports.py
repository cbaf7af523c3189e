"""Evaluations for people: a table a view, a ranking a row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from tessella.cli.output import counted, print_table, say

#: The metrics of a table by their headings; `--json` has all of them.
_SHOWN: Final = {"ndcg": "ndcg", "recall": "recall", "coverage": "coverage", "diversity": "intra_list_diversity"}
_OF_SEGMENTS: Final = ("ndcg", "recall")
_BASELINES: Final = ("own_history", "popularity")
_DECIDED: Final = "as_decided"

#: The groups of each ranking: all subjects, then the segments.
Groups = Mapping[str, Sequence[Mapping[str, Any]]]


def print_evaluation(told: Mapping[str, Any]) -> None:
    """A table a view, a ranking a row; then what is decided by segment, and where the whole report is."""
    report = told["report"]
    _print_head(report)
    views = dict(_views(report))
    for view, groups in views.items():
        _print_view(view, groups)
    if by_segment := [row for view, groups in views.items() for row in _segments(view, groups)]:
        print_table("as_decided by segment", ("segment", "view", "subjects", "against", *_OF_SEGMENTS), by_segment)
    say(f"Report {told['evaluation_id']} is kept: --json has every metric of every ranking and segment.")


def _print_head(report: Mapping[str, Any]) -> None:
    say(
        f"Lists of {report['length']} for {counted(report['subjects'], 'subject')} out of "
        f"{counted(report['items'], 'item')}, from {counted(report['events'], 'event')} before the cut. "
        f"{report['cold_subjects']:,} unknown before it are left out."
    )
    say("Behind a figure stands the 95 % interval of its difference to the baseline that the table names.")


def _views(report: Mapping[str, Any]) -> Iterator[tuple[str, Groups]]:
    """Each view with the groups of every ranking; none where nothing was bought that counts."""
    for place, viewed in enumerate(report["contenders"][0]["views"]):
        groups = {each["name"]: each["views"][place]["groups"] for each in report["contenders"]}
        if all(groups.values()):
            yield viewed["view"], groups


def _print_view(view: str, groups: Groups) -> None:
    baseline = _stronger(groups)
    subjects = counted(groups[baseline][0]["subjects"], "subject")
    rows = [[name, *_figures(each[0], _SHOWN.values(), baseline)] for name, each in groups.items()]
    print_table(f"{view}: {subjects}, against {baseline}", ("ranking", *_SHOWN), rows)


def _segments(view: str, groups: Groups) -> Iterator[list[object]]:
    baseline = _stronger(groups)
    for group in groups.get(_DECIDED, ())[1:]:
        figures = _figures(group, _OF_SEGMENTS, baseline)
        yield [group["segment_id"], view, group["subjects"], baseline, *figures]


def _stronger(groups: Groups) -> str:
    """The baseline that is harder to do better than."""
    return max(_BASELINES, key=lambda name: groups[name][0]["metrics"]["ndcg"]["value"])


def _figures(group: Mapping[str, Any], metrics: Iterable[str], baseline: str) -> Iterator[str]:
    for metric in metrics:
        found = group["metrics"][metric]
        difference = found["against"][baseline]
        is_itself = difference["low"] == difference["high"] == 0
        yield short(found["value"]) + ("" if is_itself else f" {interval(difference)}")


def interval(each: Mapping[str, float]) -> str:
    """From where to where an estimate lies.

    >>> interval({"low": -0.0121, "high": 0.5})
    '-.0121..+.5000'
    """
    return f"{short(each['low'], '+')}..{short(each['high'], '+')}"


def short(number: float, sign: Literal["", "+"] = "") -> str:
    """A figure of a table, with its sign where "+" asks for it.

    >>> short(0.4477), short(8.531), short(-0.25, "+")
    ('.4477', '8.531', '-.2500')
    """
    return f"{number:{sign}.4f}".replace("0.", ".", 1) if abs(number) < 1 else f"{number:{sign}.3f}"
