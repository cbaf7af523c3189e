"""What a prediction and an offer may say: windows that can be counted, and thresholds in their order."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite
from typing import Final

from tessella.domain.errors import Faults, TessellaError, WrongShape
from tessella.domain.features.event import EVENT_TYPE_MAX_LENGTH
from tessella.domain.features.windows import MAX_WINDOW_DAYS
from tessella.domain.identifiers import Pointer, point
from tessella.domain.predictions.monitoring.limits import Limits
from tessella.domain.predictions.setup import EVENTS, Offer, PredictionSetup
from tessella.domain.predictions.target import Target

#: One to learn from, one to choose by, one to judge by; and as many as three years of weeks.
LEAST_CUTS: Final = 3
MOST_CUTS: Final = 156
MOST_LETTERS: Final = 256


def check_prediction(setup: PredictionSetup, at: Pointer) -> None:
    """Raises `Faults` with every fault of a declaration."""
    _raise_any(
        [
            *_repeated(setup.features, point(at, "features")),
            *_day_faults(setup, at),
            *_source_faults(setup, at),
            *_threshold_faults(setup, point(at, "thresholds")),
            *_limit_faults(setup.limits, point(at, "limits")),
        ]
    )


def check_offer(offer: Offer, at: Pointer) -> None:
    """Likewise."""
    faults: list[TessellaError] = []
    if not 1 <= len(offer.name) <= MOST_LETTERS:
        faults.append(WrongShape(point(at, "name"), f"A name is 1 to {MOST_LETTERS} characters."))
    if not isfinite(offer.value_usd) or offer.value_usd < 0:
        faults.append(WrongShape(point(at, "value_usd"), "The value of an offer is 0 or more, in US dollars."))
    _raise_any(faults)


def _raise_any(faults: list[TessellaError]) -> None:
    if faults:
        raise Faults(faults)


def _repeated(names: tuple[str, ...], at: Pointer) -> Iterator[TessellaError]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield WrongShape(point(at, index), f'"{name}" is there twice.', "Leave one of them out.")


def _day_faults(setup: PredictionSetup, at: Pointer) -> Iterator[TessellaError]:
    for name in ("horizon_days", "active_days", "cut_every_days"):
        if not 1 <= getattr(setup, name) <= MAX_WINDOW_DAYS:
            yield WrongShape(point(at, name), f"{name} is 1 to {MAX_WINDOW_DAYS} whole days.")
    if setup.target is Target.CHURN and setup.cut_every_days < setup.horizon_days:
        problem = "Cuts are at least a horizon apart: no outcome may be learned from that a later cut still waits for."
        yield WrongShape(point(at, "cut_every_days"), problem, f"{setup.horizon_days} or more.")
    if not LEAST_CUTS <= setup.cuts <= MOST_CUTS:
        problem = f"cuts is {LEAST_CUTS} to {MOST_CUTS}: the last is the test, and the one before it the validation."
        yield WrongShape(point(at, "cuts"), problem)


def _source_faults(setup: PredictionSetup, at: Pointer) -> Iterator[TessellaError]:
    """From events the label is counted; from a source it is a column."""
    if setup.source != EVENTS:
        yield from _column_faults(setup, at)
        return
    for name in ("label", "time"):
        if getattr(setup, name):
            yield WrongShape(point(at, name), f"Only a prediction from a source of customers has a {name}.")
    if setup.target is Target.CHURN and not setup.activity:
        yield WrongShape(point(at, "activity"), "Types of events are missing that tell that somebody is active.")
    for index, name in enumerate(setup.activity):
        if not 1 <= len(name) <= EVENT_TYPE_MAX_LENGTH:
            problem = f"A type of event is 1 to {EVENT_TYPE_MAX_LENGTH} characters."
            yield WrongShape(point(at, "activity", index), problem)


def _column_faults(setup: PredictionSetup, at: Pointer) -> Iterator[TessellaError]:
    if setup.target is Target.NBO:
        problem = "Who accepts an offer is learned from events: offer_shown and offer_accepted."
        yield WrongShape(point(at, "source"), problem, f"Leave it out, or write {EVENTS}.")
    elif not setup.label:
        problem = f'Of the source "{setup.source}", a column has to say what happened.'
        yield WrongShape(point(at, "label"), problem, "Name that column; it holds true and false, or 1 and 0.")


def _threshold_faults(setup: PredictionSetup, at: Pointer) -> Iterator[TessellaError]:
    if not setup.thresholds.are_in_order:
        yield WrongShape(at, "Thresholds are above 0 and at most 1, and medium is not above high.")


def _limit_faults(limits: Limits, at: Pointer) -> Iterator[TessellaError]:
    if not 0 < limits.psi_moderate <= limits.psi_large < inf:
        yield WrongShape(at, "A PSI is above 0, and psi_moderate is not above psi_large.")
    for name in ("calibration_error", "auc_loss"):
        if not 0 < getattr(limits, name) <= 1:
            yield WrongShape(point(at, name), f"{name} is above 0 and at most 1.")
