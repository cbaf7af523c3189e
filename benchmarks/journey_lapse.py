"""Which households of the demo lapse: what the shipped pipeline says of cuts that it had not seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Goal
from benchmarks.journey_tables import DEMO, columns, journey
from tessella.domain.features.computation import EVENTS, Computation
from tessella.domain.features.kinds.parse import computed
from tessella.domain.identifiers import FeatureName, Instant, PredictionId
from tessella.domain.predictions.card import Card, Interval
from tessella.domain.predictions.metrics import auc
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.churn_rows import ChurnRows
from tessella.domain.predictions.training.columns import table_of
from tessella.domain.predictions.training.cuts import cuts
from tessella.domain.predictions.training.split import split_of
from tessella.domain.predictions.training.table import Table
from tessella.domain.predictions.training.train import train
from tessella.domain.predictions.training.write_card import About
from tessella.files.definitions import read_folder
from tessella.usecases.training.features import learned_from

CHURN: Final = PredictionId("churn")
#: The demo has one more. These are every 28 days from 2017-07-31; the last, 2017-11-20, is the test.
CUTS: Final = 5
#: 2017-12-18, midnight UTC: what the test's households did until then is known.
UNTIL: Final = Instant(1_513_555_200_000_000)
_RECENCY: Final = FeatureName("user.days_since_last_purchase")
_MEANING: Final = "no purchase in 28 days"


def figures() -> Iterator[Figure]:
    """AUC and log loss on the last cut, beside the baseline and beside recency alone."""
    table = lapses()
    split = split_of(table)
    card = train(table, split, About(Target.CHURN, _MEANING)).card
    yield Figure("lapse: households of the test", card.test.rows, "")
    yield Figure("lapse: share of them that lapses", card.test.positives / card.test.rows, "")
    recency = auc(table.positive[split.test], _recency(table)[split.test])
    yield Figure("lapse: AUC of recency alone", recency, "AUC")
    for each in card.candidates:
        yield Figure(f"lapse: AUC of {each.predictor}", each.quality.auc.value, "AUC")
        yield Figure(f"lapse: log loss of {each.predictor}", each.quality.log_loss.value, "nats")
    yield from _published(card)


def _published(card: Card) -> Iterator[Figure]:
    name = next(each.predictor for each in card.candidates if each.quality == card.quality)
    quality = card.quality
    yield from _with_ends(f"lapse: AUC, {name} is published", quality.auc, "AUC", Goal("value", ">=", 0.860))
    yield from _with_ends(f"lapse: log loss, {name} is published", quality.log_loss, "nats", Goal("value", "<=", 0.306))
    yield Figure("lapse: expected calibration error", quality.expected_calibration_error, "")
    yield Figure("lapse: lift at 10 %", quality.lift_at_10, "x")


def _with_ends(name: str, interval: Interval, unit: str, goal: Goal) -> Iterator[Figure]:
    yield Figure(name, interval.value, unit, goal=goal)
    yield Figure(f"{name}, lower end of 95 %", interval.low, unit)
    yield Figure(f"{name}, upper end of 95 %", interval.high, unit)


def lapses() -> Table:
    """Every household that was active before a cut, at each cut, with the features that the demo learns from."""
    definitions = read_folder(DEMO / "definitions")
    setup = msgspec.structs.replace(definitions.predictions[CHURN], cuts=CUTS)
    features = learned_from(definitions, setup)
    types = {name: each.type for name, each in features.items()}
    computation = Computation(computed(features.values()), types, UNTIL)
    with journey() as connection:
        fields = ", ".join(_field(name) for name in computation.fields())
        names = ", ".join(f'"{name}"' for name in computation.columns())
        receipts = (DEMO / "events.sql").read_text()
        connection.execute(f"CREATE TABLE {EVENTS} ({names}) AS SELECT {fields} FROM ({receipts})")
        found = {
            cut: columns(connection, ChurnRows(setup, replace(computation, as_of=cut)).sql())
            for cut in cuts(setup, UNTIL)
        }
    rows = {name: np.concatenate([each[name] for each in found.values()]) for name in next(iter(found.values()))}
    moments = [np.full(len(each["subject_id"]), cut, np.int64) for cut, each in found.items()]
    return table_of(rows, types, rows["positive"].astype(np.bool_), np.concatenate(moments))


def _field(name: str) -> str:
    """A field of an event as it is loaded: a property is its JSON text."""
    if not name.startswith("properties."):
        return name
    return f"json_extract(properties, '$.{name.removeprefix('properties.')}')::VARCHAR"


def _recency(table: Table) -> NDArray[np.float64]:
    return np.asarray(table.columns[_RECENCY], np.float64)
