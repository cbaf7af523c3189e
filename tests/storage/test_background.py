"""What becomes of a process whose task dies: a child of a supervisor ends, a program that embeds us is told."""

import asyncio
import subprocess
import sys

import pytest

from tessella.storage.background import begin, end

pytestmark = pytest.mark.anyio

_CHILD = """
import asyncio
from tessella.logs import log_to_stderr
from tessella.storage.background import begin, end_process_with_tasks

async def die():
    raise RuntimeError("a fault of ours")

async def main():
    end_process_with_tasks()
    begin(die(), "writer")
    await asyncio.Event().wait()

log_to_stderr("info")
asyncio.run(main())
"""


async def die() -> None:
    raise RuntimeError("a fault of ours")


def test_a_child_of_a_supervisor_ends_with_its_task_and_says_why():
    ended = subprocess.run([sys.executable, "-c", _CHILD], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert "task_died" in ended.stderr
    assert '"error": "builtins.RuntimeError"' in ended.stderr


async def test_a_program_that_embeds_us_is_told_of_a_task_that_died_and_lives_on():
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))
    task = begin(die(), "writer")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert [(each["task"].get_name(), str(each["exception"])) for each in told] == [("writer", "a fault of ours")]


async def test_nobody_is_told_of_a_task_that_was_ended():
    told = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context))
    task = begin(asyncio.sleep(60), "writer")
    await end(task)
    await asyncio.sleep(0)
    assert (task.cancelled(), told) == (True, [])
