"""Predictions that this process made lately."""

from __future__ import annotations

from collections.abc import Hashable

from tessella.ports.predictions import KnownPrediction
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.recent import Recent


class Predictions:
    """Predictions by recency of use, over all namespaces.

    Those from before a calculation of audiences are not found again.
    """

    def __init__(self, *, capacity: int) -> None:
        self._known: Recent[Hashable, KnownPrediction] = Recent(capacity=capacity, size_of=lambda known: 1)

    def get(self, loaded: LoadedNamespace, key: Hashable) -> KnownPrediction | None:
        """The prediction that was kept under this key of this namespace."""
        return self._known.used(_key(loaded, key))

    def keep(self, loaded: LoadedNamespace, key: Hashable, known: KnownPrediction) -> None:
        """Remember a prediction, in place of the one of the same key."""
        self._known.keep(_key(loaded, key), known)


def _key(loaded: LoadedNamespace, key: Hashable) -> Hashable:
    return loaded.namespace, loaded.audience, key
