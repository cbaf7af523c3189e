"""The stored facts that a calculation of audiences reads, as Parquet beside us."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tessella.domain.audiences.audience import FACTS
from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.features.types import FeatureType
from tessella.ports import Session, Warehouse
from tessella.usecases.audience_plan import Plan

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
    session: Session, warehouse: Warehouse, plan: Plan, folder: Path, since: str | None = None
) -> Part:
    """Everybody with stored facts; with the horizon of a calculation, those of whom something has changed since."""
    from tessella.domain.audiences.local import Part  # loads sqlglot

    columns, features = plan.columns_of(FACTS), plan.features_of(FACTS)
    types = {columns[each.name]: _TYPES[each.type] for each in features}
    lists = [columns[each.name] for each in features if each.type is FeatureType.STRING_LIST]
    path = folder / "facts.parquet"
    rows = session.stream_fact_rows(features, since)
    await warehouse.csv_to_parquet(path, {SUBJECT: "VARCHAR", **types}, rows, _with_lists(lists))
    return Part(path, tuple(types), plan.origin(FACTS))


def _with_lists(columns: list[str]) -> str:
    """SQL that reads lists from their JSON text."""
    read = ", ".join(f"from_json({each}, '[\"VARCHAR\"]') AS {each}" for each in columns)
    return f"* REPLACE ({read})" if read else "*"
