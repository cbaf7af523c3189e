"""The catalogue."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Pointer
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports import ItemsPut
from tessella.storage import idempotency
from tessella.storage.items import reading, writing
from tessella.storage.items.dimensions import embedding_dimensions
from tessella.storage.scope import scope_of
from tessella.storage.sessions.written import WritingBase, refusals_of, row_of
from tessella.storage.writing.submissions import UNCHANGED, Outcome


class ItemsPart(WritingBase):
    """`ports.session.Items` over the group-commit writer, COPY and PostgreSQL."""

    __slots__ = ()

    async def put_items(
        self, items: Sequence[Item], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
    ) -> ItemsPut:
        def told(outcome: Outcome) -> ItemsPut:
            changed = outcome.count("changed")
            looked_at = [writing.refusal(word, item) or word for word, item in zip(outcome, items, strict=True)]
            wrong = sorted([*refused, *refusals_of(looked_at, at)], key=row_of)
            return ItemsPut(changed + outcome.count(UNCHANGED), changed, wrong)

        put = told(await self._write(writing.PUT_ITEMS, items, told))
        self._parts.ingested.rejected_rows += len(put.rejected)
        return put

    async def delete_item(self, item_id: str) -> None:
        scope = scope_of(self.caller)
        async with self._parts.database.transaction(scope) as connection:
            await idempotency.begin(connection, scope, self._once)
            await writing.delete_item(connection, self.caller.namespace, item_id)
            await idempotency.finish(connection, scope, self._once, None)

    async def item(self, item_id: str) -> Item:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await reading.one_item(connection, self.caller.namespace, item_id)

    async def items(self, *, limit: int, after: str | None) -> Sequence[Item]:
        async with self._administering() as connection:
            return await reading.items_page(connection, self.caller.namespace, limit, after)

    async def items_of(self, item_ids: Sequence[str]) -> Sequence[Item]:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await reading.items_of(connection, self.caller.namespace, item_ids)

    async def embedding_dimensions(self) -> int | None:
        async with self._parts.database.transaction(scope_of(self.caller)) as connection:
            return await embedding_dimensions(connection, self.caller.namespace)

    async def stream_items(self) -> AsyncIterator[Item]:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            async for item in reading.stream_items(connection, self.caller.namespace):
                yield item

    async def put_items_csv(self, rows: AsyncIterable[bytes]) -> int:
        async with self._parts.database.long_transaction(scope_of(self.caller)) as connection:
            return await writing.put_items_csv(connection, self.caller.namespace, rows)
