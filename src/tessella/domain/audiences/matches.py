"""Whom each subject was told to be with: the first match by name, and every segment that holds the subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import FIRST, mask, word
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import DEFAULT_SEGMENT

SEGMENT_ID: Final = "segment_id"
SEGMENTS: Final = "segments"
#: Headings, types and columns, as a file of everybody has them beside the id.
MATCHES: Final = ((SEGMENT_ID, FeatureType.STRING, SEGMENT_ID), (SEGMENTS, FeatureType.STRING_LIST, SEGMENTS))


def with_matches(rows: str, audience: Audience) -> str:
    """The rows, as SQL of DuckDB, each with the two columns of `MATCHES`.

    `segment_id` is what a decision would name: the first active segment that holds the subject, else `default`.
    `segments` are all that do, the active ones in the order in which they are tried, then the inactive ones.
    """
    names = [literal(each.segment_id) for each in audience.segments]
    holding = (f"CASE WHEN ({word(at)} & {mask(at)}) <> 0 THEN {name} END" for at, name in enumerate(names))
    first = f"COALESCE(list_extract({_texts(names)}, {FIRST} + 1), {literal(DEFAULT_SEGMENT)})"
    held = f"list_filter({_texts(holding)}, lambda x: x IS NOT NULL)"
    return f"SELECT *, {first} AS {SEGMENT_ID}, {held} AS {SEGMENTS} FROM ({rows}) AS told"


def _texts(items: Iterable[str]) -> str:
    return f"CAST([{', '.join(items)}] AS VARCHAR[])"
