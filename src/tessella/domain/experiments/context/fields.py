"""The fields of a context: those that each has, and those of its channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.personal import may_name_a_person
from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json

#: A longer text is cut.
TEXT_MAX: Final = 128

#: Every record has these. `country` is None where it is not known.
UNIFORM: Final[Mapping[str, FeatureType]] = {
    "channel": FeatureType.STRING,
    "source": FeatureType.STRING,
    #: One of `Device`.
    "device": FeatureType.STRING,
    #: Two capital letters.
    "country": FeatureType.STRING,
    #: 0 to 23, in the zone of the request.
    "hour": FeatureType.INTEGER,
    #: monday to sunday, there too.
    "weekday": FeatureType.STRING,
    #: Saturday and Sunday.
    "is_weekend": FeatureType.BOOLEAN,
    #: Monday to Friday, from 9 to before 18.
    "is_business_hours": FeatureType.BOOLEAN,
}

#: What a channel's records have besides, where it was sent. Nothing else is kept.
OWN: Final[Mapping[ChannelType, Mapping[str, FeatureType]]] = {
    ChannelType.WEB: dict.fromkeys(
        ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"), FeatureType.STRING
    ),
    ChannelType.EMAIL: {
        "list_id": FeatureType.STRING,
        "campaign_id": FeatureType.STRING,
        "engagement_score": FeatureType.NUMBER,
        "previous_opens": FeatureType.INTEGER,
    },
    ChannelType.FUNNEL: {
        "funnel_id": FeatureType.STRING,
        "current_stage": FeatureType.STRING,
        "drop_risk": FeatureType.NUMBER,
        #: Minutes.
        "time_in_funnel": FeatureType.NUMBER,
    },
    ChannelType.PUSH: {
        "campaign_id": FeatureType.STRING,
        "app_version": FeatureType.STRING,
        "os": FeatureType.STRING,
        "previous_opens": FeatureType.INTEGER,
    },
}

#: Every field that a context may have.
FIELDS: Final[Mapping[str, FeatureType]] = {
    **UNIFORM,
    **{name: kind for own in OWN.values() for name, kind in own.items()},
}

#: What is read of a visit besides the fields themselves.
_CLUES: Final = ("country_code", "fbclid", "gclid", "referer", "referrer", "timezone", "user_agent")
#: Every name that is read of a visit, whatever the channel.
READ: Final = frozenset((*FIELDS, *_CLUES))


def read_own(channel: ChannelType, raw: Mapping[str, Json]) -> dict[str, Value]:
    """The channel's own fields, as far as they were sent and are of their type."""
    read = ((name, read_field(raw[name], kind)) for name, kind in OWN[channel].items() if name in raw)
    return {name: value for name, value in read if value is not None}


def read_field(value: Json, kind: FeatureType) -> Value | None:
    """A value as a field of a type, or None where it is not."""
    return read_text(value) if kind is FeatureType.STRING else normalise(value, kind)


def read_text(value: Json) -> str | None:
    r"""A text without space around it, cut to `TEXT_MAX`; a whole number is its digits.

    None for anything else, for an empty text, one with control characters, and one that may name a person.

    >>> read_text(" summer "), read_text(42), read_text("a\x00b"), read_text("of ann@example.org"), read_text({})
    ('summer', '42', None, None, None)
    """
    if type(value) is int:
        value = str(value)
    if type(value) is not str or not (text := value[: 2 * TEXT_MAX].strip()):
        return None
    return text[:TEXT_MAX] if text.isprintable() and not may_name_a_person(text) else None
