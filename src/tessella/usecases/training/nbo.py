"""Train what tells the next best offer: who accepts which one, from whom it was shown to."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from tessella.domain.errors import NothingOffered
from tessella.domain.features.kinds.parse import computed
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Instant, OfferId
from tessella.domain.predictions.offers.evidence import (
    POPULARITY_WARNING,
    TOO_FEW_WARNING,
    OfferCounts,
    acceptance_rates,
    popularity,
)
from tessella.domain.privacy.consent import Whose
from tessella.logs import get_logger
from tessella.usecases.training.features import learned_from
from tessella.usecases.training.trained import Training, Written
from tessella.usecases.training.write_offers import unused_input, written_models, written_rates

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tessella.domain.predictions.training.offer_rows import OfferRows
    from tessella.domain.predictions.training.train_offers import TrainedOffers

    Columns = Mapping[str, NDArray[Any]]

_LOG: Final = get_logger(__name__)
#: How far it is when it is known what was shown, and what was known then.
_SHOWN: Final = 0.3
_ROWS: Final = 0.5


@dataclass(frozen=True, slots=True)
class _Offers:
    """What is known of every offer that is declared, or that some event names."""

    counts: Mapping[OfferId, OfferCounts]
    subjects: int

    @property
    def are_logged(self) -> bool:
        """Whether anything says whom they were shown to."""
        return any(each.shown for each in self.counts.values())

    def rates(self) -> dict[OfferId, float]:
        """What is said of an offer without a model."""
        return acceptance_rates(self.counts) if self.are_logged else popularity(self.counts, self.subjects)


async def train_nbo(training: Training) -> Written:
    """A model for each offer that was shown and accepted often enough, and a rate for each other one.

    Where nothing says whom offers were shown to, all of them rest on how many took them, and answers say so. Raises
    `NothingOffered`, `NothingToLearn`, and `Faults` for features that are not there.
    """
    definitions = await training.session.definitions()
    features = learned_from(definitions, training.setup)
    rows = await _loaded(training, features)
    offers = await _offers(training, rows, definitions.offers)
    training.progress(_SHOWN)
    _LOG.info("offers_counted", count=len(offers.counts))
    found = await _periods(training, rows) if offers.are_logged else []
    training.progress(_ROWS)
    _LOG.info("periods_read", count=len(found))
    trained = await asyncio.to_thread(_learned, training, found, rows.computation.types) if found else None
    if trained is not None:
        return await asyncio.to_thread(written_models, training, trained, offers.rates())
    warning = TOO_FEW_WARNING if offers.are_logged else POPULARITY_WARNING
    return await asyncio.to_thread(written_rates, training, offers.rates(), unused_input(features), warning)


async def _loaded(training: Training, features: Mapping[FeatureName, Feature]) -> OfferRows:
    """What was shown and what was known, with the events that they read in the warehouse."""
    from tessella.domain.features.computation import EVENTS, Computation  # loads sqlglot
    from tessella.domain.predictions.training.exposures import Exposures
    from tessella.domain.predictions.training.offer_rows import OfferRows

    until = training.asked.as_of or training.session.now()
    types = {name: each.type for name, each in features.items()}
    computation = Computation(computed(features.values()), types, until)
    rows = OfferRows(Exposures(training.setup.horizon_days, until), computation, until)
    events = training.session.stream_events(rows.fields(), until=until, whose=Whose.SHARED)
    await training.warehouse.load_csv(EVENTS, rows.columns(), events)
    return rows


async def _offers(training: Training, rows: OfferRows, declared: Mapping[OfferId, Any]) -> _Offers:
    found = await training.warehouse.rows(rows.exposures.counts_sql())
    counts = {OfferId(name): OfferCounts(shown, accepted, takers) for name, shown, accepted, takers in found}
    if not counts:
        raise NothingOffered
    [(subjects,)] = await training.warehouse.rows(rows.exposures.subjects_sql())
    return _Offers({name: counts.get(name, OfferCounts()) for name in sorted({*declared, *counts})}, subjects)


async def _periods(training: Training, rows: OfferRows) -> list[tuple[Instant, Columns]]:
    """The exposures of each period, with what was known before it."""
    from tessella.domain.predictions.training.offer_periods import offer_periods  # loads numpy

    shown = await training.warehouse.columns(rows.exposures.sql())
    found = []
    for begin, end in offer_periods(shown["shown_at"]):
        computation = replace(rows.computation, as_of=Instant(begin - 1))
        found.append((begin, await training.warehouse.columns(replace(rows, computation=computation, end=end).sql())))
    return found


def _learned(
    training: Training, found: Sequence[tuple[Instant, Columns]], types: Mapping[FeatureName, FeatureType]
) -> TrainedOffers | None:
    import numpy as np

    from tessella.domain.errors import NothingToLearnFrom
    from tessella.domain.predictions.training.columns import table_of
    from tessella.domain.predictions.training.offer_fits import TOO_LITTLE
    from tessella.domain.predictions.training.train_offers import train_offers
    from tessella.domain.predictions.training.write_card import About
    from tessella.usecases.training.segments import segments_then

    rows = {name: np.concatenate([columns[name] for _, columns in found]) for name in found[0][1]}
    cut = np.concatenate([np.full(len(columns["subject_id"]), begin, np.int64) for begin, columns in found])
    table = table_of(rows, types, rows["positive"].astype(np.bool_), cut)
    then = segments_then(training.session.snapshot(), table, np.arange(len(table)))
    members = {str(name): each for name, each in then.items()}
    meaning = f"Accepted within {training.setup.horizon_days} days of being shown."
    about = About(training.setup.target.value, meaning, members)
    try:
        return train_offers(table, rows["offer_id"], about)
    except (*TOO_LITTLE, NothingToLearnFrom):
        return None
