"""Which columns of a file are settings of subjects."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.errors import MissingColumn
from tessella.domain.imports.fields import FieldRules, map_fields
from tessella.domain.imports.mapping import ColumnMapping, Part

SETTINGS: Final = ("personalization_enabled", "data_sharing_consent")
_RULES: Final = FieldRules(("subject_id", *SETTINGS), ("subject_id",), SETTINGS)


@dataclass(frozen=True, slots=True)
class SettingFields:
    """The parts of each field; no part where the file does not have the field."""

    subject_id: tuple[Part, ...]
    personalization_enabled: tuple[Part, ...]
    data_sharing_consent: tuple[Part, ...]


def setting_fields(mapping: ColumnMapping, columns: Sequence[str]) -> SettingFields:
    """The settings of a file with these columns. Raises as `map_fields`, and `MissingColumn` where it has neither.

    >>> setting_fields({}, ["subject_id", "data_sharing_consent"]).personalization_enabled
    ()
    """
    found = SettingFields(**map_fields(mapping, columns, _RULES).parts)
    if not (found.personalization_enabled or found.data_sharing_consent):
        raise MissingColumn(SETTINGS[-1], SETTINGS[-1], None, ", ".join(columns))
    return found
