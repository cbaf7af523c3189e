"""What is switched on."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.personalization.flags import Flags, in_force
from tessella.storage.personalization import flags
from tessella.storage.sessions.base import SessionBase


class FlagsPart(SessionBase):
    """`ports.session.Flagging` over memory, which the watcher keeps true, and PostgreSQL."""

    __slots__ = ()

    def flags(self) -> Flags:
        return in_force(self._parts.installed.flags, self._loaded.personalization.flags)

    async def set_flags(self, flags_: Mapping[str, bool | float]) -> Flags:
        async with self._administering() as connection:
            found = await flags.change(connection, self.caller.namespace, flags_)
        self._loaded.personalization.set_here(found)
        return self.flags()
