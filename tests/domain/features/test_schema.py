import pytest

from tessella.domain.features.gate import TIMESTAMP_MAX, TIMESTAMP_MIN
from tessella.domain.features.schema import BUILT_IN, Feature, Schema, Source
from tessella.domain.features.subject import clock
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant

MONDAY_NOON = Instant(1_483_358_400_000_000)  # 2017-01-02T12:00:00Z
HOUR = 3_600_000_000


def test_every_namespace_has_the_built_in_features():
    assert {"ctx.surface", "ctx.device", "ctx.region", "ctx.hour", "ctx.time_of_day", "ctx.weekday"} <= set(Schema())
    assert {each.source for each in BUILT_IN if each.name.startswith("ctx.")} == {Source.REQUEST}


def test_a_declaration_wins_over_a_built_in_feature_of_the_same_name():
    declared = Feature("ctx.region", FeatureType.STRING, Source.REQUEST, allowed_values=("FI", "SE"))
    assert Schema([declared])["ctx.region"].allowed_values == ("FI", "SE")


def test_the_nearest_name_is_found_among_declared_and_built_in_ones():
    schema = Schema([Feature("user.tier", FeatureType.STRING)])
    assert (schema.nearest("user.teir"), schema.nearest("ctx.regoin"), schema.nearest("zzz")) == (
        "user.tier",
        "ctx.region",
        None,
    )


@pytest.mark.parametrize(
    ("hour", "time_of_day"),
    [
        (0, "night"),
        (5, "night"),
        (6, "morning"),
        (11, "morning"),
        (12, "afternoon"),
        (17, "afternoon"),
        (18, "evening"),
        (23, "evening"),
    ],
)
def test_the_time_of_day_follows_the_hour(hour, time_of_day):
    values = clock(Instant(MONDAY_NOON + (hour - 12) * HOUR), None)
    assert values == {"ctx.hour": hour, "ctx.time_of_day": time_of_day, "ctx.weekday": "monday"}


@pytest.mark.parametrize(
    ("timezone", "hour", "weekday"),
    [
        ("Europe/Helsinki", 14, "monday"),
        ("America/New_York", 7, "monday"),
        ("Pacific/Auckland", 1, "tuesday"),
        ("Asia/Kolkata", 17, "monday"),
        ("UTC", 12, "monday"),
        ("Nowhere/Land", 12, "monday"),
        ("../../etc/passwd", 12, "monday"),
        ("", 12, "monday"),
        (None, 12, "monday"),
    ],
)
def test_the_clock_is_that_of_the_requests_time_zone_and_utc_when_that_is_unknown(timezone, hour, weekday):
    values = clock(MONDAY_NOON, timezone)
    assert (values["ctx.hour"], values["ctx.weekday"]) == (hour, weekday)


def test_the_clock_knows_summer_time():
    winter, summer = Instant(1_490_486_400_000_000), Instant(1_490_572_800_000_000)  # 2017-03-26 and 27, 00:00 UTC
    assert (clock(winter, "Europe/Helsinki")["ctx.hour"], clock(summer, "Europe/Helsinki")["ctx.hour"]) == (2, 3)


@pytest.mark.parametrize(
    ("at", "timezone"), [(TIMESTAMP_MIN, "America/New_York"), (TIMESTAMP_MAX, "Asia/Tokyo"), (TIMESTAMP_MAX, "Etc/UTC")]
)
def test_the_clock_is_that_of_utc_where_the_local_year_would_be_0_or_10000(at, timezone):
    assert clock(Instant(at), timezone) == clock(Instant(at), None)


def test_the_clock_is_right_before_1970():
    assert clock(Instant(-1), None) == {"ctx.hour": 23, "ctx.time_of_day": "evening", "ctx.weekday": "wednesday"}
