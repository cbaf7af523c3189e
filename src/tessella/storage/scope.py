"""In whose name a transaction acts. Row security reads nothing else."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from tessella.access import SYSTEM
from tessella.domain.identifiers import Namespace
from tessella.ports import Caller

#: Local to the transaction: a pooled connection never carries a scope to its next borrower.
SET_SCOPE: Final = """
SELECT set_config('tessella.namespace', %s, true), set_config('tessella.role', %s, true),
       set_config('tessella.subject', %s, true)
"""


class Scope(NamedTuple):
    """One namespace, one role, and the subject for roles that are bound to one. A tuple: each row is grouped by it."""

    namespace: Namespace
    role: str
    subject: str = ""

    def parameters(self) -> tuple[str, str, str]:
        """The values of `SET_SCOPE`."""
        return self


def scope_of(caller: Caller) -> Scope:
    """A caller's scope."""
    return Scope(caller.namespace, caller.role, caller.subject_id or "")


@lru_cache(maxsize=1024)
def system(namespace: Namespace) -> Scope:
    """The server itself, for no caller."""
    return Scope(namespace, SYSTEM)
