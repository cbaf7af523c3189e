"""`tessella db`, `tessella doctor`, `tessella serve` and what every command has in common."""

import json
import socket
import subprocess
from collections.abc import Iterator

import pytest
import typer
from psycopg.conninfo import make_conninfo

from tessella import __version__
from tessella.cli.database import BackupTold, print_backup
from tessella.cli.main import app
from tessella.domain.errors import Faults
from tessella.settings import default_home, read_settings
from tessella.storage.installation.secret_files import secret
from tests.e2e.installation import TESSELLA


def commands(group: typer.core.TyperGroup, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*path, name)
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, (*path, name))


COMMANDS = list(commands(typer.main.get_command(app)))
#: Those that a person looks into, and that have nothing to say to a program.
FOR_PEOPLE = [("db", "shell")]
#: Those that print lines for programs and nothing else.
FOR_PROGRAMS = [("experiments", "assignments"), ("subjects", "export")]


def is_group(command: tuple[str, ...]) -> bool:
    return any(other != command and other[: len(command)] == command for other in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_says_what_it_does(tessella, command):
    shown = tessella(*command, "--help").well().out
    assert "Usage: tessella " + " ".join(command) in shown
    assert max(len(line) for line in shown.splitlines()) <= 80


def test_every_command_can_answer_with_json(tessella):
    silent = [
        command
        for command in COMMANDS
        if not is_group(command) and "--json" not in tessella(*command, "--help").well().out
    ]
    assert sorted(silent) == sorted(FOR_PEOPLE + FOR_PROGRAMS)


def test_the_version_is_printed(tessella):
    assert tessella("--version").well().out == f"{__version__}\n"


def test_an_unknown_command_is_a_command_line_that_cannot_be_read(tessella):
    ran = tessella("segmets", "list")
    assert (ran.status, ran.out) == (2, "")
    assert "No such command 'segmets'" in ran.err


def test_the_status_says_which_database_it_is(tessella):
    status = tessella("db", "status", "--json").json()
    assert status["role"] == "tessella_app"
    assert status["server_version"].startswith("16.")
    shown = tessella("db", "status").well().out
    assert shown.replace("\n", " ").startswith(
        f"PostgreSQL {status['server_version']}, serving as tessella_app. Schema"
    )


@pytest.mark.parametrize("command", ["init", "upgrade"])
def test_a_database_that_is_ready_can_be_made_ready_again(tessella, command):
    before = tessella("db", "status", "--json").json()
    assert tessella("db", command, "--json").json() == before


def test_the_doctor_finds_nothing_wrong_with_a_new_installation(tessella):
    checks = {each["name"]: each["holds"] for each in json.loads(tessella("doctor", "--json").out)}
    for kept_elsewhere in ("ranking indexes", "models"):  # other tests keep theirs in other folders
        checks.pop(kept_elsewhere)
    assert checks == {"database": True, "schema": True, "row security": True, "keys": True}
    shown = tessella("doctor").out
    assert shown.startswith("ok    PostgreSQL 16.")
    assert "The schema is current" in shown


def test_the_doctor_names_a_key_that_others_may_read(tessella, installation_home):
    secret(installation_home, "key_pepper", None)
    key = installation_home / "key_pepper"
    key.chmod(0o640)
    ran = tessella("doctor")
    key.chmod(0o600)
    assert ran.status == 1
    assert f"Others may read or write {key}" in ran.out.replace("\n", "")


def test_the_doctor_says_what_is_wrong_and_fails(tessella, monkeypatch, tmp_path):
    monkeypatch.setenv("TESSELLA_DATABASE_URL", f"host={tmp_path} dbname=nowhere")
    ran = tessella("doctor")
    assert ran.status == 1
    assert ran.out.startswith("fault The database does not answer")


def test_a_database_that_is_away_is_one_sentence(tessella, monkeypatch, tmp_path):
    monkeypatch.setenv("TESSELLA_DATABASE_URL", f"host={tmp_path} dbname=nowhere")
    refusal = tessella("db", "status").refused()
    assert refusal.startswith("The database does not answer")
    assert "Traceback" not in refusal


def test_a_setting_that_cannot_be_used_is_named(tessella, monkeypatch):
    monkeypatch.setenv("TESSELLA_DATABASE_CONNECTIONS", "many")
    assert tessella("db", "status").refused().startswith("The setting TESSELLA_DATABASE_CONNECTIONS cannot be used: ")


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"SMTP_HOST": "mail.internal"}, {"MAIL_FROM", "MAIL_TO"}),
        ({"MAIL_TO": "ops@example.org"}, {"MAIL_FROM", "SMTP_HOST"}),
        ({"SMTP_PASSWORD": "hush"}, {"SMTP_USER", "SMTP_HOST", "MAIL_FROM", "MAIL_TO"}),
        ({"SMTP_HOST": "mail", "MAIL_FROM": "a@b.org", "MAIL_TO": "c@d.org", "SMTP_USER": "me"}, {"SMTP_PASSWORD"}),
    ],
)
def test_settings_of_e_mail_that_are_half_made_keep_the_server_from_starting_and_are_named(monkeypatch, said, missing):
    for name, value in said.items():
        monkeypatch.setenv(f"TESSELLA_{name}", value)
    with pytest.raises(Faults) as refusal:
        read_settings()
    assert {each.name for each in refusal.value.faults()} == {f"TESSELLA_{name}" for name in missing}


def test_settings_of_e_mail_are_made_as_a_whole(monkeypatch):
    for name in ("SMTP_HOST", "MAIL_FROM", "MAIL_TO"):
        monkeypatch.setenv(f"TESSELLA_{name}", "a@example.org")
    assert read_settings().mails_alerts


def test_a_url_that_names_no_namespace_is_refused_when_settings_are_read(tessella, monkeypatch):
    monkeypatch.setenv("TESSELLA_EXPORT_URLS", "s3://exports")
    refusal = tessella("db", "status").refused()
    assert "TESSELLA_EXPORT_URLS" in refusal
    assert "acme=s3://lake/acme" in refusal


def test_a_knob_of_the_environment_that_cannot_be_used_is_named(tessella, monkeypatch):
    monkeypatch.setenv("TESSELLA_KNOB_ALPHA", "much")
    refusal = tessella("segments", "list").refused()
    assert refusal == 'TESSELLA_KNOB_ALPHA: alpha must be a number from 0.0 to 10.0, not "much".'


def test_a_knob_of_the_environment_that_does_not_exist_is_refused_with_the_nearest(tessella, monkeypatch):
    monkeypatch.setenv("TESSELLA_KNOB_ALPA", "1")
    assert tessella("segments", "list").refused() == (
        "The setting TESSELLA_KNOB_ALPA cannot be used: "
        "there is no knob of that name; the nearest is TESSELLA_KNOB_ALPHA."
    )


def test_a_setting_that_is_empty_is_not_set(monkeypatch):
    monkeypatch.setenv("TESSELLA_HOME", "")
    monkeypatch.setenv("TESSELLA_DATABASE_URL", "")
    assert (read_settings().home, read_settings().database_url) == (default_home(), None)


@pytest.mark.parametrize("command", [("segments", "list"), ("db", "status"), ("db", "upgrade")], ids=" ".join)
@pytest.mark.parametrize("address", ["postgre://u:secretpw@h/x", "host=h password=secretpw x", "postgresql://u:%zz@h"])
def test_an_address_of_a_database_that_cannot_be_read_is_one_sentence_without_its_password(
    tessella, monkeypatch, command, address
):
    monkeypatch.setenv("TESSELLA_DATABASE_URL", address)
    assert tessella(*command).refused() == (
        "The setting TESSELLA_DATABASE_URL cannot be used: "
        "PostgreSQL cannot read it; write postgresql://USER:PASSWORD@HOST/NAME."
    )


def test_a_database_of_your_own_with_another_schema_is_not_served(tessella, database, monkeypatch):
    monkeypatch.setenv("TESSELLA_DATABASE_URL", make_conninfo(database.app, dbname="postgres"))
    refusal = tessella("segments", "list").refused()
    assert refusal.startswith('The database\'s schema is at "nothing"; ')
    assert refusal.endswith("Run `tessella db init`.")


def test_an_address_that_is_nobodys_is_refused(tessella):
    refusal = tessella("serve", "--host", "nobody.invalid").refused()
    assert refusal.startswith("Cannot listen on nobody.invalid, port 8600: ")
    assert refusal.endswith("Name another address with --host, or another port with --port.")


def test_a_busy_port_that_was_asked_for_is_one_sentence(tessella):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        refusal = tessella("serve", "--port", port).refused()
    assert refusal == (
        f"Cannot listen on 127.0.0.1, port {port}: address already in use. "
        "Name another address with --host, or another port with --port."
    )


def test_the_command_is_installed(environment):
    ran = subprocess.run([TESSELLA, "rules", "check", "/nowhere"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "/nowhere: It cannot be read: No such file or directory.\n"


def test_a_backup_tells_how_many_models_it_holds_and_which_it_lacks(capsys):
    lost = 'Namespace "shop": Version 1 of the model "lost" is not in the model folder.'
    print_backup(BackupTold("b", "now", "0023", 16, 3, 7, [], ["shop/churn/1", "shop/churn/2"], [lost]))
    assert capsys.readouterr().out.splitlines()[2:] == ["It holds 2 versions of models.", f"Not in it: {lost}"]
