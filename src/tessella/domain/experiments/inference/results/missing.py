"""What is still missing before anything may be said, in a sentence."""

from __future__ import annotations

from tessella.domain.experiments.inference.results.said import GateSaid


def what_is_missing(gate: GateSaid) -> str:
    """Empty where nothing is.

    >>> what_is_missing(GateSaid(False, 40, 400, "b", 12.0, 500.0, 380.4))
    'Not yet known: of "b", 12 units were rewarded and 500 were not, and 40 of each are needed; all units tell as much \
of it as 380 that surely got it, and 400 are needed. Units count when all of their rewards have come.'
    """
    if gate.is_open:
        return ""
    return (
        f'Not yet known: of "{gate.waiting_for}", {gate.rewarded:.0f} units were rewarded and {gate.unrewarded:.0f} '
        f"were not, and {gate.needed_of_each} of each are needed; all units tell as much of it as "
        f"{int(gate.effective_units)} that surely got it, and {gate.needed_effective_units} are needed. "
        "Units count when all of their rewards have come."
    )
