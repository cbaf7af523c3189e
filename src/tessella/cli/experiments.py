"""`tessella experiments`: what is tried on whom, and where each is in its life."""

from __future__ import annotations

from typing import Final

from tessella.cli.definitions import commands
from tessella.domain.definitions import Kind

app: Final = commands(Kind.EXPERIMENT)
