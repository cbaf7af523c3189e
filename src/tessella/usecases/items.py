"""The catalogue: put items, read them, take them away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from tessella.domain.errors import MOST_FAULTS, NamedTwice, TessellaError
from tessella.domain.identifiers import Pointer, point
from tessella.domain.ranking.item import Item
from tessella.domain.ranking.item_checks import item_faults
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
    dimensions = await _dimensions(session, items)
    faults, seen = list(refused), set[str]()
    good: list[Item] = []
    places: list[Pointer] = []
    for position, item in enumerate(items):
        place = at[position] if at else point("/items", position)
        told = max(MOST_FAULTS - len(faults), 1)
        if wrong := list(islice(_faults(item, place, dimensions, seen), told)):
            faults += wrong
            continue
        if dimensions is None and item.embedding is not None:
            dimensions = len(item.embedding)
        seen.add(item.item_id)
        good.append(item)
        places.append(place)
    return await session.put_items(good, at=places, refused=faults)


async def get_item(session: Session, item_id: str) -> Item:
    """One item. Raises `NoSuch`."""
    return await session.item(item_id)


async def list_items(session: Session, *, limit: int, after: str | None) -> Sequence[Item]:
    """At most `limit` items in the order of their ids, with `after` those of greater ids."""
    return await session.items(limit=limit, after=after)


async def delete_item(session: Session, item_id: str) -> None:
    """Take one item away: within a second no server shows it. Raises `NoSuch`."""
    await session.delete_item(item_id)


async def _dimensions(session: Session, items: Sequence[Item]) -> int | None:
    return await session.embedding_dimensions() if any(item.embedding is not None for item in items) else None


def _faults(item: Item, at: Pointer, dimensions: int | None, seen: set[str]) -> Iterator[TessellaError]:
    yield from item_faults(item, at, dimensions)
    if item.item_id in seen:
        yield NamedTwice(point(at, "item_id"), "item", item.item_id)
