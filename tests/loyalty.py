"""A loyalty programme over HTTP: a namespace of customers, with the service in this process."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx

from tessella import usecases
from tessella.bootstrap import Application
from tessella.domain.identifiers import Namespace, Role
from tessella.http.app import create_app
from tessella.jobs.tasks import TASKS
from tessella.jobs.turn import Turns
from tessella.ports import Caller, Session
from tests.customers import storage_over
from tests.database import Dsns, fresh_namespace, settings_for


@dataclass(frozen=True)
class Programme:
    """A namespace, with the service."""

    application: Application
    namespace: Namespace
    transport: httpx.ASGITransport
    opened: AsyncExitStack
    database: Dsns

    async def beside(self) -> "Programme":
        """Another namespace of the same service."""
        other = replace(self, namespace=fresh_namespace())
        await self.application.administration.create_namespace(other.namespace)
        return other

    async def client(self, role: Role = Role.ADMIN) -> httpx.AsyncClient:
        key = await self.application.administration.create_key(self.namespace, role)
        headers = {"Authorization": f"Bearer {key}"}
        client = httpx.AsyncClient(transport=self.transport, base_url="http://test", headers=headers)
        return await self.opened.enter_async_context(client)

    def session(self) -> AbstractAsyncContextManager[Session]:
        return self.application.session(Caller(self.namespace, Role.ADMIN))

    async def calculate(self) -> None:
        async with self.session() as session:
            with self.application.warehouse() as duckdb:
                await usecases.calculate_audiences(
                    session, duckdb, self.application.open_engine, as_of=session.now(), progress=lambda _: None
                )

    async def work(self, run_id: str) -> None:
        """Take the turn that a worker would take."""
        await Turns(self.application._storage.ledger, self.application, TASKS).take(run_id)


@asynccontextmanager
async def opened_programme(database: Dsns, home: Path) -> AsyncIterator[Programme]:
    """A namespace with nothing in it."""
    async with storage_over(database, home) as storage, AsyncExitStack() as opened:
        application = Application(settings_for(home), storage)
        opened.push_async_callback(application.close)
        transport = httpx.ASGITransport(create_app(application), raise_app_exceptions=False)
        yield await Programme(application, fresh_namespace(), transport, opened, database).beside()
