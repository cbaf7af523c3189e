"""Secrets from files: `TESSELLA_KEY_PEPPER_FILE` names the file that `TESSELLA_KEY_PEPPER` would hold the text of.

Every secret setting can be given so: a file can be read by one user only, and an environment by whoever may look at the
process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, get_args

from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from tessella.domain.errors import Faults
from tessella.settings.errors import SettingInvalid

SUFFIX: Final = "_FILE"
_MOST_BYTES: Final = 64 * 1024


class SecretFiles(PydanticBaseSettingsSource):
    """The secrets whose variables name files."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """A secret and the name it goes by; None where no variable names a file. Raises `SettingInvalid`."""
        names = list(variables(self.settings_cls, field_name, field))
        for name in names:
            if path := os.environ.get(f"{name}{SUFFIX}"):
                _refuse_two(f"{name}{SUFFIX}", names, os.environ)
                return read_secret(f"{name}{SUFFIX}", path), field_name, False
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """All of them by field. Raises `Faults`."""
        found: dict[str, Any] = {}
        wrong: list[SettingInvalid] = []
        for name, field in self.settings_cls.model_fields.items():
            try:
                value = self.get_field_value(field, name)[0] if is_secret(field) else None
            except SettingInvalid as error:
                wrong.append(error)
            else:
                found |= {name: value} if value is not None else {}
        if wrong:
            raise Faults(wrong)
        return found


def _refuse_two(variable: str, names: Sequence[str], environment: Mapping[str, str]) -> None:
    for name in names:
        if environment.get(name):
            raise SettingInvalid(variable, f"{name} is set too; set one of them")


def read_secret(variable: str, path: str) -> str:
    """The text of a file that `variable` names, without the newline at its end.

    Raises `SettingInvalid` for a file that cannot be read, is empty, or is large.
    """
    try:
        with Path(path).open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SettingInvalid(variable, f"its file cannot be read: {error.strerror}") from None
    if len(raw) > _MOST_BYTES:
        raise SettingInvalid(variable, f"its file has more than {_MOST_BYTES:,} bytes")
    try:
        text = raw.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SettingInvalid(variable, "its file is no text in UTF-8") from None
    if not text:
        raise SettingInvalid(variable, "its file is empty")
    return text


def is_secret(field: FieldInfo) -> bool:
    """Whether a setting is never shown."""
    return SecretStr in (field.annotation, *get_args(field.annotation))


def variables(settings: type[BaseSettings], name: str, field: FieldInfo) -> Iterator[str]:
    """The environment variables of a setting, the one that wins first."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        yield from (each for each in alias.choices if isinstance(each, str))
    else:
        yield f"{settings.model_config['env_prefix']}{name}".upper()
