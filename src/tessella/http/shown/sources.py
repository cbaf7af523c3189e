"""Sources of customers as a role may see them."""

from __future__ import annotations

from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Json, Role
from tessella.domain.privacy.disclosure import least_shown
from tessella.http.schemas.sources import ColumnShown, ColumnsShown, StatisticsShown, ValueCount
from tessella.ports.customer_engine import ColumnStatistics
from tessella.usecases.add_facts import written
from tessella.usecases.sources.describe_source import DescribedColumn, DescribedSource


def columns_shown(described: DescribedSource, role: Role, threshold: int = 0) -> ColumnsShown:
    """The columns, and of the sample what fewer customers than the threshold do not give away."""
    least, rows = least_shown(role, threshold), described.sampled_rows
    source = described.source
    columns = [_column(each, rows, least) for each in described.columns]
    told = rows if rows >= least else None
    return ColumnsShown(source.source_id, source.view, source.key, told, described.is_whole, columns)


def _column(each: DescribedColumn, rows: int, least: int) -> ColumnShown:
    found, kind = each.statistics, each.column.natural
    told = None if found is None or kind is None else _statistics(found, kind, rows, least)
    return ColumnShown(each.column.name, kind, each.column.type_name, each.group, each.personal, each.feature, told)


def _statistics(found: ColumnStatistics, kind: FeatureType, rows: int, least: int) -> StatisticsShown | None:
    """None where the values of too few customers would be told."""
    if round(rows * (1 - found.absent_share)) < least:
        return None
    top = [ValueCount(_written(value, kind), count) for value, count in found.top if count >= least]
    return StatisticsShown(round(found.absent_share, 4), found.distinct, _range(found, kind), top)


def _range(found: ColumnStatistics, kind: FeatureType) -> tuple[Json, Json] | None:
    if found.lowest is None or found.highest is None:
        return None
    return written(found.lowest, kind), written(found.highest, kind)


def _written(value: Value, kind: FeatureType) -> Json:
    """One value; of a list of texts, one of its texts."""
    return value if kind is FeatureType.STRING_LIST else written(value, kind)
