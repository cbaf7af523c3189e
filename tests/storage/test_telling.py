"""Who is told when of what was committed: all of a few, half of many, and the others a moment later."""

import asyncio

import pytest

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Namespace
from tessella.storage.events import ADD_EVENTS
from tessella.storage.scope import Scope
from tessella.storage.writing.submissions import Submission
from tessella.storage.writing.telling import Telling

pytestmark = pytest.mark.anyio


def submissions(count):
    loop = asyncio.get_running_loop()
    return [
        Submission(Scope(Namespace("shop"), "service"), ADD_EVENTS, ["row"], loop.create_future(), 0)
        for _ in range(count)
    ]


def told(batch):
    return sum(each.done.done() for each in batch)


@pytest.mark.parametrize(("count", "others_wait", "at_once"), [(2, True, 2), (500, False, 250), (500, True, 0)])
async def test_many_are_told_when_the_next_batch_is_on_its_way(count, others_wait, at_once):
    telling, batch = Telling(), submissions(count)
    telling.tell(batch, [["new"]] * count, others_wait=others_wait)
    assert told(batch) == at_once
    telling.release()
    assert [await each.done for each in batch] == [["new"]] * count
    assert not telling


async def test_those_who_were_held_back_are_told_before_those_who_come_after_them():
    telling, first, second = Telling(), submissions(500), submissions(500)
    telling.tell(first, [["new"]] * 500, others_wait=True)
    telling.tell(second, [["new"]] * 500, others_wait=True)
    assert (told(first), told(second)) == (500, 0)


async def test_nobody_waits_for_a_batch_that_does_not_come():
    telling, batch = Telling(), submissions(500)
    telling.tell(batch, [["new"]] * 500, others_wait=True)
    await asyncio.gather(*(each.done for each in batch))
    assert not telling


async def test_a_sender_who_is_refused_learns_why():
    telling, batch = Telling(), submissions(200)
    telling.tell(batch, [TessellaError()] * 200, others_wait=True)
    telling.release()
    for each in batch:
        with pytest.raises(TessellaError):
            await each.done
