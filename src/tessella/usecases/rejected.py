"""What becomes of rows that are sent together when some of them are wrong."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.errors import Faults, TessellaError


def refusal(taken: int, rejected: Sequence[TessellaError]) -> TessellaError | None:
    """What is wrong with the whole when no row was taken: the only fault itself, or `Faults`. None when one was."""
    if taken or not rejected:
        return None
    return rejected[0] if len(rejected) == 1 else Faults(rejected)
