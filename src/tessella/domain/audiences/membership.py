"""Why somebody has entered a segment, or left it."""

from __future__ import annotations

from enum import StrEnum


class Cause(StrEnum):
    """What has changed between two calculations."""

    #: Their data has changed, or time has passed.
    DATA = "data"
    #: The rules of the segment have changed, or what they read.
    DEFINITION = "definition"
