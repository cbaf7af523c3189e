"""What is counted of subjects' settings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ConsentCounts:
    """How many subjects have settings. All others have the defaults: personalized, and nothing shared."""

    subjects: int
    personalized: int
    #: Who has opted out shares nothing, whatever their settings say of it.
    sharing: int
