"""One record for every channel, whatever a caller sends."""

import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.experiments.context.channel import ChannelType, read_channel
from tessella.domain.experiments.context.extract import extract_context
from tessella.domain.experiments.context.fields import FIELDS, OWN, UNIFORM
from tessella.domain.features.gate import DAY_US, normalise
from tessella.domain.identifiers import Instant

WEB, EMAIL, FUNNEL, PUSH = ChannelType
#: A Thursday, 17:30 in UTC.
THURSDAY = Instant(17 * 3_600_000_000 + 30 * 60_000_000)

AGENTS = {
    "...": "desktop",
    "Mozilla/5.0...": "desktop",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148": "mobile",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/125.0.0.0 Mobile Safari/537.36": "mobile",
    "Shop/4.2 CFNetwork/1335 Darwin/21.6.0": "mobile",
    "Mozilla/5.0 (iPad; CPU OS 16_3 like Mac OS X) AppleWebKit/605.1.15 Version/16.3 Mobile/15E148": "tablet",
    "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/125.0.0.0 Safari/537.36": "tablet",
    "Mozilla/5.0 (Android 13; Tablet; rv:126.0) Gecko/126.0 Firefox/126.0": "tablet",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/125.0.0.0 Safari/537.36": "desktop",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/17.4 Safari/605.1.15": "desktop",
    "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Gecko/20100101 Firefox/126.0": "desktop",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/125.0.0.0 Safari/537.36": "desktop",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)": "bot",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 8_3 like Mac OS X) Mobile (compatible; bingbot/2.0)": "bot",
    "Mozilla/5.0 (SMART-TV; Linux; Tizen 5.0) AppleWebKit/537.36 Version/5.0 TV Safari/537.36": "other",
    "Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 Version/13.0 Safari/605.1.15": "other",
    "curl/8.5.0": "other",
}

SOURCES = [
    (WEB, {}, "direct"),
    (WEB, {"utm_source": "  Instagram "}, "instagram"),
    (WEB, {"source": "Shop", "utm_source": "instagram"}, "shop"),
    (WEB, {"utm_source": "news", "gclid": "x"}, "news"),
    (WEB, {"gclid": "x", "utm_medium": "cpc"}, "google"),
    (WEB, {"fbclid": "x"}, "facebook"),
    (WEB, {"utm_medium": "Email", "referrer": "https://bing.com"}, "email"),
    (WEB, {"referrer": "https://www.google.co.uk/search?q=me@example.org"}, "google"),
    (WEB, {"referrer": "https://t.co/abc"}, "twitter"),
    (WEB, {"referrer": "www.Example.org/path"}, "example.org"),
    (WEB, {"referrer": "http://[half"}, "direct"),
    (WEB, {"referrer": "https://192.0.2.7/"}, "direct"),
    (WEB, {"utm_source": {"a": 1}, "source": "", "referrer": 7}, "direct"),
    (WEB, {"utm_source": "ann@example.org"}, "direct"),
    (WEB, {"source": "2001:db8::1", "utm_source": "News"}, "news"),
    (WEB, {"utm_source": "ann%40example.org", "referrer": "https://bing.com"}, "bing"),
    (WEB, {"referrer": "https://[2001:db8::1]:8443/"}, "direct"),
    (EMAIL, {"list_id": "for ann@example"}, "email"),
    (EMAIL, {"list_id": "newsletter_premium"}, "newsletter_premium"),
    (EMAIL, {"list_id": "a", "source": "partner"}, "partner"),
    (EMAIL, {}, "email"),
    (FUNNEL, {"funnel_id": "checkout"}, "checkout"),
    (PUSH, {"campaign_id": "summer"}, "summer"),
]


@pytest.mark.parametrize(("agent", "device"), AGENTS.items())
def test_a_user_agent_tells_the_device(agent, device):
    assert extract_context(WEB, {"user_agent": agent}, THURSDAY)["device"] == device


@pytest.mark.parametrize(("channel", "raw", "source"), SOURCES)
def test_the_first_rule_that_says_something_gives_the_source(channel, raw, source):
    assert extract_context(channel, raw, THURSDAY)["source"] == source


@pytest.mark.parametrize(
    ("channel", "raw", "device"),
    [
        (WEB, {}, "other"),
        (WEB, {"device": "Mobile", "user_agent": "..."}, "mobile"),
        (WEB, {"device": "fridge", "user_agent": "..."}, "other"),
        (PUSH, {"os": "iOS"}, "mobile"),
    ],
)
def test_an_explicit_device_wins_and_an_unknown_one_is_other(channel, raw, device):
    assert extract_context(channel, raw, THURSDAY)["device"] == device


def test_every_channel_gives_the_same_fields_and_its_own():
    sent = {"list_id": "premium", "engagement_score": 0.8, "previous_opens": 15, "campaign_id": "summer"}
    assert extract_context(EMAIL, {**sent, "funnel_id": "checkout", "country_code": "es"}, THURSDAY) == {
        "channel": "email", "source": "premium", "device": "other", "country": "ES", "hour": 17, "weekday": "thursday",
        "is_weekend": False, "is_business_hours": True, **sent,
    }  # fmt: skip
    for channel in ChannelType:
        assert list(extract_context(channel, {}, THURSDAY)) == list(UNIFORM)


@pytest.mark.parametrize(
    ("at", "zone", "hour", "weekday", "is_weekend", "is_open"),
    [
        (THURSDAY, None, 17, "thursday", False, True),
        (THURSDAY, "Europe/Madrid", 18, "thursday", False, False),
        (THURSDAY, "Nowhere/Land", 17, "thursday", False, True),
        (THURSDAY + 2 * DAY_US, "UTC", 17, "saturday", True, False),
        (THURSDAY + DAY_US, "Asia/Tokyo", 2, "saturday", True, False),
    ],
)
def test_the_hour_and_the_day_are_those_of_the_zone_of_the_request(at, zone, hour, weekday, is_weekend, is_open):
    context = extract_context(WEB, {"timezone": zone}, at)
    told = [context[each] for each in ("hour", "weekday", "is_weekend", "is_business_hours")]
    assert told == [hour, weekday, is_weekend, is_open]


HOSTILE = [
    "x" * 1_000_000,
    "a\x00b",
    "\ud800",
    "\u202eabc",
    "ann@example.org",
    {"a": {}},
    [1],
    1e999,
    True,
    -(2**63),
    "",
]


@pytest.mark.parametrize("channel", ChannelType)
@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_is_sent_every_field_is_short_of_its_type_and_nobody_s(channel, value):
    names = (*FIELDS, "user_agent", "referrer", "timezone", "country_code", "email", "ip", "gclid", "user_id", "nested")
    context = extract_context(channel, dict.fromkeys(names, value), THURSDAY)
    assert set(UNIFORM) <= set(context) <= {*UNIFORM, *OWN[channel]}
    known = {name: each for name, each in context.items() if each is not None}
    assert {name: normalise(each, FIELDS[name]) for name, each in known.items()} == known
    assert all(len(each) <= 128 and "@" not in each for each in known.values() if isinstance(each, str))


def test_nothing_of_a_person_is_kept():
    person = {"email": "ann@example.org", "ip": "192.0.2.7", "user_agent": "curl/8.5.0", "user_id": "u1", "name": "Ann"}
    kept = str(extract_context(WEB, person | {"utm_campaign": "for ann@example.org", "utm_term": "shoes"}, THURSDAY))
    assert not any(each in kept for each in person.values())
    assert "shoes" in kept


@pytest.mark.parametrize(
    "text",
    [
        "ann%40example.org",
        "ann%252540example.org",
        "ann＠example.org",
        "ann％40example.org",
        "mailto:ann@example",
        "%2525252525252541",
        "192.168.1.77",
        "192.168.1.77:8080",
        "from 192%2E168%2E1%2E77",
        "2001:db8::1",
        "[2001:db8::1]:443",
        "ip=2001:0db8:0000:0000:0000:0000:0000:0001",
        "::ffff:192.0.2.7",
        "fe80::1%25eth0",
        "+34 600 123 456",
        "%2B34+600+123+456",
        "tel:+34600123456",
        "call 0034600123456",
        "(212) 555-0123",
        "600-12-34-56",
        "91 123 45 67",
        "＋34 600 123 456",
        "Mozilla/5.0 (Windows NT 10.0) 1.2.3.4",
        "Mozilla%2F5.0+(iPhone;+CPU+iPhone+OS+17_5+like+Mac+OS+X)",
        "Shop/4.2 CFNetwork/1335",
        "Linux; Android 14; SM-X710",
    ],
)
def test_a_text_that_may_name_a_person_is_as_if_it_had_not_been_sent(text):
    sent = dict.fromkeys(("source", "utm_source", "utm_term", "utm_content"), text)
    context = extract_context(WEB, sent | {"utm_medium": "Social"}, THURSDAY)
    assert (context["source"], context["utm_medium"]) == ("social", "Social")
    assert not set(sent) - {"source"} & set(context)


@pytest.mark.parametrize(
    "text",
    [
        "spring-sale_2026", "2026-11-22", "22.11.2026", "2026-11-22 10:30:45", "2026.11.22.10", "20261122",
        "21345678901", "1.22.3", "125.0.6422.112", "300x250", "18-24", "50% off", "100%25", "C++ shoes", "men/women",
        "summer/2026", "example.org", "10:30:45", "Cafe::Bar", "mozilla", "Etc/GMT+10", "iOS 17.5", "niños", "对照组",
        "0f8fad5b-d9cb-469f-a165-70867728950e",
    ],
)  # fmt: skip
def test_a_text_that_names_a_campaign_a_day_or_a_version_is_kept_as_it_was_sent(text):
    assert extract_context(WEB, {"utm_campaign": text}, THURSDAY)["utm_campaign"] == text


def test_a_channel_is_named_in_small_or_capital_letters():
    assert [read_channel(each) for each in ("web", "EMAIL", "Funnel", "push")] == list(ChannelType)
    with pytest.raises(WrongShape) as refused:
        read_channel("emial", "/channel")
    assert (refused.value.pointer, refused.value.hint()) == ("/channel", 'Did you mean "email"?')
