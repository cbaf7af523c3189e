"""Rows of a file as settings of subjects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Final

from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SUBJECT_MAX_LENGTH
from tessella.domain.imports.setting_fields import SETTINGS, SettingFields
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.warehouse.imports.checks import (
    Checked,
    RowCheck,
    first_reason,
    holds_nul,
    is_missing,
    is_not,
    is_too_long,
)
from tessella.warehouse.imports.parts import text_of, value_of
from tessella.warehouse.imports.subjects import is_address
from tessella.warehouse.imports.tables import Table

_COLUMNS: Final = tuple(each.name for each in fields(SettingFields))


def checked_settings(table: Table, found: SettingFields, ids: SubjectIds) -> Checked:
    """The settings of a file, in the order of `SettingFields`, with what is wrong with each row."""
    cells = table.cells
    read = [f"{text_of(found.subject_id, cells)} AS subject_id"]
    for name in SETTINGS:
        parts = getattr(found, name)
        read.append(f"{value_of(parts, cells, FeatureType.BOOLEAN)} AS {name}")
        read.append(f"{text_of(parts, cells)} AS {name}_text")
    rows = f"SELECT row, broken, {', '.join(read)} FROM ({table.relation})"
    relation = f"SELECT *, {first_reason(_checks(ids))} AS reason FROM ({rows})"
    return Checked(relation, f"SELECT {', '.join(_COLUMNS)} FROM ({relation}) WHERE reason IS NULL")


def _checks(ids: SubjectIds) -> Iterator[RowCheck]:
    """Everything that can be wrong with a row, the gravest first."""
    yield RowCheck("broken IS NOT NULL", "broken")
    yield is_missing("subject_id", "subject_id")
    yield is_too_long("subject_id", "subject_id", SUBJECT_MAX_LENGTH)
    yield holds_nul("subject_id", "subject_id")
    yield from is_address("subject_id", ids)
    for name in SETTINGS:
        yield is_not(name, f"{name}_text", name, "true or false")
