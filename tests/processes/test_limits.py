"""What a server asks of the operating system before it starts its children."""

import subprocess
import sys

_TELL = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"


def test_a_server_may_hold_more_connections_than_a_shell_allows_its_programs():
    code = f"""
import resource, subprocess, sys
from tessella.processes import allow_many_files
resource.setrlimit(resource.RLIMIT_NOFILE, (256, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
allow_many_files()
subprocess.run([sys.executable, "-c", {_TELL!r}])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    hard = subprocess.run(
        [sys.executable, "-c", _TELL.replace("[0]", "[1]")], capture_output=True, text=True, check=True
    )
    assert int(told) == min(int(hard.stdout), 65_536)


def test_a_limit_that_is_higher_already_stays():
    code = f"from tessella.processes import allow_many_files; allow_many_files(); {_TELL}"
    before = subprocess.run([sys.executable, "-c", _TELL], capture_output=True, text=True, check=True).stdout
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(told) >= int(before)
