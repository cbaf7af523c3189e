"""Refresh predictions: have what they say of everybody as facts, which rules read as any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tessella.domain.errors import NoModel, NothingCalculated, PlaceholderSaysNothing
from tessella.domain.errors.value import NobodyToScore, NotFitted, TooFewPurchases
from tessella.domain.features.gate import DAY_US
from tessella.domain.features.predicted import CHURN, LTV_USD, RFM_FEATURES, predicted
from tessella.domain.identifiers import FeatureName, Instant
from tessella.logs import get_logger
from tessella.ports import Progress, Session, Warehouse
from tessella.usecases.predictions.churn_facts import predicted_churn
from tessella.usecases.predictions.facts import PredictedFacts

if TYPE_CHECKING:
    from tessella.domain.predictions.value.purchases import Purchases

_LOG: Final = get_logger(__name__)
#: Tells some features of everybody.
Tell = Callable[[], Awaitable[PredictedFacts]]
#: Why there may be nothing to tell: then what was told before is taken back.
_NOTHING_TO_TELL: Final = (
    NoModel, PlaceholderSaysNothing, NothingCalculated, NobodyToScore, TooFewPurchases, NotFitted,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did."""

    features: Sequence[FeatureName]
    as_of: Instant
    #: How many facts are new or different; those that were taken back are not counted.
    changed: int
    #: The features that nothing could be told of, and why.
    left_out: Mapping[FeatureName, str]
    #: What makes the facts say less than they seem to, in sentences.
    warnings: Sequence[str]


async def refresh_moment(session: Session, now: Instant) -> Instant:
    """The moment to tell for: now, or a day after the last purchase where the history has ended before.

    Who is silent because nothing is recorded any more would seem lost.
    """
    types = (await session.definitions()).defaults.ranking.purchase_types
    last = await session.last_event(types, since=None, before=now)
    return now if last is None else min(now, Instant(last + DAY_US))


async def refresh_predictions(
    session: Session, warehouse: Warehouse, *, as_of: Instant, progress: Progress = lambda share: None
) -> Refreshed:
    """Store what is predicted of everybody as facts of `as_of`, under the declared features of the source `prediction`.

    Nobody who has opted out is among them. What nothing can be told of any more is taken back, as is what was told of
    who is not told of now. Raises what the session and the warehouse raise, and what a model raises that cannot be
    served: those facts stay as they were.
    """
    from tessella.usecases.predictions.value_facts import load_purchases, purchases_of  # loads sqlglot and scipy

    declared = predicted((await session.definitions()).features.values())
    purchases = purchases_of(session.snapshot().definitions.defaults)
    if _both((*RFM_FEATURES, LTV_USD), declared):
        await load_purchases(session, warehouse, purchases, as_of)
    changed, left_out, warnings = 0, dict[FeatureName, str](), list[str]()
    steps = _steps(session, warehouse, purchases, as_of, declared)
    for done, (names, tell) in enumerate(steps):
        progress(done / len(steps))
        facts = await _facts(tell)
        stored = await session.replace_facts_csv(names, as_of, facts.csv(names, as_of))
        _LOG.info("facts_stored", kind=", ".join(names), count=stored)
        changed += stored
        left_out |= dict.fromkeys(names, facts.missing) if facts.missing else {}
        warnings += facts.warnings
    return Refreshed(declared, as_of, changed, left_out, warnings)


async def _facts(tell: Tell) -> PredictedFacts:
    try:
        return await tell()
    except _NOTHING_TO_TELL as reason:
        return PredictedFacts(missing=reason.message)


def _steps(
    session: Session,
    warehouse: Warehouse,
    purchases: Purchases,
    as_of: Instant,
    declared: Sequence[FeatureName],
) -> Sequence[tuple[Sequence[FeatureName], Tell]]:
    """Declared features that are told together, and what tells them."""
    from tessella.usecases.predictions.value_facts import predicted_cells, predicted_value

    told: Sequence[tuple[Sequence[FeatureName], Tell]] = (
        ((CHURN,), lambda: predicted_churn(session, warehouse)),
        (RFM_FEATURES, lambda: predicted_cells(session, warehouse, purchases, as_of)),
        ((LTV_USD,), lambda: predicted_value(warehouse, purchases, as_of)),
    )
    return [(wanted, tell) for names, tell in told if (wanted := _both(names, declared))]


def _both(names: Sequence[FeatureName], declared: Sequence[FeatureName]) -> list[FeatureName]:
    return [each for each in names if each in declared]
