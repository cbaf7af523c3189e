"""Secrets that a variable with `_FILE` behind its name points at."""

import re
from pathlib import Path

import pytest

from tessella.domain.errors import Faults
from tessella.domain.identifiers import Namespace, SourceId
from tessella.domain.own_places import OwnPlaces
from tessella.settings import Settings, read_settings
from tessella.settings.secret_files import is_secret, variables
from tessella.warehouse.engines.credentials import read_credentials

SECRET = "0123456789" * 5
SECRETS = sorted(name for name, field in Settings.model_fields.items() if is_secret(field))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    return path


def test_what_holds_a_secret_is_known():
    assert {"database_url", "key_pepper", "encryption_key", "smtp_password", "redis_url"} <= set(SECRETS)
    told = [name for name in Settings.model_fields if re.search(r"password|secret|_key\b|pepper", name)]
    plain = sorted(set(told) - set(SECRETS) - {"requests_per_second_per_key"})
    assert plain == []


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_come_from_a_file_under_each_of_its_names(monkeypatch, file, name):
    for variable in variables(Settings, name, Settings.model_fields[name]):
        with monkeypatch.context() as patch:
            patch.delenv(variable, raising=False)
            patch.setenv(f"{variable}_FILE", str(file))
            assert getattr(Settings(), name).get_secret_value() == SECRET


def test_an_empty_variable_names_no_file(monkeypatch):
    monkeypatch.setenv("TESSELLA_KEY_PEPPER_FILE", "")
    assert read_settings().key_pepper is None


def test_a_secret_and_a_file_for_it_are_one_too_many(monkeypatch, file):
    monkeypatch.setenv("TESSELLA_DATABASE_URL_FILE", str(file))
    monkeypatch.setenv("DB_DSN", "postgresql://somewhere/else")
    with pytest.raises(Faults, match="DB_DSN is set too"):
        read_settings()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read"),
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff", "UTF-8"),
        (b"x" * 70_000, "65,536 bytes"),
    ],
    ids=["absent", "empty", "a newline", "no text", "large"],
)
def test_a_file_that_holds_no_secret_is_refused_by_the_name_of_its_variable(monkeypatch, tmp_path, content, problem):
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("TESSELLA_ENCRYPTION_KEY_FILE", str(path))
    with pytest.raises(Faults, match=f"TESSELLA_ENCRYPTION_KEY_FILE .*{problem}"):
        read_settings()


def test_all_files_that_are_wrong_are_named_at_once(monkeypatch, tmp_path):
    for name in ("KEY_PEPPER", "AUDIT_KEY"):
        monkeypatch.setenv(f"TESSELLA_{name}_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(Faults) as caught:
        read_settings()
    assert len(list(caught.value.faults())) == 2


def test_what_is_too_short_is_refused_from_a_file_too_and_not_repeated(monkeypatch, file):
    file.write_text("tooshortsecret")
    monkeypatch.setenv("TESSELLA_KEY_PEPPER_FILE", str(file))
    with pytest.raises(Faults, match="KEY_PEPPER") as caught:
        read_settings()
    assert "tooshort" not in str(caught.value)


def test_a_password_of_a_source_can_come_from_a_file(file):
    places = OwnPlaces(Namespace("acme"), [])
    environment = {"TESSELLA_WAREHOUSE_ACME__CRM_PASSWORD_FILE": str(file)}
    assert read_credentials(SourceId("crm"), places, environment).password == SECRET


def test_settings_never_show_a_secret(monkeypatch, file):
    for name in SECRETS:
        for variable in list(variables(Settings, name, Settings.model_fields[name]))[:1]:
            monkeypatch.setenv(f"{variable}_FILE", str(file))
    shown = f"{Settings()!r} {Settings()}"
    assert SECRET not in shown
