"""What has to hold for an item before it is stored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tessella.domain.errors import ItemRefused, OtherDimensions, TessellaError
from tessella.domain.features.gate import normalise
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Pointer, point
from tessella.domain.ranking.catalogue.item import (
    ITEM_ID_MAX_BYTES,
    ITEM_ID_MAX_LENGTH,
    ITEM_PROPERTIES_MAX_LENGTH,
    LABEL_MAX_LENGTH,
    MOST_DIMENSIONS,
    MOST_LABELS,
    NAME_MAX_LENGTH,
    PATH_STEPS,
    Item,
)

#: The numbers of an embedding are stored with 32 bits: none is larger in size, and none but 0 smaller.
LARGEST_FLOAT32: Final = 3.4028234663852886e38
SMALLEST_FLOAT32: Final = 1.401298464324817e-45


def item_faults(item: Item, at: Pointer = "", dimensions: int | None = None) -> Iterator[TessellaError]:
    """Everything that is wrong with an item, each `ItemRefused` or `OtherDimensions` with its pointer below `at`.

    `dimensions` is how many numbers the namespace's embeddings have; None: this may be the first.

    >>> [fault.message for fault in item_faults(Item("a", price=-1.0))]
    ['The price of an item is -1.0: it must be a finite number from 0.']
    """
    yield from _id_faults(item.item_id, point(at, "item_id"))
    yield from _text_faults(item.name, "name", NAME_MAX_LENGTH, at)
    yield from _text_faults(item.brand, "brand", LABEL_MAX_LENGTH, at)
    yield from _text_faults(item.category, "category", LABEL_MAX_LENGTH, at)
    if item.price is not None and not 0 <= item.price < math.inf:
        yield ItemRefused(point(at, "price"), "price", f"is {item.price}: it must be a finite number from 0")
    yield from _label_faults(item.tags, "tags", at)
    yield from _label_faults(item.regions, "regions", at)
    if len(msgspec.json.encode(item.properties).decode()) > ITEM_PROPERTIES_MAX_LENGTH:
        problem = f"are longer than {ITEM_PROPERTIES_MAX_LENGTH} characters of JSON"
        yield ItemRefused(point(at, "properties"), "properties", problem)
    begins, ends = item.available_from, item.available_until
    if begins is not None and ends is not None and begins >= ends:
        yield ItemRefused(point(at, "available_until"), "available_until", "must be later than its available_from")
    if item.embedding is not None:
        yield from _embedding_faults(item.embedding, point(at, "embedding"), dimensions)


def _id_faults(item_id: str, at: Pointer) -> Iterator[TessellaError]:
    if problem := _text_problem(item_id, ITEM_ID_MAX_LENGTH):
        yield ItemRefused(at, "item_id", problem)
    elif len(item_id.encode()) > ITEM_ID_MAX_BYTES:
        yield ItemRefused(at, "item_id", f"is longer than {ITEM_ID_MAX_BYTES} bytes of UTF-8")
    elif item_id in PATH_STEPS:
        yield ItemRefused(at, "item_id", f'is "{item_id}", which no path of a URL can name')


def _text_faults(text: str | None, field: str, limit: int, at: Pointer) -> Iterator[TessellaError]:
    if text is not None and (problem := _text_problem(text, limit)):
        yield ItemRefused(point(at, field), field, problem)


def _label_faults(labels: Sequence[str], field: str, at: Pointer) -> Iterator[TessellaError]:
    if len(labels) > MOST_LABELS:
        yield ItemRefused(point(at, field), field, f"are {len(labels)}: {MOST_LABELS} are the most")
    for index, label in enumerate(labels[:MOST_LABELS]):
        if problem := _text_problem(label, LABEL_MAX_LENGTH):
            yield ItemRefused(point(at, field, index), field, f"hold one that {problem}")


def _text_problem(text: str, limit: int) -> str:
    if not 1 <= len(text) <= limit:
        return f"has {len(text)} characters: it must have 1 to {limit}"
    return "holds NUL or half of a surrogate pair" if normalise(text, FeatureType.STRING) is None else ""


def _embedding_faults(embedding: Sequence[float], at: Pointer, dimensions: int | None) -> Iterator[TessellaError]:
    if dimensions is not None and len(embedding) != dimensions:
        yield OtherDimensions(at, len(embedding), dimensions)
    elif not 1 <= len(embedding) <= MOST_DIMENSIONS:
        yield ItemRefused(at, "embedding", f"has {len(embedding)} numbers: it must have 1 to {MOST_DIMENSIONS}")
    if not _fits(embedding):
        yield from _number_faults(embedding, at)


def _fits(embedding: Sequence[float]) -> bool:
    """Whether every number can be stored, told without looking at each: a batch may hold a million. NaN spoils the sum.

    False does not mean that one cannot.
    """
    sizes = list(map(abs, embedding))
    return sum(sizes) <= LARGEST_FLOAT32 and min(filter(None, sizes), default=1.0) >= SMALLEST_FLOAT32


def _number_faults(embedding: Sequence[float], at: Pointer) -> Iterator[TessellaError]:
    for index, number in enumerate(embedding[:MOST_DIMENSIONS]):
        if number != 0 and not SMALLEST_FLOAT32 <= abs(number) <= LARGEST_FLOAT32:
            yield ItemRefused(point(at, index), "embedding", f"holds {number}: numbers must be finite, and fit 32 bits")
