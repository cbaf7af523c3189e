"""How the evaluation of a policy is printed for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from tessella.cli.experiment_tables import measured
from tessella.cli.output import counted, print_table, say

_ESTIMATES: Final = {
    "logged": "as it was logged", "ips": "inverse propensities", "snips": "the same, self-normalised",
    "doubly_robust": "doubly robust",
}  # fmt: skip


def print_evaluated(told: Mapping[str, Any]) -> None:
    """Each estimate with its interval, how much of the log it rests on, and what the policy says in vain."""
    found = told["estimates"]
    rows = [[words, *measured(found[name])] for name, words in _ESTIMATES.items() if found[name] is not None]
    print_table("What a unit brings", ["estimate", "value", "from", "to"], rows)
    say(
        f"{counted(found['units'], 'unit')}, which tell as much of the policy as {found['effective_units']:,.0f} that "
        f"it had drawn itself. Left out: {told['forced']:,} forced, {told['young']:,} whose rewards may still come."
    )
    if told["by_otherwise"]:
        say(
            f'{counted(told["by_otherwise"], "unit")} of these by "otherwise": a unit counts in the segment that is '
            "stored with it, and the policy does not name theirs."
        )
    if told["unused"]:
        say(f"The policy names segments that no unit is stored with: {', '.join(told['unused'])}.")
