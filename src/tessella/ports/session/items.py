"""The catalogue: the items that a ranking puts in order."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Sequence
from typing import Protocol

from tessella.domain.errors import TessellaError
from tessella.domain.identifiers import Pointer
from tessella.domain.ranking.catalogue.item import Item
from tessella.ports.records import ItemsPut


class Items(Protocol):
    """The items of a namespace. They belong to no subject: who may read one may read all."""

    async def put_items(
        self, items: Sequence[Item], *, at: Sequence[Pointer] = (), refused: Sequence[TessellaError] = ()
    ) -> ItemsPut:
        """Store items that were checked, each in place of the one of its id. Acknowledged after the commit.

        A row that is refused costs the others nothing. `at` names the rows in errors, by their position when it is
        absent. `refused` are rows that were found wrong before; they are counted and told with the others. Raises
        `Unavailable`: whoever sends the same again changes nothing twice.
        """
        ...

    async def delete_item(self, item_id: str) -> None:
        """Take one item away. Raises `NoSuch`."""
        ...

    async def item(self, item_id: str) -> Item:
        """One item. Raises `NoSuch`."""
        ...

    async def items(self, *, limit: int, after: str | None) -> Sequence[Item]:
        """At most `limit` items in the order of their ids (UTF-8), with `after` those of greater ids."""
        ...

    async def items_of(self, item_ids: Sequence[str]) -> Sequence[Item]:
        """Those of the items that there are, in the order of their ids."""
        ...

    async def embedding_dimensions(self) -> int | None:
        """How many numbers an embedding of this namespace has; None while no item has one."""
        ...

    def stream_items(self) -> AsyncIterator[Item]:
        """Every item in the order of its id (UTF-8), in one transaction that is not bounded in time."""
        ...

    async def put_items_csv(self, rows: AsyncIterable[bytes]) -> int:
        """Store items from CSV without a header, in one transaction; returns how many are new or different.

        The columns are the fields of `Item` in their order; times are microseconds UTC, tags, regions and properties
        JSON text, an embedding an array as PostgreSQL writes it, and NULL an empty field without quotes. The rows have
        been checked: a fault in them is a fault of ours.
        """
        ...
