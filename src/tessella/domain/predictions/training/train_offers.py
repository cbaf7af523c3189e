"""Learn who accepts which offer, from exposures, and write the card of all models together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant, OfferId
from tessella.domain.predictions.card import Card
from tessella.domain.predictions.inputs import Input, encode_columns
from tessella.domain.predictions.offers.evidence import OfferCounts, acceptance_rates, first_of
from tessella.domain.predictions.predictors import BASELINE
from tessella.domain.predictions.training.choose import Choice
from tessella.domain.predictions.training.learn_inputs import inputs_of
from tessella.domain.predictions.training.offer_fits import OfferFit, fit_offers
from tessella.domain.predictions.training.split import Fold, Split, split_of
from tessella.domain.predictions.training.table import Table
from tessella.domain.predictions.training.train import SAMPLE_ROWS
from tessella.domain.predictions.training.try_out import Task, Tried
from tessella.domain.predictions.training.usable import usable
from tessella.domain.predictions.training.write_card import About, card_of

#: What stands beside the predictors on the card: the models that were chosen, an offer each, and each offer's rate.
CHOSEN: Final = "the model of each offer"
RATE: Final = "the rate of each offer"
#: Holds for every model of offers.
NOT_BY_CHANCE: Final = (
    "Offers are learned from as they were made: this tells who accepts among people like those whom an offer was shown "
    "to, not what showing it brings about."
)


@dataclass(frozen=True, slots=True, eq=False)
class TrainedOffers:
    """Models that are ready to be written; offers without one rest on their rate."""

    #: At least one.
    fits: Sequence[OfferFit]
    #: The same for all models.
    inputs: tuple[Input, ...]
    #: Nothing that happened after this moment was read as a feature.
    cut: Instant
    #: Of all models together, on every exposure of the tests.
    card: Card
    #: Encoded rows, at most 1,000, to compare what is written with what was fitted.
    sample: NDArray[np.float32]

    @property
    def predictor(self) -> str:
        """The names that offers have in the registry of predictors, the one of most offers first."""
        return ", ".join(name for name, _ in Counter(fit.choice.chosen.name for fit in self.fits).most_common())


def train_offers(table: Table, offers: NDArray[np.object_], about: About) -> TrainedOffers | None:
    """Try every predictor for every offer; None where no offer was shown and accepted often enough for a model.

    `table` has a row an exposure, `offers` what was shown in it. Raises what `split_of` and `usable` raise for all
    exposures together.
    """
    split = split_of(table)
    kept, warnings = usable(table, split)
    inputs = inputs_of(kept, split.development)
    encoded = encode_columns(kept.columns, inputs)
    fits = list(fit_offers(kept, encoded, offers))
    if not fits:
        return None
    about = replace(about, warnings=(NOT_BY_CHANCE, *about.warnings, *warnings))
    card = _card(about, kept, inputs, encoded, fits)
    return TrainedOffers(fits, inputs, Instant(int(table.cut.max())), card, encoded[split.development][:SAMPLE_ROWS])


def _card(
    about: About, table: Table, inputs: tuple[Input, ...], encoded: NDArray[np.float32], fits: Sequence[OfferFit]
) -> Card:
    """As of one model that was tried on the exposures of all offers that have one."""
    fold = Fold(np.concatenate([fit.development for fit in fits]), np.concatenate([fit.held_out for fit in fits]))
    in_time = all(fit.task.split.in_time for fit in fits)
    task = Task(encoded, table.positive, Split((fold,), np.concatenate([fit.test for fit in fits]), in_time))
    chosen = _together(CHOSEN, [fit.choice.chosen for fit in fits])
    names = [each.name for each in fits[0].tried]
    tried = [_together(name, [fit.tried[at] for fit in fits]) for at, name in enumerate(names)]
    choice = Choice(chosen, _verdict(fits))
    return card_of(about, table, inputs, task, [*tried, _rates(fits, table, chosen), chosen], choice)


def _verdict(fits: Sequence[OfferFit]) -> str:
    """Which predictor tells which offers, and why it."""
    offers: dict[str, list[str]] = {}
    for fit in fits:
        offers.setdefault(fit.choice.chosen.name, []).append(fit.offer_id)
    told = "; ".join(f"{name} tells {first_of(named)}" for name, named in offers.items())
    return (
        f"Each offer has a model of its own: {told}. Of each offer it is what was best on its validation, or the"
        f" baseline, {BASELINE}, where nothing was better by more than chance."
    )


def _together(name: str, each: Sequence[Tried]) -> Tried:
    held_out, test = ([getattr(one, part) for one in each] for part in ("held_out", "test"))
    return Tried(name, each[0].fitted, each[0].reliability, np.concatenate(held_out), np.concatenate(test))


def _rates(fits: Sequence[OfferFit], table: Table, like: Tried) -> Tried:
    """What each offer's rate before the test says."""
    counts = {
        fit.offer_id: OfferCounts(len(fit.development), int(table.positive[fit.development].sum())) for fit in fits
    }
    rates: Mapping[OfferId, float] = acceptance_rates(counts)
    held_out, test = (
        np.concatenate([np.full(len(getattr(fit, part)), rates[fit.offer_id]) for fit in fits])
        for part in ("held_out", "test")
    )
    return replace(like, name=RATE, held_out=held_out, test=test)
