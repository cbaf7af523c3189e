"""What segments brought as they ran, beside what is foreseen of them.

Both are lifts over one variant for all, of different units. Foreseen is of all units, those before segments too, by
what earlier ones brought. As it ran is by the policies that were published: nothing where these expected nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from tessella.domain.experiments.eligibility.finding import Finding, LiftFound
from tessella.domain.experiments.eligibility.state import WORTH_SEGMENTS, EligibilityState
from tessella.domain.experiments.eligibility.texts.telling import told
from tessella.domain.experiments.inference.results.said import ComparisonOutcome, LiftSaid


@dataclass(frozen=True, slots=True)
class Ran:
    """The segments that units were assigned in."""

    #: What they were told apart by.
    by: frozenset[tuple[str, ...]]
    #: What a variant for each of them brought over one for all.
    lift: LiftSaid


def beside(finding: Finding, ran: Ran) -> Finding:
    """With what segments by it brought as they ran: where that is surely less than one variant for all, dismissed."""
    measured = _lift(ran.lift) if finding.segment_by in ran.by else None
    if measured is None:
        return finding
    is_refuted = ran.lift.told is ComparisonOutcome.WORSE and finding.state in WORTH_SEGMENTS
    state = EligibilityState.DISMISSED if is_refuted else finding.state
    held = msgspec.structs.replace(finding, state=state, as_it_ran=measured)
    return msgspec.structs.replace(held, explanation=told(held))


def _lift(said: LiftSaid) -> LiftFound | None:
    lift = said.lift
    if lift is None:
        return None
    baseline = lift.value / said.share if said.share else 0.0
    return LiftFound(lift.value, lift.standard_error, lift.interval.low, lift.interval.high, baseline)
