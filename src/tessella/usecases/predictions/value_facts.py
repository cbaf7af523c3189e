"""What every subject is worth: the cell of RFM, and what the coming year is expected to bring."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import numpy as np

from tessella.domain.definitions import Defaults
from tessella.domain.features.computation import EVENTS
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.predicted import LTV_USD, RFM_CELL, RFM_FREQUENCY, RFM_MONETARY, RFM_RECENCY
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.predictions.inputs import Input
from tessella.domain.predictions.rfm.cells import CELLS, cells
from tessella.domain.predictions.rfm.scores import RfmTable, reference_of
from tessella.domain.predictions.rfm.setup import RfmColumns
from tessella.domain.predictions.value.lifetime_value import YEAR_DAYS, fit_value
from tessella.domain.predictions.value.purchase_histories import PurchaseHistories
from tessella.domain.predictions.value.purchases import Purchases
from tessella.ports import Session, Warehouse
from tessella.usecases.audiences.values import audience_values
from tessella.usecases.predictions.facts import PredictedFacts


def purchases_of(defaults: Defaults) -> Purchases:
    """What counts as a purchase."""
    return Purchases(defaults.ranking.purchase_types, defaults.ranking.basket_property)


async def load_purchases(session: Session, warehouse: Warehouse, purchases: Purchases, as_of: Instant) -> None:
    """Have the events of everybody who has not opted out in the warehouse."""
    events = session.stream_events(purchases.fields(), until=as_of)
    await warehouse.load_csv(EVENTS, purchases.columns(), events)


async def predicted_cells(
    session: Session, warehouse: Warehouse, purchases: Purchases, as_of: Instant
) -> PredictedFacts:
    """The cell and scores of everybody who bought in the windows, or of whom a source says so.

    Raises `NobodyToScore`, and `NothingCalculated` where a source is to say so.
    """
    setup = session.snapshot().definitions.defaults.rfm
    if setup.columns is None:
        found = await warehouse.columns(purchases.rfm_sql(setup, as_of))
        subjects = found["subject_id"].tolist()
        table = RfmTable(found["recency_days"], found["frequency"], found["monetary"])
    else:
        subjects, table = await _of_source(session, warehouse, setup.columns, as_of)
    return await asyncio.to_thread(_cells, subjects, table, as_of)


async def predicted_value(warehouse: Warehouse, purchases: Purchases, as_of: Instant) -> PredictedFacts:
    """What each subject who has bought is expected to spend in the year that follows.

    Raises `TooFewPurchases` and `NotFitted`.
    """
    found = await warehouse.columns(purchases.histories_sql(as_of))
    histories = PurchaseHistories(found["repeats"], found["last"], found["age"], found["mean_value"])
    return await asyncio.to_thread(_values, found["subject_id"].tolist(), histories, as_of)


async def _of_source(
    session: Session, warehouse: Warehouse, columns: RfmColumns, as_of: Instant
) -> tuple[Sequence[SubjectId], RfmTable]:
    names = (columns.recency, columns.frequency, columns.monetary)
    subjects, read = await audience_values(session, warehouse, [Input(each) for each in names])
    recency, frequency, monetary = (read[each].astype(np.float64) for each in names)
    if session.snapshot().schema[columns.recency].type is FeatureType.TIMESTAMP:
        recency = (as_of - recency) / DAY_US
    return subjects, RfmTable(recency, frequency, monetary)


def _cells(subjects: Sequence[SubjectId], table: RfmTable, as_of: Instant) -> PredictedFacts:
    reference, known = reference_of(table, as_of), table.known()
    scored = RfmTable(table.recency_days[known], table.frequency[known], table.monetary[known])
    scores = reference.many(scored)
    recency, frequency, monetary = scores.T.tolist()
    named = [CELLS[place] for place in cells(scores).tolist()]
    values = {RFM_CELL: named, RFM_RECENCY: recency, RFM_FREQUENCY: frequency, RFM_MONETARY: monetary}
    return PredictedFacts(np.array(subjects, object)[known].tolist(), values, reference.warnings())


def _values(subjects: Sequence[SubjectId], histories: PurchaseHistories, as_of: Instant) -> PredictedFacts:
    model = fit_value(histories, as_of)
    value = model.value(histories, YEAR_DAYS)
    known = np.isfinite(value)
    told = np.array(subjects, object)[known].tolist()
    return PredictedFacts(told, {LTV_USD: value[known].tolist()}, model.warnings())
