"""The matrix of roles, tables and operations as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any, Final

import yaml

from tessella.domain.identifiers import Role

#: The server itself, acting for no caller. No credential carries it.
SYSTEM: Final = "system"
#: The server while it erases a subject: it reaches the rows of that one. Likewise.
ERASER: Final = "eraser"
VERBS: Final = ("select", "insert", "update", "delete")
_ROLES: Final = frozenset({*Role, SYSTEM, ERASER})
#: The one in C takes a sixth of the time, and every process starts with this file. A PyYAML built without it has none.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Extent(StrEnum):
    """How far a role reaches."""

    NONE = "none"
    #: The caller's own subject only.
    OWN = "own"
    #: Every subject of the namespace.
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Reach:
    """The roles that reach everything in their namespace, and those that reach their own subject only."""

    any: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()

    def of(self, role: str) -> Extent:
        """How far one role reaches."""
        if role in self.any:
            return Extent.ANY
        return Extent.OWN if role in self.own else Extent.NONE


@dataclass(frozen=True, slots=True)
class Table:
    """Who may use one table."""

    name: str
    #: The column that names the subject of a row; None where rows belong to no subject.
    subject: str | None
    #: Per verb; a verb that is missing is granted to nobody.
    verbs: Mapping[str, Reach]

    def reach(self, verb: str, role: str) -> Extent:
        """How far a role reaches with a verb."""
        return self.verbs.get(verb, Reach()).of(role)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole file."""

    tables: Mapping[str, Table]
    operations: Mapping[str, Reach]

    def may(self, role: str, operation: str) -> Extent:
        """How far a role reaches with an operation. Raises KeyError for an operation that is not in the file."""
        return self.operations[operation].of(role)


def read_matrix(text: str) -> Matrix:
    """The matrix from its YAML text. Raises ValueError for a verb or role that does not exist."""
    written = yaml.load(text, _LOADER)
    tables = {name: _table(name, entry) for name, entry in written["tables"].items()}
    return Matrix(tables, {name: _reach(name, entry) for name, entry in written["operations"].items()})


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    verbs = {verb: _reach(f"{name}.{verb}", reach) for verb, reach in entry.items() if verb != "subject"}
    subject = entry.get("subject")
    _refuse_unknown(name, verbs, VERBS)
    if subject is None and any(reach.own for reach in verbs.values()):
        raise ValueError(f"{name} lists own rows without naming the subject's column")
    return Table(name, subject, verbs)


def _reach(name: str, entry: Mapping[str, list[str]]) -> Reach:
    _refuse_unknown(name, entry, ("any", "own"))
    reach = Reach(frozenset(entry.get("any", ())), frozenset(entry.get("own", ())))
    _refuse_unknown(name, {**dict.fromkeys(reach.any), **dict.fromkeys(reach.own)}, tuple(_ROLES))
    return reach


def _refuse_unknown(name: str, found: Mapping[str, object], known: tuple[str, ...]) -> None:
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise ValueError(f"{name} lists {', '.join(unknown)}; known are {', '.join(sorted(known))}")


MATRIX: Final = read_matrix((files("tessella.access") / "matrix.yaml").read_text(encoding="utf-8"))
