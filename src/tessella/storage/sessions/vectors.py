"""What personalization knows of subjects."""

from __future__ import annotations

from tessella.storage.sessions.base import SessionBase


class VectorsPart(SessionBase):
    """`ports.session` over PostgreSQL: to be written."""

    __slots__ = ()
