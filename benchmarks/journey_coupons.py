"""Who redeems a coupon of a campaign: a model of acceptance for each kind of offer, beside simpler ways to tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.figure import Figure, Goal
from benchmarks.household_bootstrap import auc_gain, log_loss_gain
from benchmarks.journey_tables import columns, journey
from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.card import Interval
from tessella.domain.predictions.inputs import encode_columns
from tessella.domain.predictions.metrics import auc, expected_calibration_error, lift, log_loss
from tessella.domain.predictions.offers.evidence import OfferCounts, acceptance_rates
from tessella.domain.predictions.rfm.cells import CELLS
from tessella.domain.predictions.rfm.scores import RfmTable, reference_of
from tessella.domain.predictions.target import Target
from tessella.domain.predictions.training.split import split_of
from tessella.domain.predictions.training.table import Table
from tessella.domain.predictions.training.train import train
from tessella.domain.predictions.training.write_card import About

Values = NDArray[np.float64]

_SQL: Final = Path(__file__).with_suffix(".sql")
#: Campaigns that begin from each of these moments until the next are one period; the last one is the test.
_PERIODS: Final = tuple(
    Instant(day * 86_400_000_000) for day in (17_205, 17_294, 17_386, 17_443)
)  # 2017-02-08, 2017-05-08, 2017-08-08, 2017-10-04
_NOT_FEATURES: Final = ("household_id", "campaign_type", "began", "ended", "positive")
_MORE: Final = Goal("value", ">=", 0.0)
_MODEL: Final = "a model for each kind"


@dataclass(frozen=True, slots=True, eq=False)
class Exposures:
    """A row a household and campaign."""

    table: Table
    #: The kind of the campaign: the offer.
    offer: NDArray[np.object_]
    #: True for campaigns of the test; false for those that had ended before the first of these began.
    is_test: NDArray[np.bool_]

    def of(self, rows: NDArray[np.bool_]) -> Exposures:
        """Some of them."""
        held = {name: column[rows] for name, column in self.table.columns.items()}
        table = Table(held, self.table.positive[rows], self.table.cut[rows], self.table.subject[rows])
        return Exposures(table, self.offer[rows], self.is_test[rows])

    def column(self, name: str) -> Values:
        """A feature."""
        return np.asarray(self.table.columns[FeatureName(name)], np.float64)


def figures() -> Iterator[Figure]:
    """How well each way tells who redeems, on campaigns that came later, and how much better the model is."""
    exposures = coupon_exposures()
    baselines = _baselines(exposures)
    said = {_MODEL: _by_models(exposures), **baselines}
    test = exposures.of(exposures.is_test)
    positive, households = test.table.positive, test.table.subject
    yield Figure("coupons: households that got a campaign of the test", len(positive), "")
    yield Figure("coupons: share of them that redeems", float(positive.mean()), "")
    for name, probabilities in said.items():
        yield Figure(f"coupons: AUC of {name}", auc(positive, probabilities), "AUC")
        yield Figure(f"coupons: log loss of {name}", log_loss(positive, probabilities), "nats")
        yield Figure(f"coupons: lift at 10 % of {name}", lift(positive, probabilities), "x")
    yield Figure("coupons: expected calibration error", expected_calibration_error(positive, said[_MODEL]), "")
    for name in baselines:
        yield from _beats(name, auc_gain(positive, said[_MODEL], said[name], households), "AUC")
        yield from _beats(name, log_loss_gain(positive, said[_MODEL], said[name], households), "log loss")


def _beats(name: str, gain: Interval, measure: str) -> Iterator[Figure]:
    beside = f"coupons: {measure} better than {name}"
    yield Figure(beside, gain.value, measure)
    yield Figure(f"{beside}, lower end of 95 %", gain.low, measure, goal=_MORE)
    yield Figure(f"{beside}, upper end of 95 %", gain.high, measure)


def coupon_exposures() -> Exposures:
    """Everything that was received, but for campaigns that had not ended when those of the test began."""
    with journey() as connection:
        read = columns(connection, _SQL.read_text())
    began, ended = read["began"].astype(np.int64), read["ended"].astype("datetime64[us]").astype(np.int64)
    is_test = began >= _PERIODS[-1]
    table = Table(
        {
            FeatureName(name): np.asarray(values, np.float64)
            for name, values in read.items()
            if name not in _NOT_FEATURES
        },
        read["positive"].astype(np.bool_),
        np.asarray(_PERIODS)[np.searchsorted(_PERIODS, began, side="right") - 1],
        read["household_id"].astype(np.str_),
    )
    return Exposures(table, read["campaign_type"], is_test).of(is_test | (ended < _PERIODS[-1]))


def _by_models(exposures: Exposures) -> Values:
    """What the shipped pipeline says of the test: trained on each kind of offer by itself."""
    said = np.empty(len(exposures.table))
    for offer in np.unique(exposures.offer[exposures.is_test].astype(str)):
        rows = exposures.offer == offer
        said[rows] = _trained(exposures.of(rows).table)
    return said[exposures.is_test]


def _trained(table: Table) -> Values:
    trained = train(table, split_of(table), About(Target.NBO, "redeemed a coupon of the campaign"))
    return trained.reliability.many(trained.fitted.scores(encode_columns(table.columns, trained.inputs)))


def _baselines(exposures: Exposures) -> Mapping[str, Values]:
    """What simpler ways say of the test, from the same campaigns before it."""
    rates = {
        "popularity": exposures.offer,
        "recency": _joined(exposures.offer, np.digitize(exposures.column("recency_days"), (1, 2, 4, 7, 14, 28, 56))),
        "the cell of RFM": _joined(exposures.offer, _cells(exposures)),
    }
    return {name: _rates(groups, exposures) for name, groups in rates.items()}


def _rates(groups: NDArray[Any], exposures: Exposures) -> Values:
    """The share of each group that redeemed before, drawn to that of all where a group is small."""
    before, positive = ~exposures.is_test, exposures.table.positive
    counts = {
        name: OfferCounts(int(np.sum(before & (groups == name))), int(np.sum(positive & before & (groups == name))))
        for name in set(groups.tolist())
    }
    rates = acceptance_rates(counts)
    overall = float(positive[before].mean())
    return np.array([rates.get(name, overall) for name in groups[exposures.is_test].tolist()])


def _cells(exposures: Exposures) -> NDArray[np.object_]:
    """The cell of each among all who received a campaign of the same period."""
    names = np.empty(len(exposures.table), object)
    for period in _PERIODS:
        rows = exposures.table.cut == period
        measures = [exposures.column(name)[rows] for name in ("recency_days", "baskets", "spend")]
        table = RfmTable(*measures)
        names[rows] = np.array(CELLS, object)[reference_of(table, period).cells(table)]
    return names


def _joined(first: NDArray[Any], second: NDArray[Any]) -> NDArray[np.object_]:
    return np.array([f"{one} {other}" for one, other in zip(first.tolist(), second.tolist(), strict=True)], object)
