"""`tessella export|plan|apply`: a namespace's definitions as a folder of files."""

import json

import pytest

VIP = """\
# The best customers.
segment_id: vip
name: VIP Customers
priority: 10
profile_id: novel
rules:
  - rule_id: tier
    expr: {eq: [user.tier, VIP]}
"""
NOVEL = """\
profile_id: novel
name: Novel
description: ''
blend: {alpha: 0.8}
"""


@pytest.fixture
def folder(shop, tmp_path):
    """An export of the shop: a feature and a profile."""
    folder = tmp_path / "shop"
    shop("export", folder).well()
    return folder


@pytest.fixture
def with_vip(folder):
    """The same with a segment that is not in force yet."""
    (folder / "segments").mkdir()
    (folder / "segments" / "vip.yaml").write_text(VIP)
    return folder


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def names(changes):
    return [(each["kind"], each["identifier"], each["action"]) for each in changes]


def test_everything_is_written_in_the_form_that_people_read(folder):
    assert files_in(folder) == {"features/user.tier.yaml", "profiles/novel.yaml"}
    assert (folder / "profiles" / "novel.yaml").read_text() == NOVEL


def test_what_was_exported_changes_nothing_when_it_is_applied(shop, folder):
    before = shop("versions", "--json").json()
    assert shop("plan", folder, "--exit-code").well().out == "Nothing to change.\n"
    assert shop("apply", folder).well().out == "Nothing to change.\n"
    assert shop("versions", "--json").json() == before


def test_a_file_that_says_the_same_in_other_words_is_not_touched(shop, folder):
    worded = "# Ours.\nalpha: 0.8\nname: Novel\nprofile_id: novel\n"
    (folder / "profiles" / "novel.yaml").write_text(worded)
    assert shop("export", folder, "--json").json() == {"written": [], "unchanged": 2, "left": []}
    assert (folder / "profiles" / "novel.yaml").read_text() == worded


def test_only_what_differs_is_written(shop, folder):
    (folder / "profiles" / "novel.yaml").write_text(NOVEL.replace("0.8", "0.9"))
    assert shop("export", folder, "--json").json()["written"] == ["profiles/novel.yaml"]
    assert (folder / "profiles" / "novel.yaml").read_text() == NOVEL


def test_an_export_leaves_alone_what_it_does_not_know(shop, with_vip):
    (with_vip / "README.md").write_text("Ours.")
    exported = shop("export", with_vip).well()
    assert "Left alone, as nothing of that name is defined: segments/vip.yaml." in exported.err
    assert (with_vip / "segments" / "vip.yaml").read_text() == VIP
    assert (with_vip / "README.md").read_text() == "Ours."


def test_a_folder_that_cannot_be_written_is_one_sentence(shop, tmp_path):
    (tmp_path / "taken").write_text("")
    assert shop("export", tmp_path / "taken").refused().endswith("It cannot be written: Not a directory.")


def test_a_plan_tells_changes_and_who_moves_where_and_changes_nothing(shop, with_vip):
    planned = shop("plan", with_vip, "--json").json()
    assert planned["valid"]
    assert names(planned["changes"]) == [("segment", "vip", "add")]
    assert planned["moves"]["moved"] == [{"before": "default", "after": "vip", "subjects": 1}]
    shown = shop("plan", with_vip).well().out
    assert "segments/vip" in shown
    assert "1 of 1 subjects move." in shown
    assert shop("segments", "list", "--json").json() == []


def test_a_plan_says_of_the_segments_that_it_changes_in_which_nobody_is_counted(shop, with_vip):
    home = with_vip / "segments" / "home.yaml"
    home.write_text(VIP.replace("vip", "home").replace("user.tier, VIP", "ctx.surface, home"))
    told = "Nobody is counted in home: it reads what no stored fact says: ctx.surface."
    assert told in shop("plan", with_vip).well().err
    shop("apply", with_vip).well()
    (with_vip / "profiles" / "novel.yaml").write_text(NOVEL.replace("0.8", "0.9"))
    assert told not in shop("plan", with_vip).well().err


def test_a_plan_exits_with_2_for_changes_only_when_it_is_asked_to(shop, with_vip):
    assert shop("plan", with_vip).status == 0
    assert shop("plan", with_vip, "--exit-code").status == 2


def test_what_is_applied_is_one_publish_and_in_force(shop, with_vip):
    (with_vip / "profiles" / "novel.yaml").write_text(NOVEL.replace("0.8", "0.9"))
    applied = shop("apply", with_vip, "--comment", "spring", "--json").json()
    assert names(applied["changes"]) == [("segment", "vip", "add"), ("profile", "novel", "replace")]
    assert applied["changes"][1]["fields"] == [{"action": "replace", "pointer": "/alpha", "before": 0.8, "after": 0.9}]
    newest = shop("versions", "--json").json()[0]
    assert (newest["snapshot_version"], newest["changes"], newest["comment"]) == (
        applied["snapshot_version"], 2, "spring",
    )  # fmt: skip
    decided = shop("decide", "--subject", "h1", "--json").json()["decision"]
    assert (decided["segment_id"], decided["config"]["alpha"]) == ("vip", 0.9)


def test_what_has_no_file_stays_and_is_named(shop, with_vip):
    shop("apply", with_vip).well()
    (with_vip / "segments" / "vip.yaml").unlink()
    kept = shop("apply", with_vip)
    assert kept.well().out == "Nothing to change.\n"
    assert "Defined without a file, and left as they are: segments/vip." in kept.err
    assert shop("plan", with_vip, "--json").json()["without_file"] == ["segments/vip"]


@pytest.mark.parametrize("name", ["segments/vip", "segment/vip"])
def test_what_is_named_is_deleted(shop, with_vip, name):
    shop("apply", with_vip).well()
    (with_vip / "segments" / "vip.yaml").unlink()
    assert shop("plan", with_vip, "--delete", name, "--json").json()["moves"]["moved"][0]["after"] == "default"
    applied = shop("apply", with_vip, "--delete", name, "--json").json()
    assert (names(applied["changes"]), applied["without_file"]) == ([("segment", "vip", "remove")], [])
    assert shop("segments", "list", "--json").json() == []


def test_a_plan_that_deletes_what_is_not_there_names_the_fault_and_no_change(shop, folder):
    planned = json.loads(shop("plan", folder, "--delete", "segments/xx", "--json").out)
    assert (planned["valid"], planned["changes"]) == (False, [])
    assert planned["errors"][0]["message"] == 'There is no segment "xx" in this namespace.'


def test_defaults_without_a_file_stay_until_they_are_deleted_by_name(shop, folder):
    (folder / "defaults.yaml").write_text("blend: {alpha: 0.3}\n")
    shop("apply", folder).well()
    (folder / "defaults.yaml").unlink()
    assert shop("apply", folder, "--json").json()["without_file"] == ["defaults"]
    assert shop("decide", "--json").json()["decision"]["config"]["alpha"] == 0.3
    shop("apply", folder, "--delete", "defaults/defaults").well()
    assert shop("decide", "--json").json()["decision"]["config"]["alpha"] == 1.0


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("vip", '--delete "vip" names no object.'),
        ("segmets/vip", '--delete "segmets/vip" names no object.'),
        ("segments/vip", "--delete segments/vip: the folder defines it. Take its file away first."),
        ("segments/gone", 'There is no segment "gone" in this namespace.'),
    ],
)
def test_a_deletion_that_cannot_be_is_one_sentence(shop, with_vip, name, told):
    assert told in shop("apply", with_vip, "--delete", name).refused()


def test_a_deletion_that_something_needs_is_refused(shop, with_vip):
    shop("apply", with_vip).well()
    (with_vip / "profiles" / "novel.yaml").unlink()
    refused = shop("apply", with_vip, "--delete", "profiles/novel").refused()
    assert f"/profile_id: {with_vip}/segments/vip.yaml: " in refused


def test_a_half_written_folder_is_refused_as_a_whole_with_the_fault_of_each_file(shop, with_vip):
    (with_vip / "segments" / "vip.yaml").write_text(VIP[:-3])
    (with_vip / "segments" / "gold.yaml").write_text(VIP)
    (with_vip / "segments" / "vip.yml").write_text(VIP)
    (with_vip / "profiles" / "novel.yaml").write_bytes(b"\xff")
    (with_vip / "profiles" / "other.yaml").mkdir()
    refused = shop("apply", with_vip).refused().splitlines()
    assert [line.partition(f"{with_vip}/")[2].partition(": It")[0] for line in refused] == [
        "segments/gold.yaml", "segments/vip.yaml", "segments/vip.yml", "profiles/novel.yaml", "profiles/other.yaml",
    ]  # fmt: skip
    assert shop("segments", "list", "--json").json() == []


def test_a_file_that_is_missing_is_missed_where_its_object_is_named(shop, with_vip):
    (with_vip / "segments" / "vip.yaml").write_text(VIP.replace("profile_id: novel", "profile_id: steady"))
    planned = shop("plan", with_vip, "--json")
    assert planned.status == 1
    told = json.loads(planned.out)
    assert not told["valid"]
    assert [each["pointer"] for each in told["errors"]] == ["/profile_id"]
    assert told["errors"][0]["message"].startswith(f"{with_vip}/segments/vip.yaml: ")
    assert "segments/vip.yaml: " in shop("apply", with_vip).refused()


def test_a_folder_that_is_not_there_is_one_sentence(shop, tmp_path):
    told = "There is no such folder. Name a folder of definition files."
    assert shop("plan", tmp_path / "none").refused() == f"{tmp_path}/none: {told}"


def test_a_folder_in_which_nothing_is_defined_is_refused(shop, tmp_path):
    assert "Nothing is defined in it." in shop("apply", tmp_path).refused()


def test_a_plan_that_somebody_has_overtaken_is_not_applied(shop, with_vip):
    version = shop("plan", with_vip, "--json").json()["snapshot_version"]
    shop("profiles", "save", "-", typed="{profile_id: other}").well()
    refused = shop("apply", with_vip, "--planned-at", version).refused()
    assert refused.startswith(f"The namespace is at snapshot version {version + 1}, not {version}")


def test_a_version_of_the_past_is_put_in_force_again(shop, with_vip):
    before = shop("versions", "--json").json()[0]["snapshot_version"]
    shop("apply", with_vip).well()
    rolled = shop("rollback", before, "--comment", "too many VIPs").well().out
    assert rolled == f"Snapshot version {before + 2} is now what version {before} was.\n"
    assert shop("segments", "list", "--json").json() == []
    assert "too many VIPs" in shop("versions", "--limit", 1).well().out


def test_a_version_that_never_was_is_one_sentence(shop):
    assert shop("rollback", 99).refused().startswith("There is no version 99 of namespace ")
