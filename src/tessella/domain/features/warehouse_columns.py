"""What a feature of the source `warehouse` says of the column that it is read from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tessella.domain.errors import TessellaError, WrongShape
from tessella.domain.features.schema import Feature, Source
from tessella.domain.identifiers import Pointer, point

#: A column may be called anything that can be shown: `select "x"; --` is one.
_COLUMN: Final = re.compile(r"[^\x00-\x1f\x7f\ud800-\udfff]{1,255}")


def warehouse_faults(feature: Feature, at: Pointer) -> Iterator[TessellaError]:
    """A column of a feature that is read from none, and what no column is called."""
    for name in ("column", "customer_source"):
        if getattr(feature, name) and feature.source is not Source.WAREHOUSE:
            problem = f"Only a feature of the source warehouse has a {name}, and this is one of {feature.source}."
            yield WrongShape(point(at, name), problem, "Declare it with source: warehouse, or leave this out.")
    if feature.column:
        yield from column_faults(feature.column, point(at, "column"))


def column_faults(name: str, at: Pointer) -> Iterator[TessellaError]:
    """A column has a name of 1 to 255 characters, none of them a control character."""
    if not _COLUMN.fullmatch(name):
        yield WrongShape(at, "The name of a column is 1 to 255 characters, and none of them is a control character.")
