"""What `personal_data` tells of a text, as SQL of DuckDB over a column of texts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tessella.domain.features.duckdb_values import literal
from tessella.domain.privacy.personal_data import (
    DATED,
    DIALLED,
    EMAIL,
    FREE_TEXT,
    GROUPED,
    LOCATION,
    NETWORK,
    PERSON,
)

#: How signs that matter may be written otherwise.
_OTHERWISE: Final = (("%40", "@"), ("\uff20", "@"), ("%2B", "+"), ("%20", " "))

#: What telephone numbers are written with: most texts have another letter, which takes a tenth of the time to see.
_SIGNS: Final = r"(?i)(?:tel:)?[0-9\s+()./-]*"


def is_email(column: str) -> str:
    """Whether a text is an e-mail address, or has one in it."""
    plain = _plain(column)
    return f"(contains({plain}, '@') AND regexp_matches({plain}, {literal(EMAIL)}))"


def is_phone(column: str) -> str:
    """Whether the whole text is a telephone number."""
    plain = _plain(column)
    digits = f"length(regexp_replace({plain}, '[^0-9]', '', 'g')) BETWEEN 9 AND 15"
    dated = f"regexp_matches({plain}, {literal(DATED)})"
    grouped = f"regexp_full_match({plain}, {literal(GROUPED)}) AND {digits} AND NOT {dated}"
    may_be = f"regexp_full_match({plain}, {literal(_SIGNS)})"
    dialled = f"regexp_full_match({plain}, {literal(DIALLED)})"
    return f"CASE WHEN {may_be} THEN {dialled} OR ({grouped}) ELSE false END"


def personal_tests(column: str) -> Iterator[tuple[str, str]]:
    """What a value may not look like, and the condition that tells so; NULL is no such thing."""
    yield "an e-mail address", is_email(column)
    yield "a network address", f"regexp_full_match({column}, {literal(NETWORK)})"
    yield "a precise location", f"regexp_full_match({column}, {literal(LOCATION)}, 's')"
    yield "a person's name", f"regexp_full_match({column}, {literal(PERSON)})"
    yield "a telephone number", f"(NOT regexp_full_match({column}, '[0-9]*') AND {is_phone(column)})"
    yield "free text", f"regexp_matches({column}, {literal(FREE_TEXT)})"


def _plain(column: str) -> str:
    for written, meant in _OTHERWISE:
        column = f"replace({column}, {literal(written)}, {literal(meant)})"
    return column
