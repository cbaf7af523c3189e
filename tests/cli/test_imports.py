"""`tessella events import`, `tessella facts import` and `tessella features compute`."""

import pytest

PURCHASES = """\
household,bought_at,value
h1,2026-06-01T10:00:00Z,10.50
h1,2026-06-20T10:00:00Z,4.50
h2,2026-06-21T10:00:00Z,7.00
"""
MAPPING = "subject_id=household,occurred_at=bought_at,event_type='purchase',value=value,event_id=household+bought_at"
SPENT = "{name: user.spent, type: number, kind: {kind: sum, event_type: purchase, field: event.value, window_days: 30}}"


@pytest.fixture
def purchases(tmp_path):
    file = tmp_path / "purchases.csv"
    file.write_text(PURCHASES)
    return file


def test_events_are_imported_once_however_often(shop, purchases):
    assert shop("events", "import", purchases, "--map", MAPPING).well().out == "3 new events.\n"
    assert shop("events", "import", purchases, "--map", MAPPING, "--json").json() == {"stored": 0, "rejected": 0}


def test_bad_rows_go_to_a_report_with_line_and_reason(shop, purchases):
    purchases.write_text(PURCHASES + "h3,yesterday,1\n")
    ran = shop("events", "import", purchases, "--map", MAPPING).well()
    report = purchases.with_name("purchases.csv.rejected.csv")
    assert ran.out == "3 new events.\n"
    assert ran.err == f"1 bad row: {report}\n"
    header, row = report.read_text().splitlines()
    assert header == "line,reason"
    assert row.startswith("5,")


def test_features_are_computed_from_events_as_of_a_moment(shop, purchases):
    shop("features", "save", "-", typed=SPENT).well()
    shop("events", "import", purchases, "--map", MAPPING).well()
    computed = shop("features", "compute", "--as-of", "2026-06-30").well()
    assert computed.out == "1 features as of 2026-06-30T00:00:00+00:00: 2 facts changed.\n"
    explained = shop("decide", "--subject", "h1", "--at", "2026-06-30", "--json").json()
    assert explained["sources"]["user.spent"] == "fact"


def test_a_column_that_is_missing_is_named_with_those_there_are(shop, purchases):
    refusal = shop("events", "import", purchases, "--map", MAPPING.replace("=household,", "=houshold,")).refused()
    assert refusal.startswith('The file has no column "houshold" for subject_id. Did you mean "household"?')


def test_a_mapping_that_cannot_be_read_is_refused(shop, purchases):
    assert (
        shop("events", "import", purchases, "--map", "subject_id")
        .refused()
        .startswith('The column mapping cannot be read at "the end": "=" is expected.')
    )


@pytest.mark.parametrize("kind", ["events", "facts"])
def test_a_file_that_is_missing_is_named(shop, tmp_path, kind):
    assert shop(kind, "import", tmp_path / "nowhere.csv").refused() == f"{tmp_path}/nowhere.csv: There is no such file."


def test_a_column_that_is_no_feature_is_named(shop, purchases):
    assert (
        shop("facts", "import", purchases, "--map", "subject_id=household")
        .refused()
        .startswith('The column "bought_at" is no declared feature.')
    )
