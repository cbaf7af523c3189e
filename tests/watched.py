"""A model with a card, and people who are like those that it has learned from."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from tessella.domain.features.event import Event
from tessella.domain.identifiers import Instant, SubjectId
from tessella.domain.predictions.bins import category_bins, number_bins
from tessella.domain.predictions.card import Card, Interval, Quality, Span
from tessella.domain.predictions.setup import PredictionSetup
from tessella.domain.predictions.target import Target
from tessella.storage.sessions import StoredSession
from tessella.usecases.training.churn import meaning_of
from tests.churn_model import churn_model
from tests.usecases.audiences import know

SETUP = PredictionSetup("churn", Target.CHURN)
PEOPLE = 160
RECENCY = np.linspace(0, 100, PEOPLE)
TIERS = np.array(["gold", "tin"] * (PEOPLE // 2), object)
#: When the history of these has ended.
ENDED = Instant(1_700_000_000_000_000)


def card() -> Card:
    """Of a training on subjects like `PEOPLE`."""
    figure, span = Interval(0.9, 0.85, 0.95), Span(ENDED, ENDED, 4000, 2000)
    quality = Quality(figure, figure, 0.1, 0.01, 2.0)
    return Card(
        "churn", meaning_of(SETUP), span, span, span, quality, (), "", ("recency_days", "tier"),
        reference=(number_bins("recency_days", RECENCY), category_bins("tier", TIERS, ["gold", "tin"])),
    )  # fmt: skip


async def serve(session: StoredSession, of: Card | None, seed: int = 7) -> int:
    manifest, files = churn_model(seed)
    stored = await session.add_model(msgspec.structs.replace(manifest, card=of), files)
    await session.activate_model("churn", stored.manifest.version)
    return stored.manifest.version


def purchase(number: int, at: int) -> Event:
    return Event(f"{number}-{at}", SubjectId(f"s{number:03}"), "purchase", Instant(at), value=1.0)


def facts(recency: NDArray[np.float64] = RECENCY) -> dict[str, dict[str, object]]:
    pairs = zip(recency.tolist(), TIERS.tolist(), strict=True)
    return {f"s{number:03}": {"recency_days": days, "tier": tier} for number, (days, tier) in enumerate(pairs)}


async def people(session: StoredSession) -> None:
    """Everybody of the training has bought once, on the last day that anything is known of."""
    await session.add_events([purchase(number, ENDED) for number in range(PEOPLE)])
    await know(session, facts(), as_of=ENDED)
