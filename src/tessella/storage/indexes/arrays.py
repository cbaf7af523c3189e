"""An index taken apart into named arrays, and put together again. Texts become an array of bytes.

A record of the ranking may gain a field: the places of the arrays follow from the records' own fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Pointer, point
from tessella.domain.typed import decode

Array = NDArray[Any]
Record = TypeVar("Record")
#: What the manifest holds, and what a process adds to an index in its memory.
APART: Final = frozenset({"version", "as_of", "overlay", "verdicts"})


def arrays_of(value: Any, at: Pointer = "") -> Iterator[tuple[Pointer, Array]]:
    """Every array of a record with its place; None has none."""
    if isinstance(value, np.ndarray):
        yield at, value
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in APART:
                yield from arrays_of(getattr(value, field.name), point(at, field.name))
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from arrays_of(each, point(at, key))
    elif value is not None:
        yield at, np.frombuffer(msgspec.json.encode(value), np.uint8)


def record_of(record: type[Record], arrays: Mapping[Pointer, Array], **scalars: object) -> Record:
    """The record that `arrays_of` took apart."""
    tree: dict[str, Any] = {}
    for at, array in arrays.items():
        *folders, name = at.removeprefix("/").split("/")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[name] = array
    return _record(record, tree, scalars)


def _record(record: type[Record], tree: Mapping[str, Any], scalars: Mapping[str, object]) -> Record:
    hints = get_type_hints(record).items()
    return record(**scalars, **{name: _value(hint, tree.get(name)) for name, hint in hints if name not in APART})


def _value(hint: Any, found: Any) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (record,) = (each for each in arguments if each is not NoneType)
        return None if found is None else _value(record, found)
    if origin is Mapping:
        kind, record = arguments
        return {kind(_unescaped(key)): _value(record, each) for key, each in (found or {}).items()}
    if origin is Sequence:
        return decode(found.tobytes(), list[str])
    return found if origin is np.ndarray else _record(hint, found or {}, {})


def _unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
