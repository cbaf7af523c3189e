"""The stored facts that a calculation of audiences reads, as Parquet beside us."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.audiences.audience import FACTS
from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import SubjectId
from tessella.ports import Session, Warehouse
from tessella.usecases.audiences.plan import Plan

if TYPE_CHECKING:
    from tessella.domain.audiences.local import Part

_TYPES: Final[Mapping[FeatureType, str]] = {
    FeatureType.STRING: "VARCHAR",
    FeatureType.NUMBER: "DOUBLE",
    FeatureType.INTEGER: "BIGINT",
    FeatureType.BOOLEAN: "BOOLEAN",
    FeatureType.TIMESTAMP: "BIGINT",
    #: JSON text.
    FeatureType.STRING_LIST: "VARCHAR",
}


async def facts_part(
    session: Session,
    warehouse: Warehouse,
    plan: Plan,
    folder: Path,
    since: str | None = None,
    of: Sequence[SubjectId] | None = None,
) -> Part:
    """Everybody with stored facts; with the horizon of a calculation, those of whom something has changed since.

    With `of`, only these subjects.
    """
    from tessella.domain.audiences.local import Part  # loads sqlglot

    columns, features = plan.columns_of(FACTS), plan.features_of(FACTS)
    types = {SUBJECT: "VARCHAR"}
    for each in features:
        types[columns[each.name]] = _TYPES[each.type]
        if each.type is FeatureType.TIMESTAMP:
            types[_text(columns[each.name])] = "VARCHAR"
    path = folder / "facts.parquet"
    result = ", ".join((SUBJECT, *(_read(columns[each.name], each.type) for each in features)))
    await warehouse.csv_to_parquet(path, types, session.stream_fact_rows(features, since, of), result)
    return Part(path, tuple(columns.values()), plan.origin(FACTS))


def _read(column: str, kind: FeatureType) -> str:
    """SQL for a feature's values from how they came."""
    from tessella.domain.features.duckdb_values import moment  # loads sqlglot

    match kind:
        case FeatureType.STRING_LIST:
            return f"from_json({column}, '[\"VARCHAR\"]') AS {column}"
        case FeatureType.TIMESTAMP:
            return f"coalesce({column}, {moment(_text(column))}) AS {column}"
        case _:
            return column


def _text(column: str) -> str:
    """The column of the moments that came as texts."""
    return f"{column}_text"
