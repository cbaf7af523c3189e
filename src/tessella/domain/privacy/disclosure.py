"""Counts of few subjects can tell who they are: those below a threshold are only shown to administrators.

Nor can they be found by taking one count from another. Everybody else sees all counts rounded to a multiple of the
threshold, so that the difference of two, such as a segment's and that of everybody, says no more than "fewer than the
threshold" of any group that is smaller than it.
"""

from __future__ import annotations

from typing import Final

from tessella.domain.identifiers import Role

#: Who sees every count, and who every subject is.
SEE_ALL: Final = frozenset({Role.ADMIN, Role.SUPERADMIN})


def least_shown(role: Role, threshold: int) -> int:
    """The smallest group that a role is told of."""
    return 0 if role in SEE_ALL else threshold


def disclosed(count: int, role: Role, threshold: int) -> int | str:
    """A number of subjects as a role may see it: a text for fewer than `threshold`, none included, else rounded.

    >>> disclosed(9, Role.SERVICE, 10), disclosed(0, Role.SERVICE, 10), disclosed(10, Role.SERVICE, 10)
    ('< 10', '< 10', 10)
    >>> disclosed(1_234, Role.SERVICE, 10), disclosed(1_235, Role.SERVICE, 10), disclosed(1_234, Role.SERVICE, 1)
    (1230, 1240, 1234)
    >>> disclosed(9, Role.ADMIN, 10)
    9
    """
    if role in SEE_ALL:
        return count
    return f"< {threshold}" if count < threshold else _rounded(count, max(threshold, 1))


def _rounded(count: int, step: int) -> int:
    """To the nearest multiple of `step`, halves up."""
    return (count + step // 2) // step * step
