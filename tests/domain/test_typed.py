"""Types that several threads read at once."""

import subprocess
import sys

#: Four threads read the records of the API for the first time, in turns as short as can be.
RACE = """
import sys, threading
import msgspec
from tessella.domain import typed
from tessella.http import schemas

kinds = [each for each in msgspec.Struct.__subclasses__() if each.__module__.startswith(schemas.__name__)]
together = threading.Barrier(4)

def read():
    together.wait()
    for kind in kinds:
        try:
            typed.convert(dict.fromkeys(kind.__struct_fields__), kind)
        except msgspec.ValidationError:
            pass

sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=read) for _ in range(4)]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(len(kinds))
"""


def test_threads_that_read_a_type_for_the_first_time_at_once_read_it():
    command = [sys.executable, "-c", f"import tessella.http.server\n{RACE}"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) > 100
