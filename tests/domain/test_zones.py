from datetime import UTC, datetime, timedelta
from importlib.resources import files
from zoneinfo import ZoneInfo

from tessella.domain.zones import zone_named


def test_a_zone_is_that_of_the_locked_package_however_old_those_of_the_machine_are():
    for name in ("Africa/Casablanca", "America/Vancouver", "Europe/Berlin", "UTC"):
        with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            packaged = ZoneInfo.from_file(file)
        found = zone_named(name)
        assert found is not None
        for month in range(1, 13):
            moment = datetime(2026, month, 15, tzinfo=UTC)
            assert moment.astimezone(found).utcoffset() == moment.astimezone(packaged).utcoffset()


def test_vancouver_no_longer_puts_its_clock_back():
    vancouver = zone_named("America/Vancouver")
    assert datetime(2026, 12, 15, tzinfo=vancouver).utcoffset() == timedelta(hours=-7)


def test_what_is_no_zone_is_none_and_leads_to_no_file():
    assert [zone_named(each) for each in ("", "America", "/etc/passwd", "../zones", "tzdata.zi", "a\0b")] == [None] * 6
