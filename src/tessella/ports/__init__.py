"""What the use cases need from the outside: Protocols that `bootstrap` fills with real parts."""

from tessella.ports.records import AuditRow, Caller, Change, Known, StoredDefinition, StoredFact
from tessella.ports.session import Session
from tessella.ports.sets import Files, PreparedFile, Warehouse

__all__ = [
    "AuditRow",
    "Caller",
    "Change",
    "Files",
    "Known",
    "PreparedFile",
    "Session",
    "StoredDefinition",
    "StoredFact",
    "Warehouse",
]
