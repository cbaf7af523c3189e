"""The knobs of profiles, for whoever edits one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tessella.domain.ranking.knobs import KNOBS, Knob, KnobValue
from tessella.ports import Session


@dataclass(frozen=True, slots=True)
class KnobBelow:
    """A knob, and what holds in its place where a profile leaves it out."""

    knob: Knob
    #: The value of the layers below profiles, and which of them says so.
    value: KnobValue
    layer: str


async def profile_knobs(session: Session) -> Sequence[KnobBelow]:
    """Every knob, in the order of `KNOBS`, with what the namespace gives it."""
    below = session.snapshot().configs[None]
    return [KnobBelow(knob, below.values[name], below.provenance[name]) for name, knob in KNOBS.items()]
