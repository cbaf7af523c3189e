"""Why a kept namespace cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors import TessellaError


@dataclass(eq=False)
class KeptUnusable(TessellaError):
    """The kept snapshot of namespace "{namespace}" is not used: {reason}."""

    namespace: str
    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "It is written anew as soon as the database answers."
