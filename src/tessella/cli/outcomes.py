"""`tessella outcomes`: what came of what was shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from tessella import usecases
from tessella.cli.application import DEMO, InNamespace, in_session
from tessella.cli.output import AsJson, answer, console, print_table, say
from tessella.domain.errors import WrongShape
from tessella.domain.ranking.outcomes.cells import By
from tessella.domain.ranking.outcomes.comparison import Comparison, Ratio, Remark, Side
from tessella.domain.ranking.outcomes.rates import Evidence, OutcomeRow, Rate

Along = Annotated[By, typer.Option("--by", help="What the outcomes are summed by.")]
Compared = Annotated[
    str | None, typer.Option("--compare", help='Two profiles or segments to compare, such as "novel,main".')
]

_EVIDENCE = {Evidence.FEW: ", few", Evidence.ENOUGH: ""}
_REMARKS = {
    Remark.NOT_SHOWN: "One of them was never shown at a position that is known. Send a position with impressions.",
    Remark.NO_COMMON_POSITION: "No position has shown both, so that nothing can be compared.",
    Remark.NO_CLICKS: "One of them was not clicked where both were shown: there is no ratio yet.",
    Remark.FEW_CLICKS: "One of them has fewer than ten clicks where both were shown: the interval is a rough one.",
}


def outcomes(
    by: Along = By.SEGMENT, compare: Compared = None, namespace: InNamespace = DEMO, as_json: AsJson = False
) -> None:
    """Tell click and conversion rates, or compare two profiles or segments at equal positions."""
    if compare is None:
        rows = in_session(namespace, lambda session: usecases.list_outcomes(session, by))
        answer(rows, as_json=as_json, show=lambda told: print_rows(told, by))
        return
    first, second = _pair(compare)
    found = in_session(namespace, lambda session: usecases.compare_outcomes(session, by, first, second))
    answer(found, as_json=as_json, show=print_comparison)


def _pair(text: str) -> tuple[str, str]:
    first, comma, second = text.partition(",")
    if not comma:
        raise WrongShape("", f'--compare takes two names with a comma between, not "{text}".')
    return first.strip(), second.strip()


def print_rows(rows: Sequence[OutcomeRow], by: By) -> None:
    """A table, a segment, profile or position a row."""
    if not rows:
        console.print("Nothing was counted yet: no event of type impression, click or conversion names a decision.")
        return
    columns = [by.value, "impressions", "clicks", "conversions", "CTR", "CVR"]
    cells = [
        [_name(each.key), each.counts.impressions, each.counts.clicks, each.counts.conversions, _said(each.ctr),
         _said(each.cvr)]
        for each in rows
    ]  # fmt: skip
    if by is By.POSITION:
        columns.append("looked at")
        cells = [
            [*row, None if each.propensity is None else f"{each.propensity:.2f}"]
            for row, each in zip(cells, rows, strict=True)
        ]
    print_table("Outcomes since they were first counted", columns, cells)


def print_comparison(found: Comparison) -> None:
    """Both sides, the ratio that positions cannot feign, and the plain one."""
    for side in (found.first, found.second):
        say(_side(side))
    if found.remark in _REMARKS:
        console.print(_REMARKS[found.remark], soft_wrap=True)
    where = f"at equal positions ({found.common_share:.0%} of impressions)"
    for ratio, how in ((found.ratio, where), (found.naive_ratio, "by the plain rates, which positions can feign")):
        if ratio is not None:
            told = f"{_name(found.first.key)} is clicked {_times(ratio)} as often {how}."
            say(told)


def _side(side: Side) -> str:
    best = "" if side.ctr_at_best is None else f", {side.ctr_at_best:.2%} as if all at the best position"
    return f"{_name(side.key)}: {side.counts.clicks:,} clicks of {side.counts.impressions:,}, {_said(side.ctr)}{best}"


def _times(ratio: Ratio) -> str:
    return f"{ratio.value:.2f} ({ratio.interval.low:.2f} to {ratio.interval.high:.2f}) times"


def _said(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return "none" if rate.evidence is Evidence.NONE else "more than all"
    return f"{rate.value:.2%} ({rate.interval.low:.2%} to {rate.interval.high:.2%}{_EVIDENCE[rate.evidence]})"


def _name(key: str | int | None) -> str:
    return "(none)" if key is None else str(key)
