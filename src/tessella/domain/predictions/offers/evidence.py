"""What is known of an offer: what its probability of being accepted rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.identifiers import OfferId

#: An offer's own rate counts as much as that of all offers once it was shown so often.
_PRIOR_SHOWN: Final = 20.0
#: Offers that a sentence names.
_NAMED: Final = 10

#: Told beside every probability that rests on popularity.
POPULARITY_WARNING: Final = (
    "Nothing says whom these offers were shown to: this estimates how popular they are, not how somebody responds."
)
#: Told where no offer has a model of its own.
TOO_FEW_WARNING: Final = (
    "No offer was shown and accepted often enough for a model: each is told by its rate, alike for everybody."
)


@dataclass(frozen=True, slots=True)
class OfferCounts:
    """How an offer fared."""

    #: Exposures whose time to be accepted is over, and how many of them were.
    shown: int = 0
    accepted: int = 0
    #: How many subjects took it, shown or not.
    takers: int = 0


def acceptance_rates(offers: Mapping[OfferId, OfferCounts]) -> dict[OfferId, float]:
    """The rate of each offer, above 0 and below 1, drawn to that of all offers while it was shown little.

    (accepted + m r) / (shown + m), with r the rate of all, itself drawn to one half by one exposure, and m = 20. An
    offer that was never shown is taken for one like the others.

    >>> found = acceptance_rates({"tea": OfferCounts(960, 96), "cake": OfferCounts(20, 1)})
    >>> {name: round(rate, 3) for name, rate in found.items()}
    {'tea': 0.1, 'cake': 0.075}
    """
    shown = sum(each.shown for each in offers.values())
    overall = _drawn(sum(each.accepted for each in offers.values()), shown, 0.5, 1.0)
    return {name: _drawn(each.accepted, each.shown, overall, _PRIOR_SHOWN) for name, each in offers.items()}


def popularity(offers: Mapping[OfferId, OfferCounts], subjects: int) -> dict[OfferId, float]:
    """The share of all subjects who took each offer, above 0 and below 1: (takers + 1) / (subjects + 2).

    It is the same for everybody, and of an offer that was shown to few it is small however well it was received.

    >>> popularity({"tea": OfferCounts(takers=24)}, subjects=98)
    {'tea': 0.25}
    """
    return {name: (each.takers + 1) / (subjects + 2) for name, each in offers.items()}


def first_of(offers: Sequence[str]) -> str:
    """The first ten, and how many there are besides.

    >>> first_of(["tea", "cake"])
    'tea, cake'
    """
    more = f" and {len(offers) - _NAMED} more" if len(offers) > _NAMED else ""
    return ", ".join(offers[:_NAMED]) + more


def _drawn(happened: int, of: int, to: float, weight: float) -> float:
    return (happened + weight * to) / (of + weight)
