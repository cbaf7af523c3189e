"""Who may ask how often and from which pages, and how the database is reached."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Literal

from pydantic import Field, field_validator

from tessella.settings.home import HomeSettings
from tessella.settings.places import listed

RateLimits = Literal["off", "shadow", "enforce"]
DatabaseTls = Literal["as-in-url", "verify-full"]

_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:]+\](:[0-9]{1,5})?")
_NO_ORIGIN: Final = (
    "{} is no origin; write https://shop.example.com, in small letters, with no path and no slash behind it"
)


class HardeningSettings(HomeSettings):
    """Who may ask how often and from which pages, and how the database is reached."""

    #: Origins whose pages may call the API from a browser, with commas between, such as https://shop.example.com. None
    #: when it is empty. The admin app needs none.
    cors_origins: str = ""
    #: Whether requests beyond a quota are refused with 429, only counted, or not looked at.
    rate_limits: RateLimits = "enforce"
    #: Requests a second of one subject, of a key or token that is bound to it, to each worker; 0 for any number.
    requests_per_second_per_subject: float = Field(default=50.0, ge=0, le=1_000_000)
    #: Requests a second of one key that is bound to no subject, to each worker; 0 for any number.
    requests_per_second_per_key: float = Field(default=0.0, ge=0, le=1_000_000)
    #: The seconds of a quota that may be used at once.
    rate_limit_burst_seconds: float = Field(default=4.0, gt=0, le=3600)
    #: For so many days a browser comes by TLS only, once it has seen an answer. Set it where a proxy in front serves
    #: TLS; 0 says nothing.
    transport_security_days: int = Field(default=0, ge=0, le=3650)
    #: What a connection to the database by network has to be: what its URL says, or encrypted to a server whose
    #: certificate and name were verified. A URL that asks for less is refused then. Sockets on this machine are exempt.
    database_tls: DatabaseTls = "as-in-url"
    #: A file of certificates that the database's may be signed with, as of an authority of your own; what the system
    #: trusts when it is not set. With `database_tls` verify-full.
    database_root_certificate: Path | None = None

    @field_validator("cors_origins")
    @classmethod
    def _are_origins(cls, text: str) -> str:
        for each in listed(text):
            if not _ORIGIN.fullmatch(each):
                raise ValueError(_NO_ORIGIN.format(each))
        return text

    @property
    def origins(self) -> frozenset[str]:
        """Origins whose pages may call the API."""
        return frozenset(listed(self.cors_origins))
