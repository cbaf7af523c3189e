"""Audiences: when they are calculated and checked, who may read how much of them, and where they may go."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, field_validator

from tessella.domain.identifiers import Namespace
from tessella.domain.own_places import OwnPlaces
from tessella.settings.home import HomeSettings
from tessella.settings.places import checked_urls, places_of


class AudienceSettings(HomeSettings):
    """Audiences: when they are calculated and checked, who may read how much of them, and where they may go."""

    #: Where calculated audiences are; servers that share a database share it. `audiences` in `home` when it is not set.
    audience_folder: Path | None = None
    #: Calculations of a namespace whose files are kept: somebody may still be reading those of the one before.
    audience_versions: int = Field(default=2, ge=2, le=100)
    #: The hour of the day, in UTC, at which audiences are calculated anew where there are any; -1: only when asked for.
    audience_calculation_hour: int = Field(default=2, ge=-1, le=23)
    #: The hour of the day, in UTC, at which a sample of each namespace is decided online and set-wise and compared.
    consistency_check_hour: int = Field(default=3, ge=0, le=23)
    #: Roles below admin see fewer subjects as "< 10", with this number, and more as a multiple of it; 0: as they are.
    disclosure_threshold: int = Field(default=10, ge=0, le=1000)
    #: The memory of the DuckDB of each process that answers, for questions about audiences, as DuckDB writes it.
    audience_memory: str = Field(default="512MB", pattern=r"(?i)^[0-9]+(\.[0-9]+)?[MGT]i?B$")
    #: How long one scan of an audience may take.
    audience_seconds: float = Field(default=30.0, ge=0.1, le=3600)
    #: Questions about audiences that may wait in a process before new ones are refused with 503.
    audience_queue: int = Field(default=16, ge=0, le=10_000)
    #: Where members of segments may be exported to, with commas between; in each a namespace has the folder of its
    #: name. `exports` in `home` when it is not set.
    export_folders: str = ""
    #: Where else a namespace's members may be exported to, and what lies below: "acme=s3://acme-exports". fsspec writes
    #: there with the credentials that it finds in the environment.
    export_urls: str = ""

    @field_validator("export_urls")
    @classmethod
    def _exports_of_namespaces(cls, text: str) -> str:
        return checked_urls(text)

    def export_places(self, namespace: Namespace) -> OwnPlaces:
        """Where members of a namespace's segments may be exported to."""
        return places_of(namespace, self.export_folders, self.home / "exports", self.export_urls)
