"""What can go wrong with personalization."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict


@dataclass(eq=False)
class SwitchedOff(Conflict):
    """The flag {flag} is switched off."""

    flag: str

    def hint(self) -> str:
        """How to switch it on."""
        return f'Switch it on: POST /admin/features with {{"{self.flag}": true}}.'
