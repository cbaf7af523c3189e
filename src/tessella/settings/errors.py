"""What can be wrong with settings."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors import TessellaError


@dataclass(eq=False)
class SettingInvalid(TessellaError):
    """The setting {name} cannot be used: {problem}."""

    name: str
    problem: str
