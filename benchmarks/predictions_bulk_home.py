"""An installation for `predictions_bulk`: customers of a Parquet file, all in one segment, and a model of churn."""

from __future__ import annotations

import hashlib
from typing import Any, Final

import numpy as np

from benchmarks.audiences_customers import AS_OF, COLUMNS, KEY, files_of
from benchmarks.audiences_home import ADMIN, NAMESPACE, SHOP, calculated, declared, view_of
from tessella.bootstrap import Application
from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.definitions import Definitions
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, RuleId, SegmentId
from tessella.domain.predictions.inputs import Input, InputType, encode_columns
from tessella.domain.predictions.manifest import Manifest, Part
from tessella.domain.predictions.predictors.boosting import Boosting
from tessella.domain.predictions.target import Target
from tessella.domain.segments.segment import RuleDefinition, Segment
from tessella.ports import Session
from tessella.ports.audiences import CalculationKind
from tessella.usecases import apply_definitions
from tessella.warehouse.duckdb import DuckDBWorker

#: Of digits, as loyalty programmes number theirs.
EVERYBODY: Final = SegmentId("1")
#: Ten numbers, two categories and a truth; what the label is made of is not among them.
READ: Final = (
    "total_revenue", "average_basket", "coupon_share", "weekend_share", "evening_share", "active_products_count",
    "baskets", "stores", "campaigns_received", "homeowner", "tier", "household_size",
)  # fmt: skip
_ROWS: Final = 20_000
_TYPES: Final = {name: kind for name, kind, _ in COLUMNS}


async def prepare(application: Application) -> None:
    """Declare the customers, calculate who is in the segment, and put a trained model to use."""
    await application.administration.create_namespace(NAMESPACE)
    async with application.session(ADMIN) as session:
        await apply_definitions(session, _definitions())
    async with application.session(ADMIN) as session:
        await calculated(application, session, AS_OF, CalculationKind.FULL)
        await _train(application, session)


def _definitions() -> Definitions:
    source = CustomerSource(SHOP, SourceEngine.DUCKDB, SHOP, key=KEY, updated_at="updated_at")
    rule = RuleDefinition(RuleId("rule"), {"exists": ["total_revenue"]})
    return Definitions(
        features={each.name: each for each in declared()},
        segments={EVERYBODY: Segment(EVERYBODY, "Everybody", rules=(rule,))},
        sources={SHOP: source},
    )


async def _train(application: Application, session: Session) -> None:
    """Boosting, as training publishes it: 150 trees over what is known of some of the customers."""
    columns = _some_customers(application)
    inputs = tuple(_input(name, columns[name]) for name in READ)
    rows = encode_columns({each.name: columns[each.name] for each in inputs}, inputs)
    positive = columns["churn_score"].astype(np.float64) > np.nanmedian(columns["churn_score"].astype(np.float64))
    fitted = Boosting.default().fit(rows, positive, np.ones(len(rows)), 7)
    content = application.write_model(fitted, rows[:1000])
    part = Part("churn.onnx", hashlib.sha256(content).hexdigest(), ("churn",))
    manifest = Manifest("churn", 1, Target.CHURN, "boosting", inputs, (part,), AS_OF, AS_OF)
    stored = await session.add_model(manifest, {"churn.onnx": content})
    await session.activate_model("churn", stored.manifest.version)


def _some_customers(application: Application) -> dict[str, Any]:
    listed = ", ".join(_number(name) for name in (*READ, "churn_score"))
    with DuckDBWorker(memory_limit="1GB", threads=2) as duckdb:
        found = duckdb.query(f"SELECT {listed} FROM {files_of([view_of(application.settings.home)])} LIMIT {_ROWS}")
    columns = zip(*found, strict=True)
    return {name: np.array(cells, _kind(name)) for name, cells in zip((*READ, "churn_score"), columns, strict=True)}


def _number(name: str) -> str:
    return name if _kind(name) is object else f"CAST({name} AS DOUBLE) AS {name}"


def _kind(name: str) -> type[Any]:
    return object if _TYPES[name] is FeatureType.STRING else float


def _input(name: str, column: Any) -> Input:
    if _kind(name) is object:
        categories = tuple(sorted({each for each in column if each is not None}))
        return Input(FeatureName(name), InputType.CATEGORY, categories=categories)
    kind = InputType.BOOLEAN if _TYPES[name] is FeatureType.BOOLEAN else InputType.NUMBER
    return Input(FeatureName(name), kind, float(np.nanmedian(column)), flags_missing=bool(np.isnan(column).any()))
