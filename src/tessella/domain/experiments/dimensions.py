"""By what units of an experiment are counted."""

from __future__ import annotations

from typing import Final

#: The dimension whose levels are the keys of segments.
SEGMENT: Final = "segment"
#: Those that every unit is counted by besides: where a mismatch comes from, and what segments there could be.
OBSERVED: Final = ("source", "device")
