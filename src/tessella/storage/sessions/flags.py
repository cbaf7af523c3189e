"""What is switched on."""

from __future__ import annotations

from tessella.storage.sessions.base import SessionBase


class FlagsPart(SessionBase):
    """`ports.session` over PostgreSQL: to be written."""

    __slots__ = ()
