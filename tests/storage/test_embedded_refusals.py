"""A folder that is not ours is refused with one sentence and left as it was."""

import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tessella.storage.embedded import start, status
from tessella.storage.embedded.accounts import serving_account
from tessella.storage.embedded.errors import (
    EmbeddedServerError,
    ForeignFolder,
    OtherMajorVersion,
    OwnedByAnother,
    ServerDidNotStart,
    SocketFolderTaken,
    UnreadableFolder,
)
from tessella.storage.embedded.layout import Layout
from tests.storage.embedded_support import answer_as, answer_as_uid, needs_root, temporary_home


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as home:
        yield home


@pytest.fixture(scope="module")
def made_home() -> Iterator[Path]:
    with temporary_home() as home:
        start(home).close()
        yield home


def tree(folder: Path) -> list[tuple[str, int, float]]:
    return sorted((str(each), each.lstat().st_mode, each.lstat().st_mtime_ns) for each in folder.rglob("*"))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def record(**fields: object) -> str:
    return json.dumps({"made_by": "tessella", "postgresql": 16} | fields)


@pytest.mark.parametrize(
    ("file", "text", "error", "sentence"),
    [
        (
            "PG_VERSION",
            "15\n",
            ForeignFolder,
            "{home} holds data that Tessella did not make; "
            "set TESSELLA_HOME to a new folder, or move these files away.",
        ),
        (
            "postgres/PG_VERSION",
            "16\n",
            ForeignFolder,
            "{home}/postgres holds data that Tessella did not make; "
            "set TESSELLA_HOME to a new folder, or move these files away.",
        ),
        ("postgres/notes.txt", "mine", ForeignFolder, "{home}/postgres holds data that Tessella did not make"),
        ("postgres/cluster.json", "{", ForeignFolder, "{home}/postgres holds data that Tessella did not make"),
        ("postgres/cluster.json", record(made_by="x"), ForeignFolder, "{home}/postgres holds data"),
        (
            "postgres/cluster.json",
            record(postgresql=18),
            OtherMajorVersion,
            "{home}/postgres was made by PostgreSQL 18, not 16; "
            "use the Tessella that made it or another TESSELLA_HOME.",
        ),
    ],
)
@pytest.mark.parametrize("verb", [start, status])
def test_a_folder_that_is_not_ours_is_refused_and_left_untouched(
    home: Path, verb: Callable[[Path], object], file: str, text: str, error: type[EmbeddedServerError], sentence: str
) -> None:
    put(home / file, text)
    before = tree(home)
    with pytest.raises(error) as refusal:
        verb(home)
    assert str(refusal.value).startswith(sentence.format(home=home))
    assert tree(home) == before


def test_a_home_that_is_a_file_is_refused(home: Path) -> None:
    put(home, "a file")
    with pytest.raises(UnreadableFolder) as refusal:
        start(home)
    assert str(refusal.value) == (
        f"{home} cannot be used (it is not a folder); "
        "give this account access to it or set TESSELLA_HOME to another folder."
    )


def test_data_of_another_major_version_are_refused_and_left_untouched(made_home: Path) -> None:
    version = Layout.of(made_home).data / "PG_VERSION"
    version.write_text("18\n")
    before = tree(made_home)
    with pytest.raises(OtherMajorVersion, match="was made by PostgreSQL 18, not 16"):
        start(made_home)
    assert tree(made_home) == before
    version.write_text("16\n")


def test_data_that_postgresql_refuses_are_reported_with_its_reason_and_the_log(made_home: Path) -> None:
    control = Layout.of(made_home).data / "global" / "pg_control"
    aside = control.with_name("aside")
    control.rename(aside)
    with pytest.raises(ServerDidNotStart, match=r"\(could not find the database system\); its log is /tmp/.*\.log\."):
        start(made_home)
    aside.rename(control)
    start(made_home).close()


def test_a_socket_folder_that_others_can_enter_is_refused(made_home: Path) -> None:
    folder = status(made_home).socket_folder
    folder.mkdir()
    with pytest.raises(SocketFolderTaken) as refusal:
        start(made_home)
    assert str(refusal.value).startswith(f"{folder} is not a private folder of ")
    folder.rmdir()


@needs_root
@pytest.mark.parametrize("part", ["postgres", "postgres/data"])
def test_data_of_another_account_are_refused(made_home: Path, part: str) -> None:
    folder = made_home / part
    owner = folder.stat().st_uid
    shutil.chown(folder, "daemon")
    with pytest.raises(OwnedByAnother) as refusal:
        start(made_home)
    assert str(refusal.value) == (
        f"{folder} belongs to daemon; run Tessella as daemon or set TESSELLA_HOME to another folder."
    )
    os.chown(folder, owner, -1)


def refusal_of(act: Callable[[], object]) -> str:
    try:
        act()
    except EmbeddedServerError as error:
        return str(error)
    return ""


@needs_root
def test_a_home_that_the_account_may_not_read_is_refused(made_home: Path) -> None:
    made_home.parent.chmod(0o755)
    assert answer_as("daemon", lambda: refusal_of(lambda: start(made_home))) == (
        f"{made_home / 'PG_VERSION'} cannot be used (Permission denied); "
        "give this account access to it or set TESSELLA_HOME to another folder."
    )


@needs_root
def test_an_account_without_a_name_is_refused() -> None:
    assert answer_as_uid(54321, 54321, lambda: refusal_of(serving_account)) == (
        "User id 54321 has no account name, which PostgreSQL needs; add the account or set TESSELLA_DATABASE_URL."
    )
