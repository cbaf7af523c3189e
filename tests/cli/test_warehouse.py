"""`tessella warehouse`."""

import pytest

from tests.customers import CUSTOMERS, write_view


@pytest.fixture
def filed(shop, installation_home, namespace):
    """The command in a namespace of its own, and the view of customers in a folder that is called as it is."""
    write_view(installation_home, namespace, source=namespace)
    return shop


def test_a_source_is_declared_listed_and_tested(filed, namespace):
    added = filed("warehouse", "add", "shop", "--location", namespace).well()
    following = f"tessella warehouse test shop --namespace {namespace}"
    assert f"Saved source shop, version 1. Next: {following}" in added.out
    assert "duckdb" in filed("warehouse", "list").well().out
    assert filed("warehouse", "test", "shop", "--json").json() == {
        "source_id": "shop", "customers": 4, "columns": 7, "faults": [],
    }  # fmt: skip


def test_the_location_of_files_is_the_sources_name_unless_it_is_said(filed):
    assert filed("warehouse", "add", "club", "--json").json()["body"]["location"] == "club"


def test_a_password_in_a_location_is_refused(filed):
    refused = filed(
        "warehouse", "add", "bank", "--engine", "postgresql", "--location", "postgresql://me:hunter2@bank/db"
    )
    assert "A location holds no password" in refused.refused()
    assert "hunter2" not in refused.err


def test_columns_are_listed_and_declared(filed, namespace):
    filed("warehouse", "add", "shop", "--location", namespace).well()
    listed = filed("warehouse", "columns", "shop").well().out
    assert "total_revenue" in listed
    assert "example.org" not in listed
    one = filed("warehouse", "columns", "shop", "--declare", "--column", "total_revenue").well().out
    assert "total_revenue: number, Financial" in one
    every = filed("warehouse", "columns", "shop", "--declare", "--json").json()
    assert [each["name"] for each in every["features"]] == [
        "churn_score", "active_products_count", "customer_status", "email", "last_order_at",
    ]  # fmt: skip
    columns = {each["name"]: each for each in filed("warehouse", "columns", "shop", "--json").json()["columns"]}
    assert (columns["email"]["personal"], columns["total_revenue"]["feature"]) == (True, "total_revenue")


def test_a_column_that_has_gone_or_is_of_another_type_is_named_with_who_reads_it(
    filed, installation_home, namespace, tmp_path
):
    filed("warehouse", "add", "shop", "--location", namespace).well()
    filed("warehouse", "columns", "shop", "--declare").well()
    segment = '{"segment_id": "big", "rules": [{"rule_id": "r", "expr": {"gt": ["total_revenue", 200]}}]}'
    (tmp_path / "big.json").write_text(segment)
    filed("segments", "save", tmp_path / "big.json").well()
    changed = f"SELECT customer_id, churn_score::VARCHAR AS churn_score, customer_status FROM ({CUSTOMERS})"
    write_view(installation_home, namespace, changed, source=namespace)
    tried = filed("warehouse", "test", "shop")
    assert tried.status == 1
    assert 'has no column "total_revenue", which the feature "total_revenue" is read from' in tried.out
    assert "segments that read it: big" in tried.out
    assert 'The column "churn_score" of the source "shop" is string, and the feature "churn_score" number' in tried.out


def test_a_source_that_cannot_be_read_is_told_in_one_sentence(filed):
    filed("warehouse", "add", "gone").well()
    assert 'The source "gone" has no view' in filed("warehouse", "test", "gone").refused()


def test_a_source_that_there_is_not_is_named(filed):
    assert 'There is no source "none"' in filed("warehouse", "columns", "none").refused()
