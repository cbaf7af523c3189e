"""What is still missing before something may be said, in a sentence or two."""

from __future__ import annotations

from tessella.domain.experiments.inference.results.said import GateSaid, WaitingSaid


def what_is_missing(gate: GateSaid) -> str:
    """Empty where nothing is.

    >>> what_is_missing(GateSaid(False, 40, 400, (WaitingSaid("b", 12.0, 500.0, 380.4), WaitingSaid("c", 0, 0, 0))))
    'Not yet known. b: 12 of 40 rewarded, 500 of 40 not rewarded, 380 of 400 effective units; c: 0 of 40 rewarded, 0 \
of 40 not rewarded, 0 of 400 effective units. Units count when all of their rewards have come; effective ones are as \
many as would tell the same if all had surely got the variant.'
    """
    if not gate.waiting:
        return ""
    what = "Not yet compared" if gate.is_open else "Not yet known"
    return (
        f"{what}. {'; '.join(_lacking(each, gate) for each in gate.waiting)}. Units count when all of their rewards "
        "have come; effective ones are as many as would tell the same if all had surely got the variant."
    )


def _lacking(waiting: WaitingSaid, gate: GateSaid) -> str:
    of_each = gate.needed_of_each
    return (
        f"{waiting.variant_id}: {waiting.rewarded:.0f} of {of_each} rewarded, {waiting.unrewarded:.0f} of {of_each} "
        f"not rewarded, {int(waiting.effective_units)} of {gate.needed_effective_units} effective units"
    )
