"""What a decoder complains of, as one of our errors: where it is, in plain words, and what to send."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from tessella.domain.errors import TessellaError, UnknownField, WrongShape
from tessella.domain.identifiers import Pointer, nearest, point
from tessella.domain.wire_words import fields_at, holder_of, words_at

_PATH: Final = re.compile(r"^(?P<problem>.*?)(?: - at `(?P<path>\$.*)`)?$", re.DOTALL)
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_NAMED: Final = re.compile(r"`([^`]*)`(?! -)")
#: The decoder's names of types, as people say them, and something of that type.
_TYPES: Final = {
    "str": "text", "int": "a whole number", "float": "a number", "bool": "true or false", "null": "null",
    "array": "a list", "object": "an object",
}  # fmt: skip
_SUCH_AS: Final = {
    "str": '"text"', "int": "10", "float": "0.5", "bool": "true", "array": '["text"]', "object": '{"name": "text"}',
}  # fmt: skip
_EXPECTED: Final = re.compile(r"Expected `([^`]*)`, got")
_MISSING: Final = re.compile(r"missing required field `(.*)`")
_ENUM: Final = re.compile(r"Invalid enum value")
_UNKNOWN: Final = re.compile(r"unknown field `(.*)`")


@dataclass(frozen=True, slots=True)
class Complaint:
    """One fault, as the decoder tells it."""

    problem: str
    #: Names and places that lead to it.
    steps: tuple[str, ...]
    #: The field that is not known; it is the last step.
    unknown: str | None = None
    #: The field that there is not, in the object that the steps lead to.
    missing: str | None = None

    def fault(self, kind: Any, at: Pointer) -> TessellaError:
        """The error, of a record of `kind`."""
        where = point(at, *self.steps)
        if self.unknown is None:
            told = _NAMED.sub(_in_words, self.problem).replace("`", '"').rstrip(".") + "."
            return WrongShape(where, told, self._advice(kind))
        known = fields_at(kind, self.steps[:-1])
        return UnknownField(where, self.unknown, _near(self.unknown, known), known, holder_of(kind, self.unknown))

    def _advice(self, kind: Any) -> str:
        """What to send: a field that is missing, one of a few words, the fields of an object, or something alike."""
        if self.missing is not None:
            words = _one_of(kind, (*self.steps, self.missing))
            return f'Send "{self.missing}": one of {words}.' if words else f'Send "{self.missing}" too.'
        if _ENUM.match(self.problem):
            return f"It is one of {_one_of(kind, self.steps)}."
        expected = _EXPECTED.match(self.problem)
        return "" if expected is None else " ".join(self._examples(kind, expected[1].split(" | ")))

    def _examples(self, kind: Any, types: Sequence[str]) -> Iterator[str]:
        if "object" in types and (names := fields_at(kind, self.steps)):
            yield f"Its fields are {', '.join(names)}."
        elif named := [_SUCH_AS[each] for each in types if each in _SUCH_AS]:
            yield f"Such as {named[0]}."


def complaint(error: msgspec.ValidationError) -> Complaint:
    """What the decoder says, in parts."""
    found = _PATH.match(str(error))
    problem, path = (found["problem"], found["path"] or "") if found else (str(error), "")
    steps = tuple(name or index for name, index in _STEP.findall(path))
    if unknown := _UNKNOWN.search(problem):
        return Complaint(problem, (*steps, unknown[1]), unknown=unknown[1])
    missing = _MISSING.search(problem)
    return Complaint(problem, steps, missing=missing[1] if missing else None)


def _near(name: str, known: Sequence[str]) -> str | None:
    """The field that was meant: it is spelled alike, or has the name for a part, as `variant_id` has `id`."""
    return nearest(name, known) or next((each for each in known if name in each.split("_")), None)


def _one_of(kind: Any, steps: Sequence[str]) -> str:
    return ", ".join(f'"{each}"' for each in words_at(kind, steps))


def _in_words(named: re.Match[str]) -> str:
    return " or ".join(_TYPES.get(each, f'"{each}"') for each in named[1].split(" | "))
