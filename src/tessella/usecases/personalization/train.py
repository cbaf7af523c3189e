"""Train what rankings may use of machine learning, where it is switched on.

There is no model of personalization's own: scopes are ranked by rules. What learns from everybody's events and from the
catalogue is the ranking index, by co-visitation and embeddings, which recommendations use.
"""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.identifiers import Instant
from tessella.ports import Progress, Session
from tessella.usecases.build_index import build_index

#: What is trained.
RANKING_INDEX = "ranking_index"
SWITCHED_OFF = "ml_models is switched off"
SWITCHED_ON = "ml_models is switched on"


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training did, or would do."""

    done: bool
    reason: str
    models: tuple[str, ...] = ()
    #: The version that is in use now; empty where nothing was trained.
    version: str = ""


async def train_models(session: Session, *, as_of: Instant, progress: Progress = lambda share: None) -> Trained:
    """Build the ranking index anew from the events up to `as_of`. Nothing is done while `ml_models` is switched off.

    Raises what `build_index` raises.
    """
    if not session.flags().ml_models:
        return Trained(False, SWITCHED_OFF)
    stored = await build_index(session, as_of=as_of, progress=progress)
    return Trained(True, SWITCHED_ON, (RANKING_INDEX,), stored.version)


async def rehearse_training(session: Session) -> Trained:
    """What `train_models` would do."""
    if not session.flags().ml_models:
        return Trained(False, SWITCHED_OFF)
    return Trained(False, SWITCHED_ON, (RANKING_INDEX,))
