"""One record of a context, whatever the channel."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.device import read_device
from tessella.domain.experiments.context.fields import read_own, read_text
from tessella.domain.experiments.context.source import read_source
from tessella.domain.features.gate import Value
from tessella.domain.features.subject import clock
from tessella.domain.identifiers import FeatureName, Instant, Json

_HOUR = FeatureName("ctx.hour")
_WEEKDAY = FeatureName("ctx.weekday")
_WEEKEND = frozenset(("saturday", "sunday"))
_OPENS, _CLOSES = 9, 18


def extract_context(channel: ChannelType, raw: Mapping[str, Json], at: Instant) -> dict[str, Value | None]:
    """The uniform fields and the channel's own, of what a caller sent at a moment.

    It cannot fail: what is not of a field's type is as if it had not been sent, and what is no field is left out:
    addresses on the net and of mail, the user agent, and every nested value. `hour` and `weekday` are those of the
    zone `timezone`, else of UTC. See `read_source` and `read_device` for their rules. Source: requirement B, "Context
    Multi-Canal".

    >>> extract_context(ChannelType.WEB, {"utm_source": "instagram", "country_code": "es"}, Instant(0))["country"]
    'ES'
    """
    moment = clock(at, read_text(raw.get("timezone")))
    hour, weekday = moment[_HOUR], moment[_WEEKDAY]
    assert isinstance(hour, int), "the clock tells whole hours"
    is_weekend = weekday in _WEEKEND
    return {
        "channel": channel.value,
        "source": read_source(channel, raw),
        "device": read_device(raw).value,
        "country": _country(raw.get("country_code") or raw.get("country")),
        "hour": hour,
        "weekday": weekday,
        "is_weekend": is_weekend,
        "is_business_hours": not is_weekend and _OPENS <= hour < _CLOSES,
        **read_own(channel, raw),
    }


def _country(value: Json) -> str | None:
    """Two capital letters, or None."""
    text = read_text(value)
    return text.upper() if text is not None and len(text) == 2 and text.isascii() and text.isalpha() else None
