"""Ids of subjects that say who somebody is, as SQL: what `domain.privacy.personal_data` tells of one text.

RE2 has no look-ahead, so that its conditions stand beside the pattern.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.warehouse.imports.checks import RowCheck

_EMAIL: Final = r"[^@\s<>,;:]@[^@\s<>,;:]+\.[^@\s<>,;:.]"
_BETWEEN: Final = r"[ +().\-/]{0,3}"
_ABROAD: Final = (
    rf"(?i)(?:tel:)?\s*(?:\(?(?:\+{_BETWEEN}|00)[1-9](?:{_BETWEEN}\d){{6,14}}"
    rf"|\(?0[1-9](?:{_BETWEEN}\d){{7,13}})\)?\s*"
)
_GROUPS: Final = r"(?i)(?:tel:)?\s*\(?\d{1,4}\)?(?:[ +./-]{1,2}\d{2,4}){2,5}\)?\s*"
_YEAR: Final = r"(?i)^(?:tel:)?\s*(?:19|20)\d\d[ ./-]"


def is_address(column: str, ids: SubjectIds) -> Iterator[RowCheck]:
    """An id that is an e-mail address or a telephone number, where ids may not be such."""
    if ids is SubjectIds.ADDRESSES:
        return
    text = f"replace(replace(replace(replace({column}, '%40', '@'), '＠', '@'), '%2B', '+'), '%20', ' ')"  # noqa: RUF001 (an at sign of full width)
    reason = literal("subject_id looks like an e-mail address or a telephone number")
    yield RowCheck(f"(contains({text}, '@') AND regexp_matches({text}, {literal(_EMAIL)}))", reason)
    digits = rf"length(regexp_replace({text}, '\D', '', 'g')) BETWEEN 9 AND 15"
    grouped = (
        f"regexp_full_match({text}, {literal(_GROUPS)}) AND {digits} AND NOT regexp_matches({text}, {literal(_YEAR)})"
    )
    yield RowCheck(f"(regexp_full_match({text}, {literal(_ABROAD)}) OR ({grouped}))", reason)
