"""64 clients: half of them ask for decisions and check each, half send events until they are acknowledged."""

from __future__ import annotations

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from faults.connection import Answer, Connection, Lost
from faults.history import History, Timed
from faults.workload import SUBJECTS, event, expected, question

CLIENTS: Final = 64
USUAL_PER_SECOND: Final = 1000.0
#: Of acknowledged events, how many are sent once more on purpose.
DUPLICATES: Final = 0.05
#: Of events, how many are clicks on what a decision showed.
_CLICKS: Final = 0.3
_LOST_PAUSE_SECONDS: Final = 0.05


class Clients:
    """All of them, and what they saw."""

    def __init__(self, port: int, key: str, seed: int, *, per_second: float = USUAL_PER_SECOND) -> None:
        """`per_second`: how many requests all of them together want to make."""
        self.history = History()
        self._port, self._key, self._seed = port, key, seed
        self._period_seconds = CLIENTS / per_second
        self._shown: deque[str] = deque(maxlen=1000)
        self._leaving = asyncio.Event()
        #: Clients that have not asked about each of their subjects yet.
        self._meeting = set(range(1, CLIENTS, 2))
        self._everybody_is_known = asyncio.Event()

    async def run(self) -> None:
        """Until they are told to leave."""
        async with asyncio.TaskGroup() as group:
            for number in range(CLIENTS):
                client = self._decide if number % 2 else self._write
                group.create_task(client(number, random.Random(f"{self._seed}-{number}")))

    async def until_all_are_known(self) -> None:
        """Until each subject has been asked about: the worker that answered knows them."""
        await self._everybody_is_known.wait()

    def leave(self) -> None:
        """Finish what is under way. An event that is not acknowledged yet stays so."""
        self._leaving.set()

    async def _decide(self, number: int, rng: random.Random) -> None:
        connection = self._connection()
        mine = range(number // 2, SUBJECTS, CLIENTS // 2)
        waiting = deque(mine)  # each once: then the worker at the other end knows all of them
        while not self._leaving.is_set():
            subject, began = waiting.popleft() if waiting else rng.choice(mine), time.monotonic()
            try:
                answer = await connection.request("POST", "/api/v1/decide", question(subject))
            except Lost as lost:
                await self._note_loss(lost)
                continue
            self._judge(subject, answer, began)
            if not waiting:
                self._meeting.discard(number)
            if not self._meeting:
                self._everybody_is_known.set()
            await self._rest(began, rng)
        connection.close()

    async def _write(self, number: int, rng: random.Random) -> None:
        connection = self._connection()
        count = 0
        while not self._leaving.is_set():
            count, began = count + 1, time.monotonic()
            shown = self._shown.popleft() if self._shown and rng.random() < _CLICKS else None
            event_id = f"{self.history.prefix}{number}-{count}"
            body = event(event_id, rng.randrange(SUBJECTS), shown)
            self.history.sent.add(event_id)
            if await self._until_acknowledged(connection, event_id, body, rng) and rng.random() < DUPLICATES:
                self.history.duplicates_sent += 1
                await self._until_acknowledged(connection, event_id, body, rng)
            await self._rest(began, rng)
        connection.close()

    async def _until_acknowledged(self, connection: Connection, event_id: str, body: bytes, rng: random.Random) -> bool:
        while not self._leaving.is_set():
            began = time.monotonic()
            try:
                answer = await connection.request("POST", "/api/v1/events", body)
            except Lost as lost:
                await self._note_loss(lost)
                continue
            if answer.status == 202 and not answer.json()["rejected"]:
                self._acknowledged(event_id, answer, began)
                return True
            await self._put_off(answer, rng)
        return False

    def _acknowledged(self, event_id: str, answer: Answer, began: float) -> None:
        now = time.monotonic()
        if event_id not in self.history.acknowledged:
            self.history.acknowledgements.append(Timed(now, (now - began) * 1000))
        self.history.acknowledged.add(event_id)
        self.history.accepted += answer.json()["accepted"]

    async def _put_off(self, answer: Answer, rng: random.Random) -> None:
        """Come back when the server says, a little spread."""
        wait = answer.headers.get("retry-after")
        if answer.status == 503 and wait is not None:
            self.history.writes_put_off += 1
        else:
            self.history.write_errors[f"{answer.status} {answer.body.decode()[:200]}"] += 1
        await self._pause(float(wait or 1) * rng.uniform(1, 1.2))

    def _judge(self, subject: int, answer: Answer, began: float) -> None:
        now = time.monotonic()
        if answer.status != 200:
            self.history.decision_errors[f"{answer.status} {answer.body.decode()[:200]}"] += 1
            return
        self.history.decisions.append(Timed(now, (now - began) * 1000))
        decision = answer.json()
        self._shown.append(decision["decision_id"])
        self._compare(subject, decision)

    def _compare(self, subject: int, decision: dict[str, Any]) -> None:
        right, chosen = expected(subject), decision["segment_id"]
        knew_nothing = decision["facts_as_of"] is None and any(each["code"] == "stale" for each in decision["reasons"])
        if knew_nothing and chosen == right.without_facts:
            self.history.from_request_alone += 1
        elif chosen != right.with_facts:
            self.history.wrong[f"subject {subject}: {chosen} in place of {right}"] += 1

    async def _note_loss(self, lost: Lost) -> None:
        self.history.lost[type(lost).__name__] += 1
        await asyncio.sleep(_LOST_PAUSE_SECONDS)

    async def _rest(self, began: float, rng: random.Random) -> None:
        """Until the next request is due; it is due at once when this one took longer."""
        await self._pause(began + self._period_seconds * rng.uniform(0.5, 1.5) - time.monotonic())

    async def _pause(self, seconds: float) -> None:
        """Ends early when it is time to leave."""
        try:
            async with asyncio.timeout(seconds):
                await self._leaving.wait()
        except TimeoutError:
            return

    def _connection(self) -> Connection:
        return Connection(self._port, self._key)


@asynccontextmanager
async def busy(port: int, key: str, seed: int, **options: Any) -> AsyncIterator[Clients]:
    """Clients at work for as long as the block is open; when it ends, all of them have left."""
    clients = Clients(port, key, seed, **options)
    async with asyncio.TaskGroup() as group:
        group.create_task(clients.run())
        try:
            yield clients
        finally:
            clients.leave()
