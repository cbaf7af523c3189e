"""What a source is read with. It comes from the environment only, and appears in no message."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tessella.domain.identifiers import SourceId

_PREFIX = "TESSELLA_WAREHOUSE_"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Each is empty when it is not set."""

    source_id: SourceId
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    #: Where to connect and as whom, in place of the declared location.
    dsn: str = field(default="", repr=False)

    def variables(self, *parts: str) -> str:
        """The names of variables of this source, as a text."""
        return ", ".join(variable(self.source_id, each) for each in parts)

    def without_secrets(self, text: str) -> str:
        """A driver's message, fit to be shown."""
        for secret in sorted(filter(None, (self.dsn, self.password, self.token)), key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def read_credentials(source_id: SourceId, environment: Mapping[str, str]) -> Credentials:
    """The credentials of one source.

    >>> read_credentials("crm.eu", {"TESSELLA_WAREHOUSE_CRM_EU_USER": "reader"}).user
    'reader'
    """
    parts = {part: environment.get(variable(source_id, part), "") for part in ("user", "password", "token", "dsn")}
    return Credentials(source_id, **parts)


def variable(source_id: SourceId, part: str) -> str:
    """The name of an environment variable. Sources whose ids differ in punctuation only share theirs.

    >>> variable("crm-eu", "password")
    'TESSELLA_WAREHOUSE_CRM_EU_PASSWORD'
    """
    return f"{_PREFIX}{re.sub(r'[^A-Za-z0-9]', '_', source_id)}_{part}".upper()
