"""Which days there are, when each begins, and what sort of day each is."""

import random
from datetime import date, datetime

import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.features.gate import DAY_US, micros
from tessella.domain.identifiers import GameId, Instant
from tessella.domain.taxonomy.days.calendar import calendar_of, day_text, holiday_of
from tessella.domain.taxonomy.days.offsets import offsets_of
from tessella.domain.taxonomy.game import Context, DayMetric, Game
from tessella.domain.zones import zone_named

#: Quarters and halves of an hour, half an hour of daylight saving, no daylight saving in Ramadan, midnight that is
#: skipped, a day that is skipped, and zones whose past is told in different ways.
ZONES = (
    "UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "Australia/Lord_Howe", "Africa/Casablanca",
    "America/Winnipeg", "America/Havana", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kolkata", "Europe/Dublin",
)  # fmt: skip


def game(**changed) -> Game:
    return Game(GameId("arena"), {"events": DayMetric(kind={"kind": "count"})}, {}, **changed)


def instant(text: str) -> Instant:
    found = micros(datetime.fromisoformat(text))
    assert found is not None
    return found


def number(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


@pytest.mark.parametrize("zone", ZONES)
def test_the_local_clock_is_that_of_the_zone_at_every_moment(zone):
    luck = random.Random(zone)
    begin, end = instant("1965-01-01"), instant("2030-01-01")
    found = zone_named(zone)
    assert found is not None
    offsets = offsets_of(found, begin, end)
    near = [since + by for since in offsets.since for by in (-1_000_000, -1, 0, 1)]
    for at in [*near, *(luck.randrange(begin, end) for _ in range(300))]:
        expected = datetime.fromtimestamp(at // 1_000_000, found).utcoffset()
        assert expected is not None
        assert offsets.local(Instant(max(at, begin))) - max(at, begin) == expected.total_seconds() * 1_000_000


def test_the_last_day_is_the_last_that_is_over_where_the_game_is():
    evening = instant("2026-11-22T23:30:00+00:00")
    assert day_text(calendar_of(game(), evening).last) == "2026-11-21"
    assert day_text(calendar_of(game(timezone="Asia/Kathmandu"), evening).last) == "2026-11-22"
    assert day_text(calendar_of(game(timezone="America/New_York"), evening).last) == "2026-11-21"
    midnight = instant("2026-11-23T00:00:00+00:00")
    assert day_text(calendar_of(game(), midnight).last) == "2026-11-22"
    assert day_text(calendar_of(game(), Instant(midnight - 1)).last) == "2026-11-21"


def test_a_window_holds_so_many_days_and_no_event_of_them_lies_outside_its_moments():
    calendar = calendar_of(game(timezone="Pacific/Chatham", window_days=30), instant("2026-10-20T00:00:00"))
    assert calendar.last - calendar.first + 1 == 30
    for day in (calendar.first, calendar.last):
        noon = Instant(day * DAY_US + DAY_US // 2 - calendar.offsets.offsets[-1])
        assert calendar.begin <= noon <= calendar.end
    assert calendar.day_of(calendar.begin)[0] <= calendar.first
    assert calendar.day_of(Instant(calendar.end + 1))[0] > calendar.last


def test_a_day_begins_at_midnight_of_its_zone_also_when_the_clock_changes():
    calendar = calendar_of(game(timezone="America/New_York", window_days=60), instant("2026-11-20T12:00:00"))
    assert [
        (day_text(day), clock // 3_600_000_000)
        for day, clock in map(
            calendar.day_of,
            map(
                instant,
                ("2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z", "2026-11-02T04:59:59Z", "2026-11-02T05:00:00Z"),
            ),
        )
    ] == [("2026-10-31", 23), ("2026-11-01", 0), ("2026-11-01", 23), ("2026-11-02", 0)]


def test_a_holiday_is_that_first_and_weekends_are_the_days_that_the_game_names():
    gulf = game(weekend=("friday", "saturday"), holidays=("12-25", "2026-11-20"))
    calendar = calendar_of(gulf, instant("2026-12-30T00:00:00"))
    told = {
        each: calendar.context_of(number(each)) for each in ("2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22")
    }
    assert list(told.values()) == [Context.WEEKDAY, Context.HOLIDAY, Context.WEEKEND, Context.WEEKDAY]
    assert calendar.context_of(number("2026-12-25")) is Context.HOLIDAY


def test_a_holiday_of_every_year_comes_in_each_year_of_the_window_and_the_29th_of_february_in_leap_years():
    calendar = calendar_of(game(holidays=("12-25", "02-29"), window_days=1500), instant("2026-06-01T00:00:00"))
    found = sorted(map(day_text, calendar.holidays))
    assert found == ["2022-12-25", "2023-12-25", "2024-02-29", "2024-12-25", "2025-12-25"]


def test_a_holiday_is_a_day_where_the_game_is():
    """25 December begins in Auckland when it is noon of the 24th in London."""
    calendar = calendar_of(game(timezone="Pacific/Auckland", holidays=("12-25",)), instant("2027-01-10T00:00:00"))
    assert calendar.context_of(calendar.day_of(instant("2026-12-24T12:00:00"))[0]) is Context.HOLIDAY
    assert calendar.context_of(calendar.day_of(instant("2026-12-25T12:00:00"))[0]) is not Context.HOLIDAY


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"timezone": "Atlantis/Poseidonis"}, "/timezone"),
        ({"timezone": "../etc/passwd"}, "/timezone"),
        ({"timezone": ""}, "/timezone"),
        ({"holidays": ("12-25", "2026-02-30")}, "/holidays/1"),
        ({"weekend": ("saturday", "caturday")}, "/weekend/1"),
    ],
)
def test_a_calendar_that_is_none_is_refused_with_where_it_stands(changed, pointer):
    with pytest.raises(WrongShape) as refused:
        calendar_of(game(**changed), instant("2026-11-22T00:00:00"))
    assert refused.value.pointer == pointer


@pytest.mark.parametrize("text", ["25-12", "2026-13-01", "12-25-2026", "", "٢٠٢٦-١٢-٢٥", "12-25\n", "0000-01-01"])
def test_what_is_no_holiday_is_told(text):
    assert holiday_of(text) is None


def test_zones_that_are_folders_or_too_long_are_none():
    assert [zone_named(each) for each in ("America", "/etc", "x" * 5000, "a\0b")] == [None] * 4


def test_moments_at_the_ends_of_the_calendar_have_days_too():
    for at in (instant("0001-01-01T00:00:00"), instant("9999-12-31T23:59:59")):
        calendar = calendar_of(game(timezone="Pacific/Apia"), at)
        assert calendar.last >= calendar.first
