"""Where an installation is, and how each group of settings is read."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from tessella.settings.secret_files import SecretFiles


def default_home() -> Path:
    """`~/.tessella`; `/var/lib/tessella` for root."""
    return Path("/var/lib/tessella") if os.geteuid() == 0 else Path.home() / ".tessella"


class HomeSettings(BaseSettings):
    """Where an installation is. The groups of settings build on it."""

    model_config = SettingsConfigDict(
        env_prefix="TESSELLA_", env_ignore_empty=True, extra="ignore", frozen=True, populate_by_name=True
    )

    #: Holds the embedded database, generated keys and credentials. Private to its owner.
    home: Path = Field(default_factory=default_home)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in code, then the environment, then the files that it names."""
        return init_settings, env_settings, SecretFiles(settings_cls)
