"""What is built and read from folders, ranking indexes and models, and when predictions are refreshed."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from tessella.settings.home import HomeSettings


class FolderSettings(HomeSettings):
    """What is built and read from folders, ranking indexes and models, and when predictions are refreshed."""

    #: Where ranking indexes are; servers that share a database share it. `indexes` in `home` when it is not set.
    index_folder: Path | None = None
    #: Versions of a namespace's ranking index that are kept, for replays; older ones are removed by the next build.
    index_versions: int = Field(default=5, ge=1, le=1000)
    #: Where models are; servers that share a database share it. `models` in `home` when it is not set.
    model_folder: Path | None = None
    #: The hour of the day, in UTC, at which predictions are written as facts where there are audiences; -1: only when
    #: asked for. Audiences that are calculated after it read them.
    prediction_refresh_hour: int = Field(default=1, ge=-1, le=23)

    @property
    def indexes(self) -> Path:
        """The folder of the ranking indexes."""
        return self.index_folder or self.home / "indexes"

    @property
    def models(self) -> Path:
        """The folder of the models."""
        return self.model_folder or self.home / "models"
