"""`tessella audit`: list, verify, replay."""

import asyncio
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tessella.domain.identifiers import Namespace
from tessella.sdk.open import open_namespace
from tessella.settings import Settings
from tests.audits import tamper
from tests.cli.command import Command
from tests.cli.conftest import VIP, prepare
from tests.database import Dsns

ALTERED = "UPDATE tessella.decision_audit SET rule_id = 'x' WHERE namespace = :ns AND sequence = {}"
COLUMNS = ("decision_id", "recorded_at", "segment_id", "profile_id", "rule_id", "user_hash")


async def decide_some(dsn: str, home: Path, namespace: Namespace) -> list[str]:
    """Three decisions, recorded before the installation closes."""
    await prepare(dsn, home, namespace, [VIP])
    async with open_namespace(namespace, settings=Settings(home=home)) as tess:
        home_page = {"ctx.surface": "home"}
        made = [await tess.decide("h1", home_page), await tess.decide("h2", home_page), await tess.decide()]
    return [each.decision_id for each in made]


@pytest.fixture
def decided(database: Dsns, installation_home: Path, namespace: Namespace) -> list[str]:
    return asyncio.run(decide_some(database.app, installation_home, namespace))


@pytest.fixture
def audited(tessella: Command, namespace: Namespace, decided: list[str]) -> Command:
    return tessella.within(namespace)


def test_decisions_are_listed_newest_first_and_found_by_subject_pseudonym_and_segment(audited, decided):
    listed = audited("audit", "list", "--json").json()
    assert ([row["decision_id"] for row in listed["items"]], listed["next_cursor"]) == (decided[::-1], None)
    (vip,) = audited("audit", "list", "--segment", "vip", "--json").json()["items"]
    (by_subject,) = audited("audit", "list", "--subject-id", "h1", "--json").json()["items"]
    (by_hash,) = audited("audit", "list", "--user-hash", vip["user_hash"], "--json").json()["items"]
    assert vip == by_subject == by_hash
    assert (vip["decision_id"], vip["rule_id"]) == (decided[0], "tier")


def test_the_times_of_recorded_decisions_are_iso_8601(audited):
    vip = audited("audit", "list", "--segment", "vip", "--json").json()["items"][0]
    for told in (vip["at"], vip["recorded_at"], vip["body"]["facts_as_of"]):
        assert datetime.fromisoformat(told).tzinfo is UTC
    nobody = audited("audit", "list", "--limit", 1, "--json").json()["items"][0]
    assert nobody["body"]["facts_as_of"] is None


def test_a_long_list_is_paged(audited, decided):
    first = audited("audit", "list", "--limit", 2, "--json").json()
    rest = audited("audit", "list", "--cursor", first["next_cursor"], "--json").json()
    assert [row["decision_id"] for row in (*first["items"], *rest["items"])] == decided[::-1]
    assert f"More: --cursor {first['next_cursor']}" in audited("audit", "list", "--limit", 2).well().err


def test_people_get_a_table_of_decisions(audited):
    lines = audited("audit", "list", "--segment", "vip").well().out.splitlines()
    assert lines[0].startswith("Decisions")
    assert "vip" in "".join(lines)


def test_a_table_that_is_read_by_a_program_has_a_row_a_line_and_nothing_is_cut(audited, decided, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    vip = audited("audit", "list", "--segment", "vip", "--json").json()["items"][0]
    (row,) = [line for line in audited("audit", "list").well().out.splitlines() if decided[0] in line]
    assert row.split() == [vip[name] for name in COLUMNS]


def test_a_table_that_does_not_fit_is_wrapped_and_loses_nothing(audited, decided):
    vip = audited("audit", "list", "--segment", "vip", "--json").json()["items"][0]
    lines = audited("audit", "list", "--segment", "vip").well().out.splitlines()
    first = next(number for number, line in enumerate(lines) if decided[0] in line)
    starts = [word.start() for word in re.finditer(r"\S+", lines[first])]
    wrapped = ["".join(line[start:].partition(" ")[0] for line in lines[first:]) for start in starts]
    assert max(len(line) for line in lines) <= 80
    assert wrapped == [vip[name] for name in COLUMNS]


def test_an_audit_that_nobody_touched_is_verified(audited):
    assert audited("audit", "verify").well().out.splitlines() == [
        "3 decisions of 1 writer are chained.",
        "Nothing was altered.",
    ]
    assert audited("audit", "verify", "--json").json()["holds"] is True


def test_an_altered_decision_fails_the_verification_and_is_named(audited, decided, database, namespace):
    tamper(
        database, namespace, "UPDATE tessella.decision_audit SET rule_id = 'x' WHERE namespace = :ns AND sequence = 2"
    )
    ran = audited("audit", "verify")
    assert ran.status == 1
    assert ran.out.splitlines()[1:2] == ["1 fault:"]
    assert f"row 2, decision {decided[1]}: The row does not fit its hash" in ran.out
    assert [fault["problem"] for fault in json.loads(audited("audit", "verify", "--json").out)["faults"]] == ["altered"]


def test_a_decision_is_replayed_and_comes_out_equal(audited, decided):
    shown = audited("audit", "replay", decided[0]).well().out
    assert shown == "Decided again at snapshot version 3: equal.\n"
    replayed = audited("audit", "replay", decided[0], "--subject-id", "h1", "--json").json()
    assert (replayed["equal"], replayed["differences"]) == (True, [])


def test_a_decision_that_comes_out_otherwise_fails_and_shows_each_field(audited, decided, database, namespace):
    tamper(
        database, namespace, "UPDATE tessella.decision_audit SET rule_id = 'x' WHERE namespace = :ns AND sequence = 1"
    )
    ran = audited("audit", "replay", decided[0])
    assert ran.status == 1
    assert ran.out.splitlines() == [
        "Decided again at snapshot version 3: otherwise.",
        "  rule_id: recorded 'x', now 'tier'",
    ]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["replay", "nonsense"], 'There is no decision "nonsense" in this namespace.'),
        (["list", "--since", "yesterday"], "--since: A time is ISO 8601 text"),
        (["list", "--cursor", "2"], "--cursor: This is no cursor."),
        (["list", "--subject-id", "h1", "--user-hash", "0" * 32], "--user-hash: A subject is named twice."),
    ],
)
def test_what_cannot_be_asked_of_the_audit_is_refused_in_a_sentence(vips, arguments, sentence):
    assert vips("audit", *arguments).refused().startswith(sentence)


def test_a_decision_about_somebody_else_is_refused(audited, decided):
    refusal = audited("audit", "replay", decided[0], "--subject-id", "h2").refused()
    assert refusal.startswith('--subject-id: The decision was not about the subject "h2"')
