"""What is still missing before something may be said, in a sentence."""

from __future__ import annotations

from tessella.domain.experiments.inference.results.said import GateSaid, WaitingSaid


def what_is_missing(gate: GateSaid) -> str:
    """Empty where nothing is.

    >>> what_is_missing(GateSaid(False, 40, 400, (WaitingSaid("b", 12.0, 500.0, 380.4), WaitingSaid("c", 0, 0, 0))))
    'Not yet known: of "b", 12 units were rewarded and 500 were not, and 40 of each are needed; all units tell as much \
of it as 380 that surely got it, and 400 are needed. Units count when all of their rewards have come. Too \
little is known of c as well.'
    """
    if not gate.waiting:
        return ""
    first, *others = gate.waiting
    what = "Not yet compared" if gate.is_open else "Not yet known"
    return f"{what}: {_lacking(first, gate)} Units count when all of their rewards have come.{_also(others)}"


def _lacking(waiting: WaitingSaid, gate: GateSaid) -> str:
    return (
        f'of "{waiting.variant_id}", {waiting.rewarded:.0f} units were rewarded and {waiting.unrewarded:.0f} were not, '
        f"and {gate.needed_of_each} of each are needed; all units tell as much of it as "
        f"{int(waiting.effective_units)} that surely got it, and {gate.needed_effective_units} are needed."
    )


def _also(others: list[WaitingSaid]) -> str:
    return f" Too little is known of {', '.join(each.variant_id for each in others)} as well." if others else ""
