"""Predictions that were made lately."""

from __future__ import annotations

from collections.abc import Hashable

from tessella.ports.predictions import KnownPrediction
from tessella.storage.sessions.base import SessionBase


class PredictionsPart(SessionBase):
    """`ports.session.Predictions` over memory."""

    __slots__ = ()

    def known_prediction(self, key: Hashable) -> KnownPrediction | None:
        return self._parts.predictions.get(self._loaded, key)

    def keep_prediction(self, key: Hashable, known: KnownPrediction) -> None:
        self._parts.predictions.keep(self._loaded, key, known)
