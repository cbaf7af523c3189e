"""What kind of device asks."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import cache, lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Final

from tessella.domain.experiments.context.fields import read_text
from tessella.domain.identifiers import Json

if TYPE_CHECKING:
    from ua_parser import PartialResult
    from ua_parser import re2 as engine

#: What is read of a user agent.
_READ: Final = 512
_TELEVISIONS: Final = ("TV", "BRAVIA", "AFT")
_TABLETS: Final = ("iPad", "Tablet;", "Kindle", "PlayBook")
_OF_PHONES: Final = frozenset(("iOS", "Android", "Windows Phone", "BlackBerry OS", "KaiOS"))
_PUSHED_TO_PHONES: Final = frozenset(("ios", "android"))


class Device(StrEnum):
    """The kinds that segments are made of."""

    MOBILE = "mobile"
    TABLET = "tablet"
    DESKTOP = "desktop"
    BOT = "bot"
    OTHER = "other"


_NAMES: Final = frozenset(Device)
_MAKING: Final = Lock()


def read_device(raw: Mapping[str, Json]) -> Device:
    """An explicit `device` wins, then what `user_agent` says, then an `os` of phones; else `other`.

    An explicit one that is no `Device` is `other` too.
    """
    if explicit := read_text(raw.get("device")):
        name = explicit.lower()
        return Device(name) if name in _NAMES else Device.OTHER
    agent = raw.get("user_agent")
    if type(agent) is str and agent and (start := agent[:_READ]).isprintable():
        return device_of(start)
    told = read_text(raw.get("os"))
    return Device.MOBILE if told is not None and told.lower() in _PUSHED_TO_PHONES else Device.OTHER


@lru_cache(maxsize=4096)
def device_of(user_agent: str) -> Device:
    """The device of a user agent.

    A crawler is a `bot`; a television or console is `other`; iPads, Android without "Mobile" and what calls itself a
    tablet are `tablet`; "Mobi" or a system of phones is `mobile`; any other system is `desktop`. A program without a
    system, such as curl, is `other`. A text that says nothing at all is `desktop`: phones, tablets and bots name
    themselves.

    >>> device_of("..."), device_of("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148")
    (<Device.DESKTOP: 'desktop'>, <Device.MOBILE: 'mobile'>)
    """
    from ua_parser import Domain

    with _MAKING:  # one that is being made takes as long for the next one who asks
        resolver = _resolver()
    told = resolver(user_agent, Domain.ALL)
    if told.device is not None and told.device.family == "Spider":
        return Device.BOT
    if any(each in user_agent for each in _TELEVISIONS):
        return Device.OTHER
    return _held_in_hand(user_agent, told) or _at_a_desk(told)


def _held_in_hand(user_agent: str, told: PartialResult) -> Device | None:
    system = told.os.family if told.os else ""
    is_mobile = "Mobi" in user_agent
    is_large = system == "Android" and "Mozilla" in user_agent and not is_mobile
    if is_large or any(each in user_agent for each in _TABLETS):
        return Device.TABLET
    return Device.MOBILE if is_mobile or system in _OF_PHONES else None


def _at_a_desk(told: PartialResult) -> Device:
    is_console = told.device is not None and told.device.family != "Mac"
    says_nothing = told.os is None and told.device is None and told.user_agent is None
    return Device.DESKTOP if says_nothing or (told.os is not None and not is_console) else Device.OTHER


def is_prepared() -> bool:
    """Whether what reads user agents is made. The first one waits for that: 0.2 s; others take 60 us."""
    return _resolver.cache_info().currsize > 0


@cache
def _resolver() -> engine.Resolver:
    from ua_parser import load_builtins
    from ua_parser import re2 as engine

    return engine.Resolver(load_builtins())
