"""What is defined."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tessella.domain.definitions import Definitions, Kind
from tessella.domain.snapshot import Snapshot
from tessella.ports import Change, Draft, Published, Restore, StoredDefinition
from tessella.ports.experiments import Verdict
from tessella.storage import idempotency
from tessella.storage.definitions import active, publishing
from tessella.storage.definitions.publishing import Publication
from tessella.storage.experiments.learned import recommendations
from tessella.storage.scope import scope_of
from tessella.storage.sessions.base import SessionBase


class PublishingPart(SessionBase):
    """`ports.session.Publishing` over PostgreSQL."""

    __slots__ = ()

    async def refuse_replay(self) -> None:
        if self._once is not None:
            async with self._administering() as connection:
                await idempotency.look(connection, scope_of(self.caller), self._once)

    async def definitions(self) -> Definitions:
        return (await self.present())[1]

    async def present(self) -> tuple[int, Definitions]:
        namespace = self.caller.namespace
        async with self._administering() as connection:
            version, held = await active.present_objects(connection, namespace, self._loaded.parsed)
        return version, held.definitions()

    async def stored(self, kind: Kind) -> Sequence[StoredDefinition]:
        async with self._administering() as connection:
            return await active.stored_of_kind(connection, self.caller.namespace, kind)

    async def stored_one(self, kind: Kind, identifier: str) -> StoredDefinition | None:
        async with self._administering() as connection:
            return await active.stored_one(connection, self.caller.namespace, kind, identifier)

    async def publish(
        self,
        changes: Sequence[Change | Restore],
        *,
        check: Callable[[Definitions], None],
        expected_snapshot: int | None = None,
        comment: str = "",
        drafts: Sequence[Draft] = (),
        verdict: Verdict | None = None,
        tell: Callable[[Published], Any] | None = None,
    ) -> Published:
        caller = self.caller
        publication = Publication(caller.role, comment, expected_snapshot, drafts)
        async with self._administering() as connection:
            await idempotency.begin(connection, scope_of(caller), self._once)
            published = await publishing.publish(
                connection, caller.namespace, changes, publication, check, self._loaded.parsed
            )
            if verdict is not None:
                await recommendations.decide(connection, caller, verdict, self.now(), self._parts.announcer)
            told = published if tell is None else tell(published)
            await idempotency.finish(connection, scope_of(caller), self._once, told)
        await self._take_up()
        return published

    async def restore(self, version: int, *, expected_snapshot: int | None = None, comment: str = "") -> Published:
        caller = self.caller
        publication = Publication(caller.role, comment, expected_snapshot)
        async with self._administering() as connection:
            await idempotency.begin(connection, scope_of(caller), self._once)
            published = await publishing.restore(connection, caller.namespace, version, publication)
            await idempotency.finish(connection, scope_of(caller), self._once, published)
        await self._take_up()
        return published

    async def _take_up(self) -> None:
        await self._parts.snapshots.refresh(self._loaded)
        self._snapshot = self._loaded.snapshot

    async def compiled(self, definitions: Definitions) -> Snapshot:
        return await self._parts.snapshots.compiled(self._loaded, definitions)
