"""What is still missing before something may be said, in a sentence or two."""

from __future__ import annotations

from tessella.domain.experiments.inference.results.said import GateSaid, WaitingSaid


def what_is_missing(gate: GateSaid) -> str:
    """Empty where nothing is.

    >>> what_is_missing(GateSaid(False, 40, 400, (WaitingSaid("b", 12.0, 500.0, 380.4), WaitingSaid("c", 0, 50, 401))))
    'Not yet known. b: 12 of 40 rewarded units, 380 of 400 effective units; c: 0 of 40 rewarded units. Units count \
when all of their rewards have come; effective ones are as many as would tell the same if all had surely got the \
variant.'
    """
    if not gate.waiting:
        return ""
    what = "Not yet compared" if gate.is_open else "Not yet known"
    return (
        f"{what}. {'; '.join(_lacking(each, gate) for each in gate.waiting)}. Units count when all of their rewards "
        "have come; effective ones are as many as would tell the same if all had surely got the variant."
    )


def _lacking(waiting: WaitingSaid, gate: GateSaid) -> str:
    """What it has too little of; all of it where that is in comparison with another variant only."""
    has = (
        ("rewarded", waiting.rewarded, gate.needed_of_each),
        ("unrewarded", waiting.unrewarded, gate.needed_of_each),
        ("effective", waiting.effective_units, gate.needed_effective_units),
    )
    lacks = [each for each in has if each[1] < each[2]] or has
    return f"{waiting.variant_id}: {', '.join(f'{int(of)} of {needed} {kind} units' for kind, of, needed in lacks)}"
