"""Root hands the server to another account; an ordinary user runs it as itself."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

import tessella
from tessella.settings import default_home
from tessella.storage.embedded import start, status
from tests.storage.embedded_support import any_process_left, needs_root, postmaster_of, temporary_home, until

ANSWER_AS_MYSELF = """
import os, pwd, sys
from pathlib import Path
import psycopg
from tessella.storage.embedded import start, status
server = start(Path(sys.argv[1]))
with psycopg.connect(server.dsn()) as connection:
    role, = connection.execute("SELECT current_user::text").fetchone()
found = status(Path(sys.argv[1]))
print(pwd.getpwuid(os.geteuid()).pw_name, role, found.account, found.data.owner(), flush=True)
os.kill(os.getpid(), 9)
"""


@needs_root
def test_for_root_the_server_and_its_data_belong_to_an_account_without_power() -> None:
    with temporary_home() as home, start(home) as server:
        owner = pwd.getpwuid(status(home).data.stat().st_uid)
        ran_by = subprocess.run(
            ["stat", "-c", "%U", f"/proc/{postmaster_of(home)}"], capture_output=True, text=True, check=True
        )
        assert owner.pw_name == status(home).account == ran_by.stdout.strip()
        assert owner.pw_name in ("tessella", "nobody")
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("SELECT current_user::text").fetchone() == ("tessella_app",)


@needs_root
def test_for_root_the_home_is_a_system_folder() -> None:
    assert default_home() == Path("/var/lib/tessella")


@needs_root
def test_an_ordinary_user_runs_it_as_itself_and_leaves_none_behind_when_killed() -> None:
    account = pwd.getpwnam("daemon")
    with temporary_home() as home:
        os.chown(home.parent, account.pw_uid, account.pw_gid)
        outcome = subprocess.run(
            [interpreter_for(account), "-c", ANSWER_AS_MYSELF, str(home)],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env={"PYTHONPATH": os.pathsep.join(packages()), "PATH": os.defpath},
            user=account.pw_uid,
            group=account.pw_gid,
            extra_groups=[],
        )
        assert outcome.stdout == "daemon tessella_app daemon daemon\n", outcome.stderr
        until(lambda: not any_process_left(home), "no server is left")


def interpreter_for(account: pwd.struct_passwd) -> str:
    """A Python that the account may execute; this one may be installed where only root can enter."""
    for path in (sys.executable, f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"):
        try:
            subprocess.run([path, "-c", ""], check=True, user=account.pw_uid, group=account.pw_gid, extra_groups=[])
        except OSError:
            continue
        return path
    pytest.skip(f"there is no Python that {account.pw_name} may execute")


def packages() -> list[str]:
    return [str(Path(module.__file__).parent.parent) for module in (tessella, psycopg)]
