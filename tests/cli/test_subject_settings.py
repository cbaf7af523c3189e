"""`tessella settings` and `tessella subjects export`: what somebody has agreed to, and all that is known of them."""

import json
from pathlib import Path

from tests.cli.command import Command


def test_settings_are_shown_changed_one_by_one_and_imported(shop: Command, tmp_path: Path) -> None:
    assert shop("settings", "show", "ann", "--json").json() == {
        "personalization_enabled": True, "data_sharing_consent": False,
    }  # fmt: skip
    changed = shop("settings", "set", "ann", "--sharing").well().out
    assert changed.splitlines() == ["personalized: yes", "shares data: yes"]
    path = tmp_path / "settings.csv"
    path.write_text(
        "subject_id,personalization_enabled,data_sharing_consent\nann,false,\nbob,,true\ncarl,perhaps,\n"
        "ann@example.org,true,true\n+358 40 123 4567,true,true\n"
    )
    assert shop("settings", "import", path, "--json").json() == {"stored": 2, "rejected": 3}
    assert shop("settings", "import", path, "--json").json() == {"stored": 0, "rejected": 3}
    assert (tmp_path / "settings.csv.rejected.csv").read_text().splitlines() == [
        "line,reason", '4,"personalization_enabled ""perhaps"" is not true or false"',
        "5,subject_id looks like an e-mail address", "6,subject_id looks like a telephone number",
    ]  # fmt: skip
    told = {each: shop("settings", "show", each, "--json").json() for each in ("ann", "bob")}
    assert told == {
        "ann": {"personalization_enabled": False, "data_sharing_consent": True},
        "bob": {"personalization_enabled": True, "data_sharing_consent": True},
    }  # fmt: skip


def test_a_file_without_any_setting_is_refused(shop: Command, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("subject_id,name\nann,Ann\n")
    assert "data_sharing_consent" in shop("settings", "import", path).refused()


def test_everything_known_of_a_subject_is_written_as_one_json_object(shop: Command) -> None:
    shop("settings", "set", "h1", "--not-sharing").well()
    told = json.loads(shop("subjects", "export", "h1").well().out)
    assert (told["subject_id"], told["settings"]["data_sharing_consent"]) == ("h1", False)
    assert {"subject_facts", "personalization_settings"} <= told["rows"].keys()
