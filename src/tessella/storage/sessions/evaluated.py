"""How good rankings were."""

from __future__ import annotations

from tessella.storage.sessions.base import SessionBase


class EvaluatedPart(SessionBase):
    """`ports.session` over PostgreSQL: to be written."""

    __slots__ = ()
