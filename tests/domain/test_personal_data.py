"""What is told from texts and names: that they are personal data. In Python and in DuckDB alike."""

from collections.abc import Iterator

import pytest

from tessella.domain.privacy.personal_data import address_in, looks_like_email, looks_like_phone, personal_text
from tessella.domain.privacy.personal_names import names_personal_data
from tessella.domain.privacy.personal_sql import is_email, is_phone, personal_tests
from tessella.warehouse.duckdb import DuckDBWorker

EMAILS = (
    "ann@example.org",
    "Ann Smith <ann@example.org>",
    "ann%40example.org",
    "ann\uff20example.org",
    "a.b+c@x.co.uk",
)
PHONES = (
    "+358 40 123 4567", "+1 (555) 123-4567", "040-1234567", "(040) 123 4567", "555-123-4567",
    "tel:+15551234567", "+358401234567",
)  # fmt: skip
NETWORKS = (
    "192.168.1.17", "10.0.0.1:8080", "10.0.0.0/8", "2001:db8::1", "::1", "fe80:0:0:0:1:2:3:4", "00:1b:44:11:3a:b7",
)  # fmt: skip
PLACES = ("60.16952, 24.93545", "geo:60.1695,24.9354", "-33.8688;151.2093", "60° 10' 15\" N", "(60.1695 24.9354)")
PERSONS = ("Mr. John Smith", "Dr Ann van der Berg", "Frau Müller")
LETTERS = ("Please call me back tomorrow as the parcel that I ordered has not come.", "one two three\n" * 5)
HARMLESS = (
    "", "gold", "VIP-2", "mobile", "2026-11-22", "2026-11-22T10:15:00+00:00", "12:30:45", "1.22.3", "v10.2",
    "21345678901", "012345678905", "household_123", "550e8400-e29b-41d4-a716-446655440000", "50% off", "colour::red",
    "Soft drinks 12/18 and 15pk can", "60.17, 24.94", "Europe/Helsinki", "1-2-3", "FI", "@home", "user@tenant",
    "Mrs", "north", "3 x 100 g", "Dr Pepper"[:2], "0", "-8", "5.5", "true", "null", "€ 9.99", "2017 2018 2019 2020",
    "Fri 22 Nov 2026", "SKU 12-34", "\U0001f600",
)  # fmt: skip
PERSONAL = {
    **dict.fromkeys(EMAILS, "an e-mail address"), **dict.fromkeys(PHONES, "a telephone number"),
    **dict.fromkeys(NETWORKS, "a network address"), **dict.fromkeys(PLACES, "a precise location"),
    **dict.fromkeys(PERSONS, "a person's name"), **dict.fromkeys(LETTERS, "free text"),
}  # fmt: skip


@pytest.fixture(scope="module")
def duckdb() -> Iterator[DuckDBWorker]:
    with DuckDBWorker(memory_limit="500MB") as worker:
        yield worker


@pytest.mark.parametrize(("text", "what"), PERSONAL.items())
def test_a_text_that_says_who_or_where_somebody_is_is_told(text, what):
    assert personal_text(text) == what


@pytest.mark.parametrize("text", HARMLESS)
def test_a_text_that_says_what_somebody_does_or_has_is_not(text):
    assert personal_text(text) is None


def test_duckdb_tells_the_same_of_every_text(duckdb):
    texts = [*PERSONAL, *HARMLESS]
    cases = " ".join(f"WHEN {test} THEN {index}" for index, (_, test) in enumerate(personal_tests("x")))
    names = [what for what, _ in personal_tests("x")]
    sql = f"SELECT CASE {cases} END, {is_email('x')}, {is_phone('x')} FROM (SELECT ? AS x)"
    for text in texts:
        [(index, email, phone)] = duckdb.query(sql, [text])
        found = None if index is None else names[index]
        assert (text, found) == (text, personal_text(text))
        assert (text, email, phone) == (text, looks_like_email(text), looks_like_phone(text))


def test_an_absent_value_looks_like_nothing(duckdb):
    tests = " OR ".join(test for _, test in personal_tests("x"))
    absent = "(SELECT CAST(NULL AS VARCHAR) AS x)"
    assert duckdb.query(f"SELECT coalesce({tests}, false) FROM {absent}") == [(False,)]


def test_digits_alone_are_a_subjects_telephone_number_and_a_products_number():
    assert looks_like_phone("0401234567")
    assert address_in("0401234567") is None


@pytest.mark.parametrize("text", ["@" * 20_000, "a@" * 10_000, "1 " * 10_000, "::" * 10_000, "a" * 20_000 + "@b"])
def test_a_long_text_is_told_in_the_time_of_its_length(text):
    assert personal_text(text) in (None, "free text")


@pytest.mark.parametrize(
    "name",
    [
        "email", "user.email", "customer.e_mail", "phone", "user.phone_number", "mobileNumber", "home_address", "ip",
        "user.last_ip", "user.firstName", "surname", "name", "user.display_name", "birth_date", "year_of_birth", "dob",
        "zip", "zip_code", "user.latitude", "street", "passport_no", "iban", "username", "email_hash",
    ],
)  # fmt: skip
def test_a_name_of_personal_data_is_told(name):
    assert names_personal_data(name)


@pytest.mark.parametrize(
    "name",
    [
        "user.tier", "mobile_share", "email_opens_30d", "has_phone_app", "product_name", "user.favourite_store_name",
        "user.country", "address_changes_90d", "zipper_sales", "user.zodiac", "shipping_days", "session_count_7d",
        "user.streetwear_share", "plan_name",
    ],
)  # fmt: skip
def test_a_name_of_something_about_such_is_not(name):
    assert not names_personal_data(name)
