"""`tessella items`."""

import json

import pytest

FEED = """\
sku,title,maker,shelf,usd,tags
7,Cola 1.5 L,acme,drinks,1.25,cold|sweet
8,Green tea,acme,drinks,,
9,Bread,,bakery,-1,
"""
MAPPING = "item_id=sku, name=title, brand=maker, category=shelf, price=usd"


@pytest.fixture
def feed(tmp_path):
    file = tmp_path / "feed.csv"
    file.write_text(FEED)
    return file


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["show", "7"], 'There is no item "7" in this namespace.'),
        (["delete", "7"], 'There is no item "7" in this namespace.'),
        (["import", "nowhere.csv"], "nowhere.csv: There is no such file."),
    ],
)
def test_what_is_not_there_is_named(shop, arguments, says):
    assert shop("items", *arguments).refused().startswith(says)


def test_a_column_that_is_missing_is_named_with_those_there_are(shop, feed):
    assert shop("items", "import", feed).refused().startswith('The file has no column "item_id" for item_id.')


def test_items_are_imported_once_however_often_and_bad_rows_go_to_a_report(shop, feed):
    ran = shop("items", "import", feed, "--map", MAPPING).well()
    report = feed.with_name("feed.csv.rejected.csv")
    assert (ran.out, ran.err) == ("2 items are new or different.\n", f"1 bad row: {report}\n")
    assert report.read_text().splitlines() == ["line,reason", "4,price is below 0"]
    assert shop("items", "import", feed, "--map", MAPPING, "--json").json() == {"stored": 0, "rejected": 1}


def test_items_are_listed_shown_and_deleted(shop, feed):
    shop("items", "import", feed, "--map", MAPPING).well()
    listed = shop("items", "list").well().out
    assert ("Cola 1.5 L" in listed, "Green tea" in listed, "Bread" in listed) == (True, True, False)
    assert [item["item_id"] for item in shop("items", "list", "--after", "7", "--json").json()] == ["8"]
    assert json.loads(shop("items", "show", "7").well().out) == {
        "item_id": "7", "name": "Cola 1.5 L", "brand": "acme", "category": "drinks", "price": 1.25,
        "tags": ["cold", "sweet"], "regions": [], "properties": {}, "available": True, "available_from": None,
        "available_until": None, "embedding": None,
    }  # fmt: skip
    assert shop("items", "delete", "7").well().out == "Deleted item 7.\n"
    assert [item["item_id"] for item in shop("items", "list", "--json").json()] == ["8"]
