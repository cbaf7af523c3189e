"""The column mapping: `field=columns`, separated by commas.

    subject_id=household_id, occurred_at=bought_at, event_id=basket+product, event_type='purchase', properties=*

A column stands bare, or in double quotes when its name holds anything but letters, digits and `_ . -`. A text in single
quotes is a constant. `+` joins several columns: their texts with `:` between them, or the properties of a list.
`properties=*` takes every column that no other field takes. A column of text that holds another type says so:
`properties=store+hour:number`; the types are string, number and boolean. A quote within quotes is doubled.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import MappingInvalid
from tessella.domain.features.types import FeatureType

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<constant>'(?:[^']|'')*')|(?P<quoted>"(?:[^"]|"")*")|(?P<bare>[\w.-]+)|(?P<sign>[=,+:*])|(?P<end>$))"""
)
_TYPES: Final = {each.value: each for each in (FeatureType.STRING, FeatureType.NUMBER, FeatureType.BOOLEAN)}


@dataclass(frozen=True, slots=True)
class Constant:
    """The same text in every row."""

    text: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, and the type that its texts are read as."""

    name: str
    type: FeatureType = FeatureType.STRING


@dataclass(frozen=True, slots=True)
class Rest:
    """Every column that is not taken otherwise."""


Part = Constant | Column | Rest
ColumnMapping = Mapping[str, tuple[Part, ...]]


def parse_mapping(text: str) -> ColumnMapping:
    """Each field with what it is made of. Raises `MappingInvalid`.

    >>> parse_mapping("subject_id=household, event_type='buy'")["event_type"]
    (Constant(text='buy'),)
    """
    reader = _Reader(text)
    mapping: dict[str, tuple[Part, ...]] = {}
    while not reader.take("end"):
        field = reader.name()
        if field in mapping:
            raise MappingInvalid(field, "this field is mapped twice")
        reader.expect("=")
        mapping[field] = tuple(reader.parts())
        if not reader.take(","):
            reader.expect("end")
            break
    return mapping


class _Reader:
    """Reads a mapping from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def parts(self) -> Iterator[Part]:
        yield self._part()
        while self.take("+"):
            yield self._part()

    def name(self) -> str:
        found = self._peek()
        if found["bare"]:
            self._at = found.end()
            return found["bare"]
        if not found["quoted"]:
            raise self._wrong("a name is expected")
        self._at = found.end()
        return found["quoted"][1:-1].replace('""', '"')

    def take(self, sign: str) -> bool:
        """Whether the sign, or the end, comes next; if so it is passed."""
        found = self._peek()
        comes = found["end"] is not None if sign == "end" else found["sign"] == sign
        self._at = found.end() if comes else self._at
        return comes

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise self._wrong("a comma is expected" if sign == "end" else f'"{sign}" is expected')

    def _part(self) -> Part:
        found = self._peek()
        if found["constant"]:
            self._at = found.end()
            return Constant(found["constant"][1:-1].replace("''", "'"))
        if self.take("*"):
            return Rest()
        name = self.name()
        return Column(name, self._type()) if self.take(":") else Column(name)

    def _type(self) -> FeatureType:
        written = self.name()
        if written not in _TYPES:
            raise MappingInvalid(written, f"a type is {', '.join(_TYPES)}")
        return _TYPES[written]

    def _peek(self) -> re.Match[str]:
        found = _TOKEN.match(self._text, self._at)
        if found is None:
            raise self._wrong("this is neither a name nor a quoted text")
        return found

    def _wrong(self, problem: str) -> MappingInvalid:
        return MappingInvalid(self._text[self._at : self._at + 20].strip() or "the end", problem)
