"""Which children a supervisor waits for, and what it does when one ends."""

import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tessella.processes import ChildrenDoNotStart, ChildSpec, Supervisor

_WELL = """
import signal, sys
from tessella.processes import Lifeline
def main():
    Lifeline(int(sys.argv[1])).ready()
    signal.pause()
"""
_FAILING = """
import os, sys
def main():
    with open(sys.argv[2], "a") as lives:
        lives.write("x")
    os._exit(3)
"""
#: Is ready when the failing one has had four lives.
_LATE = """
import os, signal, sys, time
from tessella.processes import Lifeline
def main():
    lifeline = Lifeline(int(sys.argv[1]))
    while not os.path.exists(sys.argv[2]) or os.path.getsize(sys.argv[2]) < 4:
        time.sleep(0.02)
    lifeline.ready()
    signal.pause()
"""


@pytest.fixture
def lives(tmp_path: Path) -> Path:
    """A letter for each life of the failing child."""
    return tmp_path / "lives"


def spec(tmp_path: Path, name: str, program: str, *arguments: str, essential: bool) -> ChildSpec:
    (tmp_path / f"child_{name}.py").write_text(program)
    environment = {"PYTHONPATH": str(tmp_path)}
    return ChildSpec(name, f"child_{name}", arguments, environment=environment, essential=essential)


def end() -> None:
    signal.raise_signal(signal.SIGTERM)


def test_a_child_that_is_not_essential_does_not_hide_essential_ones_that_never_start(tmp_path, lives):
    specs = [
        spec(tmp_path, "jobs", _WELL, essential=False),
        spec(tmp_path, "http", _FAILING, str(lives), essential=True),
    ]
    reason = "The process http does not start: it ended with status 3"
    with pytest.raises(ChildrenDoNotStart, match=reason), Supervisor(specs) as supervisor:
        supervisor.run(lambda: pytest.fail("nothing answers"))
    assert lives.read_text() == "xxx"


def test_a_child_that_is_not_essential_may_fail_as_often_as_it_likes(tmp_path, lives):
    announced = []
    specs = [
        spec(tmp_path, "jobs", _FAILING, str(lives), essential=False),
        spec(tmp_path, "http", _LATE, str(lives), essential=True),
    ]

    def when_ready() -> None:
        announced.append(len(lives.read_text()))
        end()

    with Supervisor(specs) as supervisor:
        supervisor.run(when_ready)
    assert announced == [4]


_LEAVING = """
import os, sys, tempfile
def main():
    with open(sys.argv[2], "a") as lives:
        lives.write(f"{len(os.listdir(tempfile.gettempdir()))}")
    tempfile.mkdtemp()
    os.kill(os.getpid(), 9)
"""


def test_what_a_killed_child_leaves_of_temporary_files_is_gone_before_its_next_life(tmp_path, lives):
    scratch = tmp_path / "scratch"
    leaving = replace(spec(tmp_path, "http", _LEAVING, str(lives), essential=True), scratch=scratch)
    with pytest.raises(ChildrenDoNotStart), Supervisor([leaving]) as supervisor:
        supervisor.run(lambda: pytest.fail("nothing answers"))
    assert len(lives.read_text()) > 1
    assert set(lives.read_text()) == {"0"}
    assert scratch.stat().st_mode & 0o777 == 0o700
