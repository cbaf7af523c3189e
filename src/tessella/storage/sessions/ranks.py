"""Rankings that are kept."""

from __future__ import annotations

from tessella.storage.sessions.base import SessionBase


class RanksPart(SessionBase):
    """`ports.session` over PostgreSQL: to be written."""

    __slots__ = ()
