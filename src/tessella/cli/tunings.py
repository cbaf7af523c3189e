"""Tunings for people: the knobs as they are beside those that are proposed, and whether that is better."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tessella.cli.output import counted, print_table, say
from tessella.cli.reports import interval, short


def print_tuning(told: Mapping[str, Any]) -> None:
    """What was found, what it would change, and how sure that is."""
    report, searched, inputs = told["report"], told["report"]["searched"], told["inputs"]
    say(
        f"NDCG {short(searched['began_at'])} to {short(searched['reached'])} on the days that were searched, "
        f"{counted(searched['trials'], 'trial')}."
    )
    measured = {name: _ndcg(report["outer"], name, inputs["view"]) for name in ("current", "proposed")}
    title = f"{inputs['profile_id']}, {inputs['view']}: the {inputs['days']} days before {inputs['until'][:10]}"
    current = report.get("current", {})  # reports of earlier days have none
    knobs = [[knob, current.get(knob, ""), value, ""] for knob, value in report["changed"].items()]
    print_table(title, ("knob", "current", "proposed", "difference"), [*map(_texts, knobs), *_figures(measured)])
    say(f"{_verdict(report['changed'], measured['proposed'])} Nothing was published.")
    say(f"Report {told['evaluation_id']} is kept.")


def _ndcg(outer: Mapping[str, Any], name: str, view: str) -> Mapping[str, Any] | None:
    """The figure over all subjects; None where nobody bought what counts."""
    [views] = [each["views"] for each in outer["contenders"] if each["name"] == name]
    [groups] = [each["groups"] for each in views if each["view"] == view]
    return groups[0]["metrics"]["ndcg"] if groups else None


def _texts(row: list[object]) -> list[str]:
    return [str(each) for each in row]


def _figures(measured: Mapping[str, Mapping[str, Any] | None]) -> list[list[str]]:
    current, proposed = measured["current"], measured["proposed"]
    if current is None or proposed is None:
        return []
    difference = proposed["against"]["current"]
    told = f"{short(difference['value'], '+')} ({interval(difference)})"
    return [["ndcg on these days", short(current["value"]), short(proposed["value"]), told]]


def _verdict(changed: Mapping[str, Any], proposed: Mapping[str, Any] | None) -> str:
    if not changed:
        return "The search found nothing better: no knob is to change."
    if proposed is None:
        return "Nobody bought on these days what was searched for: whether the proposal is better is not known."
    difference = proposed["against"]["current"]
    if difference["low"] > 0:
        return "The proposal is better than the profile as it is, on days that the search has not seen."
    if difference["high"] < 0:
        return "The proposal is worse than the profile as it is, on days that the search has not seen."
    return "The proposal is not better than the profile as it is: the interval of the difference holds 0."
