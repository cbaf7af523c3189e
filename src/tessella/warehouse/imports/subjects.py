"""Ids of subjects that say who somebody is, in files."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.domain.features.duckdb_values import literal
from tessella.domain.privacy.personal_sql import is_email, is_phone
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.warehouse.imports.checks import RowCheck


def is_address(column: str, ids: SubjectIds) -> Iterator[RowCheck]:
    """An id that is an e-mail address or a telephone number, where ids may not be such."""
    if ids is SubjectIds.OPAQUE:
        yield RowCheck(is_email(column), literal("subject_id looks like an e-mail address"))
        yield RowCheck(is_phone(column), literal("subject_id looks like a telephone number"))
