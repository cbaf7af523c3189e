"""Requirement A, "Minimal data model": its tables and columns, read from the real database under its names."""

import pytest

from tessella import usecases
from tessella.domain.definitions import Kind
from tessella.domain.identifiers import SubjectId
from tessella.domain.ranking.knobs import KNOBS
from tessella.usecases.decide import DecisionRequest
from tests.database import eventually, fresh_namespace, scoped

pytestmark = pytest.mark.anyio


async def test_a_segment_can_be_read_with_the_columns_of_the_requirement(stored, rows, namespace):
    """Requirement A, Minimal data model: segments."""
    columns = "namespace, segment_id, name, priority, active, profile_id, description"
    (vip,) = rows(f"SELECT {columns} FROM tessella.segments WHERE segment_id = '5'")
    description = vip.pop("description")
    assert vip == {
        "namespace": namespace, "segment_id": "5", "name": "VIP Customers", "priority": 900, "active": True,
        "profile_id": "vip-high-novelty",
    }  # fmt: skip
    assert description.startswith("The top tier by spending")
    assert rows("SELECT segment_id FROM tessella.segments WHERE NOT active") == [{"segment_id": "regulars"}]


async def test_a_rule_can_be_read_with_the_columns_of_the_requirement(stored, rows):
    """Requirement A, Minimal data model: segment_rules, the expression as JSON."""
    (rule,) = rows("SELECT segment_id, rule_expr_json, enabled FROM tessella.segment_rules WHERE segment_id = '2'")
    assert rule == {"segment_id": "2", "rule_expr_json": {"eq": ["user.tier", "new"]}, "enabled": True}


async def test_every_rule_of_a_segment_is_a_row(stored, rows):
    """Requirement A, Minimal data model: a segment holds any number of rules, each switched on or off."""
    rules = [
        {"rule_id": "a", "expr": {"eq": ["user.tier", "VIP"]}},
        {"rule_id": "b", "expr": {"exists": ["user.ltv_eur"]}, "enabled": False},
    ]
    two = {"segment_id": "two", "rules": rules}
    await usecases.save_definition(stored, Kind.SEGMENT, "two", two, expected_version=0)
    found = rows("SELECT rule_id, enabled FROM tessella.segment_rules WHERE segment_id = 'two' ORDER BY rule_id")
    assert found == [{"rule_id": "a", "enabled": True}, {"rule_id": "b", "enabled": False}]


async def test_a_profile_can_be_read_with_a_column_for_every_knob(stored, rows, demo_definitions):
    """Requirement A, Minimal data model: profiles."""
    (profile,) = rows("SELECT * FROM tessella.profiles WHERE profile_id = 'win-back'")
    assert {name: profile[name] for name in KNOBS} == demo_definitions.profiles["win-back"].knobs


async def test_who_got_what_and_why_can_be_read_from_the_audit_log(stored, rows, namespace):
    """Requirement A, Minimal data model: segment_audit_log, with the columns that "Phased implementation" lists."""
    decision = await usecases.decide(stored, DecisionRequest(SubjectId("13"), {"user.tier": "VIP"}))
    select = "SELECT user_hash, segment_id, profile_id, rule_id FROM tessella.segment_audit_log"

    async def written() -> bool:
        return rows(f"{select} WHERE decision_id = '{decision.decision_id}'") != []

    await eventually(written, "the decision is in the audit")
    (entry,) = rows(select)
    assert entry == {
        "user_hash": stored.pseudonym(SubjectId("13")), "segment_id": "5", "profile_id": "vip-high-novelty",
        "rule_id": "vip-not-at-risk",
    }  # fmt: skip


@pytest.mark.parametrize("view", ["segments", "segment_rules", "profiles", "segment_audit_log"])
async def test_the_tables_show_nothing_to_another_namespace(stored, database, view):
    """Requirement A, Minimal data model: everything belongs to one namespace."""
    with scoped(database.app, fresh_namespace(), "admin") as connection:
        assert connection.execute(f"SELECT count(*) FROM tessella.{view}").fetchone() == (0,)
