"""How results of experiments are printed for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tessella.cli.output import figure, print_table, say
from tessella.domain.experiments.inference.results.stopping import Verdict

_LIFTS: Final = {
    "lift_over_uniform": "learning over equal weights",
    "lift_over_holdout": "the same by the holdout alone",
    "lift_of_segments": "segments over the best variant for all",
}
_ESTIMATES: Final = {
    "logged": "as it was logged", "ips": "inverse propensities", "snips": "the same, self-normalised",
    "doubly_robust": "doubly robust",
}  # fmt: skip


def print_results(told: Mapping[str, Any]) -> None:
    """Variants, what they bring over the control, lifts and the verdict; what is missing where nothing may be said."""
    say(f"The experiment {told['experiment_id']} is {told['status']}.")
    found = told["results"]
    if found is not None:
        _print_variants(found)
        _print_contrasts(found)
        _print_guardrails(found["guardrails"])
        _print_lifts(found)
        _print_ratios(found["sample_ratios"])
        _print_verdict(found)
    if told["note"]:
        say(told["note"])


def print_evaluated(told: Mapping[str, Any]) -> None:
    """Each estimate with its interval, and how much of the log it rests on."""
    found = told["estimates"]
    rows = [[words, *_measured(found[name])] for name, words in _ESTIMATES.items() if found[name] is not None]
    print_table("What a unit brings", ["estimate", "value", "from", "to"], rows)
    say(
        f"{found['units']:,} units, which tell as much of the policy as {found['effective_units']:,.0f} that it had "
        f"drawn itself. Left out: {told['forced']:,} forced, {told['young']:,} whose rewards may still come."
    )


def _print_variants(found: Mapping[str, Any]) -> None:
    rows = [
        [each["variant_id"], round(each["units"]), round(each["rewarded"]), *_measured(each["value"]),
         each["is_disabled"]]
        for each in found["variants"]
    ]  # fmt: skip
    columns = ["variant_id", "units", "rewarded", "value", "from", "to", "disabled"]
    print_table(f"Variants by {found['metric']}, over {found['mature_units']:,.0f} mature units", columns, rows)


def _print_lifts(found: Mapping[str, Any]) -> None:
    rows = [[words, found[name]["told"], *_measured(found[name]["lift"])] for name, words in _LIFTS.items()]
    print_table("Lifts, a unit", ["lift of", "told", "value", "from", "to"], rows)


def _print_contrasts(found: Mapping[str, Any]) -> None:
    rows = [
        [each["variant_id"], *_measured(each["difference"]), figure(each["difference"]["p"])]
        for each in found["contrasts"]
    ]
    if rows:
        title = f"What a unit brings more than under {found['contrasts'][0]['against']}; 95 %, however often one looks"
        print_table(title, ["variant_id", "difference", "from", "to", "p"], rows)


def _print_guardrails(guardrails: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        [each["metric"], each["variant_id"], *_measured(each["improvement"]), figure(each["allowed"])]
        for each in guardrails
    ]
    if rows:
        columns = ["metric", "variant_id", "better by", "from", "to", "at least"]
        print_table("Guardrails: how much better than under the control, less than 0 is worse", columns, rows)


def _print_ratios(ratios: Sequence[Mapping[str, Any]]) -> None:
    wrong = [f"{each['dimension']} {each['level']}" for each in ratios if each["is_alarming"]]
    if wrong:
        say(f"Sample ratios: variants were not given as their weights say, in {', '.join(wrong)}.")
    elif ratios:
        say("Sample ratios: variants were given as their weights say.")


def _print_verdict(found: Mapping[str, Any]) -> None:
    verdict = found["verdict"]
    winner = f" The winner is {verdict['winner']}." if verdict["winner"] else ""
    futile = _futile(found["pairs"]) if verdict["verdict"] == Verdict.FUTILE else ""
    harmful = f" Harmful: {', '.join(verdict['harmful'])}." if verdict["harmful"] else ""
    held = " It is held back: counts do not fit the weights." if verdict["is_held_back"] else ""
    say(f"Verdict: {verdict['verdict']}.{winner}{futile}{harmful}{held}")


def _futile(pairs: Sequence[Mapping[str, Any]]) -> str:
    """What it means, with the leader: the one that all others are compared with."""
    leader = f", {pairs[0]['against']}" if pairs else ""
    return (
        " To go on would change little: what another variant may be better by is worth less than `worth` or "
        f"`alike_within`. It is safe to keep the leader{leader}."
    )


def _measured(measured: Mapping[str, Any] | None) -> list[object]:
    if measured is None:
        return [None, None, None]
    return [figure(each) for each in (measured["value"], measured["interval"]["low"], measured["interval"]["high"])]
