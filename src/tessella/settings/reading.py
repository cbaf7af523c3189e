"""All settings together, read from the environment."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tessella.domain.errors import Faults
from tessella.domain.notices.mail import HALF_SET, missing_settings
from tessella.settings.audiences import AudienceSettings
from tessella.settings.errors import SettingInvalid
from tessella.settings.experiments import ExperimentSettings
from tessella.settings.folders import FolderSettings
from tessella.settings.hardening import HardeningSettings
from tessella.settings.identity import IdentitySettings, missing_for_tokens
from tessella.settings.installation import InstallationSettings
from tessella.settings.notices import NoticeSettings
from tessella.settings.personalization import PersonalizationSettings
from tessella.settings.retention import RetentionSettings
from tessella.settings.serving import ServingSettings
from tessella.settings.sources import SourceSettings
from tessella.settings.taxonomy import TaxonomySettings


class Settings(
    InstallationSettings,
    NoticeSettings,
    ServingSettings,
    FolderSettings,
    SourceSettings,
    AudienceSettings,
    ExperimentSettings,
    TaxonomySettings,
    PersonalizationSettings,
    RetentionSettings,
    HardeningSettings,
    IdentitySettings,
):
    """What can be set from outside."""


def read_settings() -> Settings:
    """The settings of this process's environment. Raises `Faults` with a `SettingInvalid` for each that is wrong."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [(f"{each['loc'][0]}".upper().removeprefix("TESSELLA_"), _problem(each)) for each in error.errors()]
        raise Faults([SettingInvalid(f"TESSELLA_{name}", problem) for name, problem in wrong]) from None
    if missing := missing_settings(settings.model_fields_set):
        raise Faults([SettingInvalid(f"TESSELLA_{each.upper()}", HALF_SET) for each in missing])
    if wanting := list(missing_for_tokens(settings)):
        raise Faults(wanting)
    return settings


def _problem(found: ErrorDetails) -> str:
    """What is wrong with a setting. Texts alone have a shortest length here: secrets."""
    if found["type"] != "too_short":
        return found["msg"]
    told = found["ctx"]
    return f"it has {told['actual_length']} characters, and needs {told['min_length']} or more"
