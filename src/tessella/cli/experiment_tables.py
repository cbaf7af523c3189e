"""How results of experiments are printed for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tessella.cli.output import figure, print_table, say

_LIFTS: Final = {
    "lift_over_uniform": "learning over equal weights",
    "lift_over_holdout": "the same by the holdout alone",
    "lift_of_segments": "segments over the best variant for all",
}


def print_results(told: Mapping[str, Any]) -> None:
    """Variants, what they bring over the control, lifts and the verdict; what is missing where nothing may be said."""
    say(f"The experiment {told['experiment_id']} is {told['status']}.")
    found = told["results"]
    if found is not None:
        _print_variants(found)
        _print_contrasts(found)
        _print_guardrails(found["guardrails"])
        _print_lifts(found)
        _print_segments(found["segments"])
        _print_ratios(found["sample_ratios"])
        say(f"Verdict: {found['verdict']['verdict']}. {told['conclusion']}")
    if told["note"]:
        say(told["note"])


def _print_variants(found: Mapping[str, Any]) -> None:
    rows = [
        [each["variant_id"], round(each["units"]), round(each["rewarded"]), *measured(each["value"]),
         each["is_disabled"]]
        for each in found["variants"]
    ]  # fmt: skip
    columns = ["variant_id", "units", "rewarded", "value", "from", "to", "disabled"]
    print_table(f"Variants by {found['metric']}, over {found['mature_units']:,.0f} mature units", columns, rows)


def _print_lifts(found: Mapping[str, Any]) -> None:
    rows = [[words, found[name]["told"], *measured(found[name]["lift"])] for name, words in _LIFTS.items()]
    print_table("Lifts, a unit", ["lift of", "told", "value", "from", "to"], rows)


def _print_contrasts(found: Mapping[str, Any]) -> None:
    rows = [
        [each["variant_id"], *measured(each["difference"]), _chance(each["difference"]["p"])]
        for each in found["contrasts"]
    ]
    if rows:
        title = f"Against the control, {found['contrasts'][0]['against']}: 95 %, however often one looks"
        print_table(title, ["variant_id", "more a unit", "from", "to", "p"], rows)


def _print_guardrails(guardrails: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        [each["metric"], each["variant_id"], *measured(each["improvement"]), figure(each["allowed"])]
        for each in guardrails
    ]
    if rows:
        columns = ["metric", "variant_id", "better by", "from", "to", "at least"]
        print_table("Guardrails: how much better than under the control, less than 0 is worse", columns, rows)


def _print_segments(segments: Sequence[Mapping[str, Any]]) -> None:
    """What is believed that units of each bring under each variant."""
    if len(segments) > 1:
        columns = ["segment", "units", "rewarded", *(each["variant_id"] for each in segments[0]["variants"])]
        rows = [
            [each["segment_key"], round(each["units"]), round(each["rewarded"]),
             *(figure(variant["mean"]) for variant in each["variants"])]
            for each in segments
        ]  # fmt: skip
        print_table("By segment, as it is believed: explore by it, and conclude nothing", columns, rows)


def _print_ratios(ratios: Sequence[Mapping[str, Any]]) -> None:
    wrong = [f"{each['dimension']} {each['level']}" for each in ratios if each["is_alarming"]]
    if wrong:
        say(f"Sample ratios: variants were not given as their weights say, in {', '.join(wrong)}.")
    elif ratios:
        say("Sample ratios: variants were given as their weights say.")


def measured(found: Mapping[str, Any] | None) -> list[object]:
    """A value and its interval, as three cells of a table."""
    if found is None:
        return [None, None, None]
    return [figure(each) for each in (found["value"], found["interval"]["low"], found["interval"]["high"])]


def _chance(p: float) -> str:
    return "< 0.0001" if p < 0.0001 else f"{p:.4f}"
