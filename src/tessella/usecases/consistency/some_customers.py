"""A source of customers as if it had some of them only: what reads it whole reads these."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from tessella.domain.audiences.source import CustomerSource
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName, Namespace, SubjectId
from tessella.ports.customer_engine import CustomerEngine, EngineColumn, OpenEngine, ReadAs, SampleStatistics

if TYPE_CHECKING:
    from tessella.domain.rules.sql import Engine, Relation


def with_some_customers(open_engine: OpenEngine, subjects: Collection[SubjectId]) -> OpenEngine:
    """Opens sources as if they had these subjects only."""

    def open_narrowed(namespace: Namespace, source: CustomerSource) -> CustomerEngine:
        return _SomeCustomers(open_engine(namespace, source), subjects)

    return open_narrowed


@dataclass(frozen=True, slots=True)
class _SomeCustomers:
    """`CustomerEngine` whose relation is narrowed."""

    engine: CustomerEngine
    subjects: Collection[SubjectId]

    @property
    def dialect(self) -> Engine:
        return self.engine.dialect

    async def relation(self, columns: Mapping[FeatureName, EngineColumn]) -> Relation:
        from sqlglot import exp

        from tessella.domain.rules.sql import nodes

        whole = await self.engine.relation(columns)
        key, names = nodes.cast(nodes.column(whole.key), "TEXT"), [nodes.text(each) for each in self.subjects]
        narrowed = nodes.render(exp.In(this=key, expressions=names), self.dialect)
        return replace(whole, source=f"SELECT * FROM (\n{whole.source}\n) AS known WHERE {narrowed}")

    async def columns(self) -> list[EngineColumn]:
        return await self.engine.columns()

    async def statistics(self, columns: Sequence[EngineColumn]) -> SampleStatistics:
        return await self.engine.statistics(columns)

    async def rows(
        self, keys: Sequence[str], columns: Mapping[FeatureName, ReadAs]
    ) -> dict[str, dict[FeatureName, Value]]:
        return await self.engine.rows(keys, columns)

    async def extract(self, sql: str, path: Path) -> int:
        return await self.engine.extract(sql, path)

    async def check_keys(self) -> int:
        return await self.engine.check_keys()

    async def close(self) -> None:
        await self.engine.close()
