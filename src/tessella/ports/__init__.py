"""What the use cases need from the outside: Protocols that `bootstrap` fills with real parts."""

from tessella.ports.audit import AuditQuery, AuditRow
from tessella.ports.history import Differing, Draft, Publish, Published, PublishedChange, Restore, StoredVersion
from tessella.ports.once import AlreadyAnswered, KeptAnswer, Once
from tessella.ports.records import (
    Caller,
    Change,
    EventsAdded,
    FactsAdded,
    ItemsPut,
    Known,
    KnownRanking,
    Progress,
    StoredDefinition,
    StoredFact,
)
from tessella.ports.session import Session
from tessella.ports.sets import Files, PreparedFile, Warehouse

__all__ = [
    "AlreadyAnswered",
    "AuditQuery",
    "AuditRow",
    "Caller",
    "Change",
    "Differing",
    "Draft",
    "EventsAdded",
    "FactsAdded",
    "Files",
    "ItemsPut",
    "KeptAnswer",
    "Known",
    "KnownRanking",
    "Once",
    "PreparedFile",
    "Progress",
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
