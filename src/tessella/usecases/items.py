"""The catalogue: put items, read them, take them away."""

from __future__ import annotations

from collections.abc import Sequence

from tessella.domain.errors import MOST_FAULTS, NoSuch, TessellaError
from tessella.domain.identifiers import Pointer, point
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.catalogue.item_batch import ItemBatch
from tessella.ports import ItemsPut, Session


async def put_items(
    session: Session,
    items: Sequence[Item],
    *,
    at: Sequence[Pointer] = (),
    refused: Sequence[TessellaError] = (),
) -> ItemsPut:
    """Store items, each in place of the one of its id. Those that are wrong are told, and cost the others nothing.

    `at` names the items in errors, `refused` are rows that were found wrong before. An embedding has as many numbers as
    those that are stored, or as the first of these.
    """
    batch, faults = ItemBatch(await _dimensions(session, items)), list(refused)
    good: list[Item] = []
    places: list[Pointer] = []
    for place, item in zip(at or _places(items), items, strict=True):
        if wrong := batch.faults(item, place, max(MOST_FAULTS - len(faults), 1)):
            faults += wrong
        else:
            good.append(item)
            places.append(place)
    return await session.put_items(good, at=places, refused=faults)


async def get_item(session: Session, item_id: str) -> Item:
    """One item. Raises `NoSuch`."""
    return await session.item(_askable(item_id))


async def list_items(session: Session, *, limit: int, after: str | None) -> Sequence[Item]:
    """At most `limit` items in the order of their ids, with `after` those of greater ids."""
    return await session.items(limit=limit, after=after)


async def named_items(session: Session, item_ids: Sequence[str]) -> Sequence[Item]:
    """Those of the named items that there are, in the order of their ids."""
    return await session.items_of([each for each in item_ids if "\0" not in each])


async def delete_item(session: Session, item_id: str) -> None:
    """Take one item away: within a second no server shows it. Raises `NoSuch`."""
    await session.delete_item(_askable(item_id))


def _askable(item_id: str) -> str:
    """The same. Raises `NoSuch` for an id that the database cannot even be asked for."""
    if "\0" in item_id:
        raise NoSuch("item", item_id)
    return item_id


async def _dimensions(session: Session, items: Sequence[Item]) -> int | None:
    return await session.embedding_dimensions() if any(item.embedding is not None for item in items) else None


def _places(items: Sequence[Item]) -> list[Pointer]:
    return [point("/items", position) for position in range(len(items))]
