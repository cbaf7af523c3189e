"""What is switched on, read and set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.personalization.flags import Flags
from tessella.logs import get_logger
from tessella.ports import Session

_LOG: Final = get_logger(__name__)


def get_flags(session: Session) -> Flags:
    """The flags in force."""
    return session.flags()


async def set_flags(session: Session, flags: Mapping[str, bool | float]) -> Flags:
    """Change those that are named; returns what is in force then. Settings of subjects are not touched."""
    now = await session.set_flags(flags) if flags else session.flags()
    _LOG.info("flags_set", namespace=session.caller.namespace, version=now.version)
    return now
