"""The page about roles."""

from collections.abc import Mapping

from tessella.access.matrix import MATRIX, SYSTEM, VERBS, Extent, Reach, Table
from tessella.domain.identifiers import Role
from tools.reference.markdown import code, document, table

INTRODUCTION = """\
A key carries one role in one namespace. *any* reaches every subject of the namespace, *own* the caller's own subject
only, and an empty field nothing. The guards of the API and the row policies of the database are made of this matrix."""
TABLES = f"`{SYSTEM}` is the server itself, acting for no caller. No key carries it."
SHOWN = {Extent.ANY: "any", Extent.OWN: "own", Extent.NONE: ""}


def page() -> str:
    return document(
        "Roles",
        INTRODUCTION,
        "## Operations",
        _matrix("operation", MATRIX.operations, list(Role)),
        "## Tables",
        TABLES,
        _matrix("table and verb", _verbs(MATRIX.tables), [SYSTEM, *Role]),
    )


def _matrix(title: str, reaches: Mapping[str, Reach], roles: list[str]) -> str:
    rows = ([code(name), *(SHOWN[reach.of(role)] for role in roles)] for name, reach in reaches.items())
    return table([title, *roles], rows)


def _verbs(tables: Mapping[str, Table]) -> dict[str, Reach]:
    return {
        f"{name} {verb}": entry.verbs[verb] for name, entry in tables.items() for verb in VERBS if verb in entry.verbs
    }
