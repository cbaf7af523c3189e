"""What the use cases need from the outside: Protocols that `bootstrap` fills with real parts."""

from tessella.ports.history import Differing, Draft, Publish, Published, PublishedChange, Restore, StoredVersion
from tessella.ports.records import AuditRow, Caller, Change, Known, StoredDefinition, StoredFact
from tessella.ports.session import Session
from tessella.ports.sets import Files, PreparedFile, Warehouse

__all__ = [
    "AuditRow",
    "Caller",
    "Change",
    "Differing",
    "Draft",
    "Files",
    "Known",
    "PreparedFile",
    "Publish",
    "Published",
    "PublishedChange",
    "Restore",
    "Session",
    "StoredDefinition",
    "StoredFact",
    "StoredVersion",
    "Warehouse",
]
