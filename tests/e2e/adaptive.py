"""What tests of adaptive experiments share: visitors who come, and do what a planted truth says."""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tessella import usecases
from tessella.domain.identifiers import ExperimentId, Json, SubjectId
from tessella.jobs.tasks import TASKS
from tessella.jobs.turn import Turns
from tessella.sdk.open import Tessella
from tessella.usecases.experiments.assigning.add_conversions import RewardSent
from tessella.usecases.experiments.assigning.allocate import Allocation
from tests.database import Dsns
from tests.sharing import share

VARIANTS = [
    {"name": "Control", "content": {"text": "Sign Up"}},
    {"name": "Variant A", "content": {"text": "Get Started"}},
    {"name": "Variant B", "content": {"text": "Try Free"}},
]
#: Visitors who come at the same moment: of more, a busy machine may store some too late.
_AT_ONCE = 100


@dataclass(frozen=True)
class Adaptive:
    """A namespace as its application sees it from Python and over HTTP."""

    db: Tessella
    client: httpx.AsyncClient
    database: Dsns

    async def created(self, experiment_id: str, **body: Json) -> str:
        """An experiment over HTTP; its id."""
        written = {"experiment_id": experiment_id, "name": experiment_id, "variants": VARIANTS, **body}
        answer = await self.client.post("/api/v1/experiments", json=written)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["experiment_id"])

    async def get(self, path: str) -> Any:
        answer = await self.client.get(f"/api/v1/segmentation/{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def visit(
        self, experiment_id: str, contexts: Sequence[Mapping[str, Json]], rate: Callable[[Allocation], float], seed: int
    ) -> list[Allocation]:
        """So many new visitors, each rewarded with the probability that the truth gives to what they got.

        They share their data, so that clusters may be found in them.
        """
        users = [f"visitor-{seed}-{at}" for at in range(len(contexts))]
        visits = list(zip(users, contexts, strict=True))
        given: list[Allocation] = []
        for begin in range(0, len(visits), _AT_ONCE):
            some = visits[begin : begin + _AT_ONCE]
            given += await asyncio.gather(*(self.db.allocate(experiment_id, *each) for each in some))
        assert {each.reason for each in given} == {None}
        luck = random.Random(seed)
        sent = [
            RewardSent(SubjectId(user), "signed-up")
            for user, each in zip(users, given, strict=True)
            if luck.random() < rate(each)
        ]
        async with self.db.session() as session:
            await share(session, users)
            await usecases.add_conversions(session, ExperimentId(experiment_id), sent)
        return given

    async def work(self, run_id: str) -> None:
        """Take the turn that a worker would take."""
        application = self.db.application
        await Turns(application._storage.ledger, application, TASKS).take(run_id)
