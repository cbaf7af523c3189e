"""`tessella segments|profiles|campaigns|features`, and what a saved segment does to a decision."""

import json

import pytest

VIP = """
segment_id: vip
name: VIP Customers
priority: 10
profile_id: novel
rules:
  - rule_id: tier
    expr: {eq: [user.tier, VIP]}
"""
ASKED = ("--subject", "h1", "--context", '{"ctx": {"surface": "home"}}')


@pytest.fixture
def vip(tmp_path):
    file = tmp_path / "vip.yaml"
    file.write_text(VIP)
    return file


def test_a_segment_that_is_saved_changes_the_next_decision(shop, vip):
    before = shop("decide", *ASKED, "--json").json()["decision"]
    assert shop("segments", "save", vip).well().out == "Saved segment vip, version 1.\n"
    after = shop("decide", *ASKED, "--json").json()["decision"]
    assert (before["segment_id"], before["profile_id"]) == ("default", None)
    assert (after["segment_id"], after["profile_id"], after["rule_id"]) == ("vip", "novel", "tier")
    assert (after["config"]["alpha"], after["provenance"]["alpha"]) == (0.8, "profile")


def test_saving_again_makes_the_next_version(shop, vip):
    shop("segments", "save", vip).well()
    vip.write_text(VIP.replace("priority: 10", "priority: 20"))
    saved = shop("segments", "save", vip, "--json").json()
    assert (saved["identifier"], saved["version"], saved["body"]["priority"]) == ("vip", 2, 20)


def test_a_definition_is_shown_as_save_reads_it(shop, vip):
    shop("segments", "save", vip).well()
    shown = shop("segments", "show", "vip").well().out
    assert json.loads(shown)["rules"][0]["expr"] == {"eq": ["user.tier", "VIP"]}
    assert list(json.loads(shown)) == [
        "segment_id", "name", "description", "owner", "priority", "active", "profile_id", "rules",
    ]  # fmt: skip
    assert shop("segments", "save", "-", typed=shown).well().out == "Saved segment vip, version 2.\n"


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("segments", ["vip"]),
        ("profiles", ["novel"]),
        ("features", ["user.tier"]),
        ("campaigns", []),
        ("games", []),
        ("scopes", []),
    ],
)
def test_definitions_are_listed(shop, vip, kind, names):
    shop("segments", "save", vip).well()
    assert [each["identifier"] for each in shop(kind, "list", "--json").json()] == names
    text = shop(kind, "list").well().out
    assert text.startswith(f"1 {kind[:-1]} " if names else f"0 {kind}")
    assert all(name in text for name in names)


def test_a_list_fits_into_eighty_columns_and_keeps_names_whole(shop):
    name = "a-segment-with-a-very-long-identifier-indeed"
    long = {"segment_id": name, "name": "A name that is long as well, and goes on", "profile_id": "novel"}
    shop("segments", "save", "-", typed=json.dumps(long)).well()
    lines = shop("segments", "list").well().out.splitlines()
    assert max(len(line) for line in lines) <= 80
    assert any(name in line for line in lines)


def test_a_definition_is_deleted(shop, vip):
    shop("segments", "save", vip).well()
    assert shop("segments", "delete", "vip").well().out == "Deleted segment vip.\n"
    assert shop("segments", "list", "--json").json() == []
    refusal = shop("segments", "delete", "vip").refused()
    assert refusal == 'There is no segment "vip" in this namespace. There is none.'


def test_a_campaign_is_saved_and_holds_where_it_is_asked_for(shop):
    shop("campaigns", "save", "-", typed="{campaign_id: spring, overrides: {beta: 0.9}, ends_at: 2026-07-01}").well()
    running = shop("decide", "--campaign", "spring", "--at", "2026-06-30", "--json").json()["decision"]
    over = shop("decide", "--campaign", "spring", "--at", "2026-07-01", "--json").json()["decision"]
    assert (running["config"]["beta"], running["provenance"]["beta"]) == (0.9, "campaign")
    assert (over["config"]["beta"], over["provenance"]["beta"]) == (0.3, "built_in")


def test_segments_are_counted_over_the_stored_facts(shop, vip):
    shop("segments", "save", vip).well()
    counts = shop("segments", "count", "--json").json()
    assert [(each["segment_id"], each["matches"], each["first_matches"]) for each in counts] == [
        ("vip", 1, 1), ("default", None, 0),
    ]  # fmt: skip
    assert "VIP Customers" in shop("segments", "count").well().out


# --- refusals, each in a sentence -------------------------------------------------------------------------------------


def test_a_profile_in_use_is_not_deleted(shop, vip):
    shop("segments", "save", vip).well()
    assert shop("profiles", "delete", "novel").refused() == (
        'The profile "novel" is in use by segment vip. Change these first.'
    )


def test_an_unknown_feature_is_named_with_a_near_one(shop, vip):
    vip.write_text(VIP.replace("user.tier", "user.teir"))
    assert shop("segments", "save", vip).refused() == (
        '/rules/0/expr/eq/0: No feature "user.teir" is declared in this namespace. Did you mean "user.tier"?'
    )
    assert shop("segments", "list", "--json").json() == []


def test_with_json_a_refusal_is_json_too(shop, vip):
    vip.write_text(VIP.replace("profile_id: novel", "profile_id: novell"))
    ran = shop("segments", "save", vip, "--json")
    assert (ran.status, ran.err) == (1, "")
    assert json.loads(ran.out) == {
        "errors": [
            {
                "pointer": "/profile_id",
                "message": 'There is no profile "novell" in this namespace.',
                "hint": 'Did you mean "novel"?',
            }
        ]
    }


def test_every_fault_has_a_line_of_its_own(shop, vip):
    vip.write_text(
        VIP.replace("novel", "novell").replace("user.tier", "user.teir") + "\n  - {rule_id: b, expr: {eq: []}}\n"
    )
    assert [line.partition(":")[0] for line in shop("segments", "save", vip).refused().splitlines()] == [
        "/rules/0/expr/eq/0", "/rules/1/expr/eq",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("segment_id: [", "It is not YAML or JSON: "),
        ('{"segment_id": "vip",', "It is not YAML or JSON: "),
        ("[" * 5000, "It is nested too deeply."),
        ("- vip", 'must be an object with the field "segment_id".'),
        ("{name: vip}", 'must be an object with the field "segment_id".'),
    ],
    ids=["broken YAML", "broken JSON", "nested", "a list", "no id"],
)
def test_a_file_that_is_no_definition_is_named(shop, vip, text, sentence):
    vip.write_text(text)
    refusal = shop("segments", "save", vip).refused()
    assert refusal.startswith(str(vip))
    assert sentence in refusal
    assert len(refusal.splitlines()) == 1


def test_a_file_that_is_missing_is_named(shop, tmp_path):
    nowhere = tmp_path / "nowhere.yaml"
    assert shop("segments", "save", nowhere).refused() == f"{nowhere}: It cannot be read: No such file or directory."


def test_a_file_that_is_no_text_is_named(shop, vip):
    vip.write_bytes(b"segment_id: \xff\xfe")
    assert shop("segments", "save", vip).refused() == f"{vip}: It is not UTF-8 text."


@pytest.mark.parametrize(
    "command",
    [
        ("segments", "list"),
        ("segments", "show", "vip"),
        ("segments", "count"),
        ("decide",),
        ("features", "compute"),
    ],
    ids=" ".join,
)
def test_an_unknown_namespace_is_named(tessella, command):
    assert tessella(*command, "--namespace", "nosuch").refused() == (
        'There is no namespace "nosuch". Make it: tessella keys create --namespace nosuch --role admin. '
        "Or name another one: a command takes it from -n, or from TESSELLA_NAMESPACE."
    )


def test_an_experiment_is_saved_without_an_id_and_goes_through_its_life(shop, tmp_path):
    file = tmp_path / "banner.yaml"
    file.write_text("{name: Banner, status: draft, variants: [{name: Old}, {name: New}]}")
    name = shop("experiments", "save", file, "--json").json()["identifier"]
    assert shop("experiments", "start", name).well().out == f"The experiment {name} is running, version 2.\n"
    told = [shop("experiments", step, name, "--json").json()["body"]["status"] for step in ("pause", "stop", "archive")]
    assert told == ["paused", "stopped", "archived"]
    assert [each["identifier"] for each in shop("experiments", "list", "--json").json()] == [name]
    assert "cannot be deleted" in shop("experiments", "delete", name).err
