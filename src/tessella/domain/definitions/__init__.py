"""The eleven kinds of definition that a namespace holds, and how each is read from and written to JSON."""

from tessella.domain.definitions.accepting import check_written
from tessella.domain.definitions.diff import Action, FieldChange, ObjectChange, object_change
from tessella.domain.definitions.reading import RESERVED, check_identifier, check_unreserved, read_definition
from tessella.domain.definitions.records import (
    DEFAULTS_ID,
    ID_FIELD,
    AuditMode,
    Defaults,
    Definition,
    Definitions,
    Kind,
    identifier_of,
)
from tessella.domain.definitions.writing import effective, rewritten, write_definition, write_nested

__all__ = [
    "DEFAULTS_ID",
    "ID_FIELD",
    "RESERVED",
    "Action",
    "AuditMode",
    "Defaults",
    "Definition",
    "Definitions",
    "FieldChange",
    "Kind",
    "ObjectChange",
    "check_identifier",
    "check_unreserved",
    "check_written",
    "effective",
    "identifier_of",
    "object_change",
    "read_definition",
    "rewritten",
    "write_definition",
    "write_nested",
]
