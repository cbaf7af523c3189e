"""Counts of few subjects can tell who they are: those below a threshold are only shown to administrators."""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Role

#: Who sees every count.
_SEE_ALL: Final = frozenset({Role.ADMIN, Role.SUPERADMIN})


def disclosed(count: int, role: Role, threshold: int) -> int | str:
    """A number of subjects as a role may see it: a text for fewer than `threshold`, none included.

    >>> disclosed(9, Role.SERVICE, 10), disclosed(0, Role.SERVICE, 10), disclosed(10, Role.SERVICE, 10)
    ('< 10', '< 10', 10)
    >>> disclosed(9, Role.ADMIN, 10)
    9
    """
    return count if role in _SEE_ALL or count >= threshold else f"< {threshold}"
