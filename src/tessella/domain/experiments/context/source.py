"""Where a unit came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.fields import TEXT_MAX, read_text
from tessella.domain.identifiers import Json

#: Where nothing says anything.
DIRECT: Final = "direct"
#: The field that says it for a channel where no rule does.
_DEFAULTS: Final[Mapping[ChannelType, str]] = {
    ChannelType.EMAIL: "list_id",
    ChannelType.FUNNEL: "funnel_id",
    ChannelType.PUSH: "campaign_id",
}
#: Marks that a network leaves in an address.
_CLICKS: Final = (("gclid", "google"), ("fbclid", "facebook"))
#: Names of hosts, and whose they are.
_HOSTS: Final[Mapping[str, str]] = {"t.co": "twitter", "x.com": "twitter", "lnkd.in": "linkedin", "youtu.be": "youtube"}
#: A host is theirs where a part of its name is one of these.
_NETWORKS: Final = frozenset((
    "baidu", "bing", "duckduckgo", "ecosia", "facebook", "google", "instagram", "linkedin", "pinterest", "reddit",
    "tiktok", "twitter", "yahoo", "yandex", "youtube",
))  # fmt: skip
_REFERRER_MAX: Final = 2048


def read_source(channel: ChannelType, raw: Mapping[str, Json]) -> str:
    """The first that says something, in small letters without space around it; what may name a person says nothing.

    1. `source`, which is explicit; 2. `utm_source`; 3. `gclid` is `google`, `fbclid` is `facebook`; 4. `utm_medium`
    (`email`, `cpc`, `social`); 5. the host of `referrer`: the name of a known network, or the host without `www.`;
    6. the channel's own field: `list_id` of e-mail, `funnel_id` of a funnel, `campaign_id` of a push message; 7. the
    web is `direct`, another channel is its own name.

    >>> read_source(ChannelType.WEB, {"utm_source": " Instagram ", "gclid": "x", "referrer": "https://bing.com/"})
    'instagram'
    >>> read_source(ChannelType.WEB, {"referrer": "https://l.instagram.com/?u=1"}), read_source(ChannelType.WEB, {})
    ('instagram', 'direct')
    """
    told = read_text(raw.get("source")) or read_text(raw.get("utm_source")) or _by_click(raw)
    told = told or read_text(raw.get("utm_medium")) or _by_referrer(raw.get("referrer") or raw.get("referer"))
    if told is None and channel in _DEFAULTS:
        return read_text(raw.get(_DEFAULTS[channel])) or channel.value
    return DIRECT if told is None else told.lower()


def _by_click(raw: Mapping[str, Json]) -> str | None:
    return next((network for mark, network in _CLICKS if raw.get(mark)), None)


def _by_referrer(referrer: Json) -> str | None:
    host = _host(referrer) if type(referrer) is str and len(referrer) <= _REFERRER_MAX else None
    if host is None:
        return None
    network = next((each for each in host.split(".") if each in _NETWORKS), None)
    return network or _HOSTS.get(host) or read_text(host.removeprefix("www.")[:TEXT_MAX])


def _host(referrer: str) -> str | None:
    try:
        return urlsplit(referrer if "//" in referrer else f"//{referrer}").hostname
    except ValueError:  # such as "http://[": no address has that shape
        return None
