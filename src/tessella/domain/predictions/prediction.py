"""What is predicted of one subject. A field is None where nothing is known that it could be told from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from tessella.domain.features.gate import Value
from tessella.domain.features.predicted import RFM_CELL, RFM_FREQUENCY, RFM_MONETARY, RFM_RECENCY
from tessella.domain.identifiers import FeatureName, OfferId
from tessella.domain.predictions.setup import Offer
from tessella.domain.predictions.thresholds import Risk, Thresholds


class Churn(msgspec.Struct, frozen=True):
    """How likely a subject is to leave."""

    #: 0 to 1.
    probability: float | None = None
    risk: Risk | None = None


class OfferTold(msgspec.Struct, frozen=True):
    """One offer that could be made."""

    offer_id: OfferId
    name: str
    #: That it is accepted, 0 to 1.
    probability: float
    value_usd: float
    #: What making it is worth on average: probability times value.
    expected_value_usd: float


class NextBestOffer(msgspec.Struct, frozen=True):
    """The offers, the best one first."""

    offer_id: OfferId | None = None
    offers: tuple[OfferTold, ...] = ()


class RfmCell(msgspec.Struct, frozen=True):
    """The cell of RFM, and the scores behind it: quintiles of the population, 5 is best."""

    cell: str | None = None
    recency: int | None = None
    frequency: int | None = None
    monetary: int | None = None


Prediction = Churn | NextBestOffer | RfmCell


def churn_of(probability: float, thresholds: Thresholds) -> Churn:
    """The risk of a probability.

    >>> churn_of(0.42, Thresholds()).risk.value
    'medium'
    """
    return Churn(probability, thresholds.risk(probability))


def offers_of(probabilities: Mapping[str, float], offers: Mapping[OfferId, Offer]) -> NextBestOffer:
    """The offers by what making them is worth, then by how likely they are accepted, then by name.

    One that is declared inactive is left out; one that is not declared is worth nothing, and comes last.

    >>> coffee, sofa = Offer(OfferId("coffee"), "Coffee", 2.0), Offer(OfferId("sofa"), "Sofa", 400.0)
    >>> told = offers_of({"coffee": 0.5, "sofa": 0.01, "x": 0.9}, {"coffee": coffee, "sofa": sofa})
    >>> [(each.offer_id, each.expected_value_usd) for each in told.offers]
    [('sofa', 4.0), ('coffee', 1.0), ('x', 0.0)]
    """
    told = sorted(_told(probabilities, offers), key=_rank)
    return NextBestOffer(told[0].offer_id if told else None, tuple(told))


def prediction_of(
    probabilities: Mapping[str, float], thresholds: Thresholds | None, offers: Mapping[OfferId, Offer]
) -> Churn | NextBestOffer:
    """What a model's answer says: the risk of its one probability where there are thresholds of it, else the offers.

    >>> prediction_of({"churn": 0.25}, Thresholds(), {})
    Churn(probability=0.25, risk=<Risk.LOW: 'low'>)
    """
    if thresholds is None:
        return offers_of(probabilities, offers)
    (probability,) = probabilities.values()
    return churn_of(probability, thresholds)


def rfm_of(values: Mapping[FeatureName, Value]) -> RfmCell:
    """The cell that a subject's facts hold."""
    cell, scores = values.get(RFM_CELL), map(values.get, (RFM_RECENCY, RFM_FREQUENCY, RFM_MONETARY))
    return RfmCell(cell if isinstance(cell, str) else None, *map(_score, scores))


def _score(value: Value | None) -> int | None:
    return value if isinstance(value, int) else None


def _told(probabilities: Mapping[str, float], offers: Mapping[OfferId, Offer]) -> Iterable[OfferTold]:
    for name, probability in probabilities.items():
        offer = offers.get(OfferId(name)) or Offer(OfferId(name), name)
        if offer.active:
            yield OfferTold(offer.offer_id, offer.name, probability, offer.value_usd, probability * offer.value_usd)


def _rank(offer: OfferTold) -> tuple[float, float, str]:
    return -offer.expected_value_usd, -offer.probability, offer.offer_id
