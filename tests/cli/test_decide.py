"""`tessella decide` and `tessella rules`."""

import json

import pytest

from tests.cli.conftest import VIP_RULE


@pytest.fixture
def rule(tmp_path):
    file = tmp_path / "rule.json"
    file.write_text(json.dumps(VIP_RULE))
    return file


def test_a_decision_is_shown_with_the_truth_of_the_rule(vips):
    shown = vips("decide", "--subject", "h1", "--context", '{"ctx.surface": "home"}').well().out
    assert shown.splitlines() == [
        "subject h1 → segment vip, profile novel",
        '  Rule "tier" of segment "vip" matched.',
        "true     all",
        "true       eq user.tier 'VIP'   (is 'VIP')",
        "true       eq ctx.surface 'home'   (is 'home')",
    ]


def test_who_gets_the_default_is_told_why_each_segment_did_not_match(vips):
    lines = vips("decide").well().out.splitlines()
    assert lines[:2] == [
        "an anonymous request → segment default, profile none",
        "  No segment matched, so the default applies.",
    ]
    assert "  not vip: None of its rules matches." in lines
    assert any(line.startswith("absent") and "user.tier" in line for line in lines)


def test_overrides_are_the_strongest_layer(vips):
    decision = vips("decide", "--overrides", '{"blend": {"alpha": 0.1}}', "--json").json()["decision"]
    assert (decision["config"]["alpha"], decision["provenance"]["alpha"]) == (0.1, "request")


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--context", "{bad"], "--context is not JSON: "),
        (["--overrides", "alpha=1"], "--overrides is not JSON: "),
        (["--context", '{"ctx": 3}'], '--context, /ctx: "ctx" must be an object of values.'),
        (["--context", "[]"], "--context must be a JSON object."),
        (["--overrides", '{"alfa": 1}'], '--overrides, /alfa: There is no field "alfa" here. Did you mean "alpha"?'),
        (["--overrides", '{"alpha": 99}'], "--overrides, /alpha: alpha must be a number from 0.0 to 10.0, not 99."),
        (
            ["--context", '{"user.tier": "VIP"}'],
            '--context, /user.tier: The value of "user.tier" cannot come from this',
        ),
        (["--campaign", "sprung"], '--campaign: There is no campaign "sprung" in this namespace.'),
        (["--at", "yesterday"], "--at: A time is ISO 8601 text, such as 2026-06-30T12:00:00Z;"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(vips, options, sentence):
    refusal = vips("decide", *options).refused()
    assert refusal.startswith(sentence)
    assert len(refusal.splitlines()) == 1


def test_the_hint_for_an_option_of_json_is_an_example_of_that_option(vips):
    assert vips("decide", "--overrides", "alpha=1").refused().endswith("""such as --overrides '{"mmr_lambda": 0.7}'.""")
    assert vips("decide", "--context", "[]").refused().endswith("""--context '{"ctx": {"surface": "home"}}'.""")


def test_a_rule_is_checked_and_said_in_english(vips, rule):
    assert vips("rules", "check", rule).well().out == "user.tier is VIP and ctx.surface is home\n"


def test_a_checked_rule_has_its_sql_for_each_engine(vips):
    checked = vips("rules", "check", "-", "--json", typed='{"eq": ["user.tier", "VIP"]}').json()
    assert checked["canonical"] == {"eq": ["user.tier", "VIP"]}
    assert {engine: form["sql"] for engine, form in checked["sql"].items()} == {
        "duckdb": """("user.tier" = 'VIP') IS TRUE""",
        "postgres": """("user.tier" COLLATE "C" = 'VIP') IS TRUE""",
        "spark": """COALESCE(`user.tier` = 'VIP', FALSE)""",
    }


def test_a_checked_rule_that_has_no_sql_says_why(vips, rule):
    checked = vips("rules", "check", rule, "--json").json()
    assert checked["valid"]
    assert all("ctx.surface" in form["not_sql_because"] for form in checked["sql"].values())


def test_a_rule_with_a_hint_is_still_well(vips):
    ran = vips("rules", "check", "-", typed=json.dumps({"not": {"eq": ["user.tier", "VIP"]}})).well()
    assert ran.err.startswith("hint: ")


def test_a_rule_at_fault_fails_with_pointer_and_near_name(vips):
    ran = vips("rules", "check", "-", typed=json.dumps({"any": [{"eq": ["user.teir", "VIP"]}]}))
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        '/expr/any/0/eq/0: No feature "user.teir" is declared in this namespace. Did you mean "user.tier"?\n'
    )


def test_a_rule_at_fault_is_json_where_that_is_asked_for(vips):
    ran = vips("rules", "check", "-", "--json", typed=json.dumps({"eqq": ["user.tier", "VIP"]}))
    (fault,) = json.loads(ran.out)["errors"]
    assert ran.status == 1
    assert fault == {"pointer": "/expr/eqq", "message": 'There is no operator "eqq".', "hint": 'Did you mean "eq"?'}


def test_jsonlogic_is_a_form(vips):
    typed = json.dumps({"==": [{"var": "user.tier"}, "VIP"]})
    assert vips("rules", "check", "-", "--form", "jsonlogic", typed=typed).well().out == "user.tier is VIP\n"


def test_a_rule_is_explained_for_a_subject(vips, rule):
    shown = vips("rules", "explain", rule, "--subject", "h1").well().out
    assert shown.splitlines() == [
        "user.tier is VIP and ctx.surface is home",
        "false  all",
        "true     eq user.tier 'VIP'   (is 'VIP')",
        "absent   eq ctx.surface 'home'",
    ]


def test_an_explanation_is_json_where_that_is_asked_for(vips, rule):
    tried = vips("rules", "explain", rule, "--subject", "h1", "--context", '{"ctx.surface": "home"}', "--json")
    assert (tried.json()["matched"], tried.json()["chosen_segment_id"]) == (True, "vip")
