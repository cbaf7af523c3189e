"""The legacy system that a game migrates from."""

from __future__ import annotations

from pydantic import SecretStr

from tessella.domain.notices.urls import Reach
from tessella.settings.home import HomeSettings


class TaxonomySettings(HomeSettings):
    """The legacy system that a game migrates from."""

    #: Whether games may name a legacy system on private, loopback and link-local addresses, and on any port.
    legacy_private_addresses: bool = False
    #: The header `Authorization` that legacy systems are sent, such as `Bearer ...`.
    legacy_authorization: SecretStr | None = None

    @property
    def legacy_reach(self) -> Reach:
        """How far games' legacy systems reach."""
        return Reach.ANYWHERE if self.legacy_private_addresses else Reach.PUBLIC
