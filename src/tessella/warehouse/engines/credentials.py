"""What a source is read with. It comes from the environment, or files that it names, and appears in no message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from tessella.domain.identifiers import Namespace, SourceId
from tessella.domain.own_places import OwnPlaces
from tessella.settings.secret_files import SUFFIX, read_secret

_PREFIX: Final = "TESSELLA_WAREHOUSE_"
_ESCAPED: Final = re.compile(r"[^a-z0-9]")


@dataclass(frozen=True, slots=True)
class Credentials:
    """Each is empty when it is not set."""

    source_id: SourceId
    #: Where they may be sent.
    places: OwnPlaces
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    #: Where to connect and as whom, in place of the declared location.
    dsn: str = field(default="", repr=False)

    def variables(self, *parts: str) -> str:
        """The names of variables of this source, as a text."""
        return ", ".join(variable(self.places.namespace, self.source_id, each) for each in parts)

    def without_secrets(self, text: str) -> str:
        """A driver's message, fit to be shown."""
        for secret in sorted(filter(None, (self.dsn, self.password, self.token)), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def read_credentials(source_id: SourceId, places: OwnPlaces, environment: Mapping[str, str]) -> Credentials:
    """The credentials of one source of the namespace whose places these are. Raises `SettingInvalid` for an unfit file.

    >>> places = OwnPlaces(Namespace("acme"), [])
    >>> read_credentials("crm", places, {"TESSELLA_WAREHOUSE_ACME__CRM_USER": "reader"}).user
    'reader'
    """
    names = {part: variable(places.namespace, source_id, part) for part in ("user", "password", "token", "dsn")}
    return Credentials(source_id, places, **{part: _given(name, environment) for part, name in names.items()})


def _given(name: str, environment: Mapping[str, str]) -> str:
    file = environment.get(f"{name}{SUFFIX}")
    return read_secret(f"{name}{SUFFIX}", file) if file else environment.get(name, "")


def variable(namespace: Namespace, source_id: SourceId, part: str) -> str:
    """The name of an environment variable: no two sources share one.

    Small letters and digits of the ids stand for themselves, in capitals; any other character is `_` and its number in
    hexadecimal digits. A namespace begins with one of those, so that the first `__` ends it.

    >>> variable("acme", "crm-eu", "password")
    'TESSELLA_WAREHOUSE_ACME__CRM_2DEU_PASSWORD'
    """
    return f"{_PREFIX}{_word(namespace)}__{_word(source_id)}_{part.upper()}"


def _word(name: str) -> str:
    return _ESCAPED.sub(lambda found: f"_{ord(found[0]):02x}", name).upper()
