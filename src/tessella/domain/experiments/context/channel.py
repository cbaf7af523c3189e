"""How a unit is reached."""

from __future__ import annotations

from enum import StrEnum

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Pointer, nearest


class ChannelType(StrEnum):
    """Source: requirement B, "Context Multi-Canal"."""

    WEB = "web"
    EMAIL = "email"
    FUNNEL = "funnel"
    PUSH = "push"


def read_channel(text: str, at: Pointer = "") -> ChannelType:
    """The channel of that name, in small or capital letters. Raises `WrongShape`.

    >>> read_channel("WEB")
    <ChannelType.WEB: 'web'>
    """
    try:
        return ChannelType(text.lower())
    except ValueError:
        near = nearest(text.lower(), ChannelType)
        hint = f'Did you mean "{near}"?' if near else f"There are {', '.join(ChannelType)}."
        raise WrongShape(at, f'"{text}" is no channel.', hint) from None
