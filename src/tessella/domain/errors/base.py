"""The root of all errors, and the categories that say how an edge answers.

The first line of a class's docstring is its message, filled with its fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final, Self

#: So many faults of one input are told. To look for the nearest name of each of a million would stop a server.
MOST_FAULTS: Final = 100


class TessellaError(Exception):
    """Something went wrong that Tessella knows how to explain."""

    #: JSON pointer (RFC 6901) of the fault in the input; empty for the whole input.
    pointer: str

    def __new__(cls, *args: object, **kwargs: object) -> Self:
        """Errors without a pointer of their own are about the whole input."""
        error = super().__new__(cls, *args, **kwargs)
        error.pointer = ""
        return error

    def __str__(self) -> str:
        return self.message

    @property
    def message(self) -> str:
        """One sentence: what is wrong, with the values that matter."""
        template = (type(self).__doc__ or "").strip().splitlines()[0]
        return template.format_map(vars(self))

    def hint(self) -> str:
        """One sentence: what to do about it. Empty when the message says it all."""
        return ""

    def counts(self) -> Mapping[str, int]:
        """How far it is from right, by name, where that can be counted."""
        return {}

    def faults(self) -> Iterator[TessellaError]:
        """The separate faults behind this error, itself when there is one only."""
        yield self


class Invalid(TessellaError):
    """The input cannot be accepted."""


class NotFound(TessellaError):
    """There is no such object."""


class Conflict(TessellaError):
    """The change contradicts what is stored."""


class Stale(TessellaError):
    """The object changed since it was read."""


class Denied(TessellaError):
    """The caller may not do this."""


class Unauthenticated(TessellaError):
    """No valid credential was sent."""


class TooLarge(TessellaError):
    """The input is larger than the limit."""


class Unavailable(TessellaError):
    """A part that this needs is away for the moment."""


@dataclass(eq=False)
class Faults(Invalid):
    """The input has several faults."""

    errors: Sequence[TessellaError]

    @property
    def message(self) -> str:
        """All messages, one a line."""
        return "\n".join(f"{error.pointer or '/'}: {error.message}" for error in self.faults())

    def faults(self) -> Iterator[TessellaError]:
        """Each fault by itself."""
        for error in self.errors:
            yield from error.faults()


def field_names(record: type[Any]) -> list[str]:
    """The field names of a dataclass or msgspec struct, for "did you mean" hints."""
    return list(getattr(record, "__struct_fields__", ())) or [each.name for each in fields(record)]
