"""Rows to train a model on, from a source of customers: one of its columns says what happened."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.audiences.changed_columns import HOLDS, check_columns
from tessella.domain.audiences.layout import SUBJECT
from tessella.domain.audiences.reading import SourceReading
from tessella.domain.errors import WrongShape
from tessella.domain.errors.training import LabelMissing, LabelUnclear
from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, SourceId, point
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.training.columns import typed
from tessella.ports import Session, Warehouse
from tessella.ports.customer_engine import CustomerEngine, EngineColumn, OpenEngine
from tessella.usecases.audiences.source_parts import check_keys
from tessella.usecases.training.features import learned_from

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tessella.domain.predictions.training.table import Table

_PREFIX: Final = "tessella-training-"
#: The table of those who share data.
_SHARING: Final = "sharing"
#: What happened, when a row was, and when it has changed, as if they were features; none can have these names.
_LABEL: Final = FeatureName("what happened")
_TIME: Final = FeatureName("when it was")
_CHANGED: Final = FeatureName("when the row has changed")
_MOMENTS: Final = (_TIME, _CHANGED)
#: Where each is declared.
_ROLES: Final = {_LABEL: "label", _TIME: "time", _CHANGED: "updated_at"}
_YES: Final = ("true", "yes", "y", "1", "1.0")
_NO: Final = ("false", "no", "n", "0", "0.0")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is read of a source, and under which names it is written."""

    setup: PredictionSetup
    reading: SourceReading
    columns: Mapping[str, EngineColumn]

    @property
    def read(self) -> dict[FeatureName, EngineColumn]:
        found = {each.name: self.columns[each.column_name] for each in self.reading.features}
        return found | {name: self.columns[column] for name, column in self.told().items()}

    @property
    def features(self) -> dict[FeatureName, Feature]:
        declared = {each.name: each for each in self.reading.features}
        natural = {name: self.columns[column].natural for name, column in self.told().items()}
        of_type = natural | {name: FeatureType.TIMESTAMP for name in _MOMENTS if name in natural}
        return declared | {name: Feature(name, kind, Source.WAREHOUSE) for name, kind in of_type.items() if kind}

    @property
    def held(self) -> dict[FeatureName, str]:
        """Numbered, as a feature may be called anything."""
        return {name: f"c{at}" for at, name in enumerate(self.features)}

    def told(self) -> dict[FeatureName, str]:
        """The columns besides features. When a row has changed matters where it is told when the row was."""
        changed = self.reading.source.updated_at if self.setup.time else ""
        named = {_LABEL: self.setup.label, _TIME: self.setup.time, _CHANGED: changed}
        return {name: column for name, column in named.items() if column}


async def table_from_source(
    session: Session, warehouse: Warehouse, open_engine: OpenEngine, setup: PredictionSetup, now: Instant
) -> Table:
    """A row for each customer whose label is known, of those who share data.

    Raises what the source raises, `Faults` for columns that are not as declared, `KeysUnusable`, `LabelMissing`,
    `LabelUnclear` and `NothingToLearn`.
    """
    definitions = await session.definitions()
    features = learned_from(definitions, setup)
    reading = SourceReading(definitions.sources[SourceId(setup.source)], tuple(features.values()))
    engine = open_engine(session.caller.namespace, reading.source)
    with tempfile.TemporaryDirectory(prefix=_PREFIX) as folder:
        path = Path(folder, "rows.parquet")
        try:
            asked = await _asked(engine, setup, reading)
            await engine.extract(await _sql(asked, engine, now), path)
        finally:
            await engine.close()
        await check_keys(warehouse, reading.source, path)
        found = await _loaded(session, warehouse, asked, path)
    return await asyncio.to_thread(_table, asked, found)


async def _asked(engine: CustomerEngine, setup: PredictionSetup, reading: SourceReading) -> _Asked:
    columns = {each.name: each for each in await engine.columns()}
    check_columns(reading, {name: each.natural for name, each in columns.items()}, {})
    asked = _Asked(setup, reading, columns)
    for name, column in asked.told().items():
        natural = columns[column].natural if column in columns else None
        if natural is None:
            raise LabelMissing(point("", _ROLES[name]), reading.source.source_id, column, _ROLES[name])
        if name in _MOMENTS and FeatureType.TIMESTAMP not in HOLDS[natural]:
            raise WrongShape(point("", _ROLES[name]), f'The column "{column}" holds no moments: it is {natural}.')
    return asked


async def _sql(asked: _Asked, engine: CustomerEngine, now: Instant) -> str:
    """The normalised values there, a row a customer."""
    from tessella.domain.audiences.statement import BitsEvaluation  # loads sqlglot
    from tessella.domain.rules.sql import SetEvaluation, SqlContext

    over = SetEvaluation(
        SqlContext(engine.dialect, now), await engine.relation(asked.read), asked.features, {}
    )  # fmt: skip
    return BitsEvaluation(over, {}, asked.held).sql([])


async def _loaded(session: Session, warehouse: Warehouse, asked: _Asked, path: Path) -> Mapping[str, NDArray[Any]]:
    """The rows that can be learned from."""
    await warehouse.load_csv(_SHARING, {SUBJECT: "VARCHAR"}, session.stream_sharing())
    held, types = asked.held, {each.name: each.type for each in asked.reading.features}
    values = typed((held[name] for name in types), types)
    at = held.get(_TIME, "0")
    is_timed = f" AND {at} IS NOT NULL" if _TIME in held else ""
    changed = f"coalesce({held[_CHANGED]}, {at})" if _CHANGED in held else at
    return await warehouse.columns(
        f"SELECT {SUBJECT}, lower(trim(CAST({held[_LABEL]} AS VARCHAR))) AS label, CAST({at} AS BIGINT) AS cut,"
        f" CAST({changed} AS BIGINT) AS changed, {', '.join(values)}"
        f" FROM read_parquet({literal(str(path))}) WHERE {held[_LABEL]} IS NOT NULL{is_timed}"
        f" AND {SUBJECT} IN (SELECT {SUBJECT} FROM {_SHARING}) ORDER BY {SUBJECT}"
    )


def _table(asked: _Asked, found: Mapping[str, NDArray[Any]]) -> Table:
    import numpy as np

    from tessella.domain.predictions.training.columns import table_of

    label, types = found["label"], {each.name: each.type for each in asked.reading.features}
    positive = np.isin(label, _YES)
    unclear = label[~positive & ~np.isin(label, _NO)]
    if len(unclear):
        raise LabelUnclear("/label", asked.setup.label, str(unclear[0]))
    stamps = dict.fromkeys(types, found["changed"])
    return replace(table_of(found, types, positive, found["cut"]), stamps=stamps)
