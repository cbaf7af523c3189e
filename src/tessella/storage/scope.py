"""In whose name a transaction acts. Row security reads nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tessella.access import SYSTEM
from tessella.domain.identifiers import Namespace
from tessella.ports import Caller

#: Local to the transaction: a pooled connection never carries a scope to its next borrower.
SET_SCOPE: Final = """
SELECT set_config('tessella.namespace', %s, true), set_config('tessella.role', %s, true),
       set_config('tessella.subject', %s, true)
"""


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """One namespace, one role, and the subject for roles that are bound to one."""

    namespace: Namespace
    role: str
    subject: str = ""

    def parameters(self) -> tuple[str, str, str]:
        """The values of `SET_SCOPE`."""
        return self.namespace, self.role, self.subject


def scope_of(caller: Caller) -> Scope:
    """A caller's scope."""
    return Scope(caller.namespace, caller.role, caller.subject_id or "")


@lru_cache(maxsize=1024)
def system(namespace: Namespace) -> Scope:
    """The server itself, for no caller."""
    return Scope(namespace, SYSTEM)
