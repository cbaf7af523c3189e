"""Predictions that this process made lately."""

from __future__ import annotations

from collections.abc import Hashable

from tessella.domain.identifiers import Namespace
from tessella.ports.predictions import KnownPrediction
from tessella.storage.memory.loaded import LoadedNamespace
from tessella.storage.memory.recent import Recent

_Key = tuple[Namespace, str | None, Hashable]


class Predictions:
    """Predictions by recency of use, over all namespaces.

    Those from before a calculation of audiences are not found again.
    """

    def __init__(self, *, capacity: int) -> None:
        self._known: Recent[_Key, KnownPrediction] = Recent(capacity=capacity, size_of=lambda known: 1)

    def get(self, loaded: LoadedNamespace, key: Hashable) -> KnownPrediction | None:
        """The prediction that was kept under this key of this namespace."""
        return self._known.used(_key(loaded, key))

    def keep(self, loaded: LoadedNamespace, key: Hashable, known: KnownPrediction) -> None:
        """Remember a prediction, in place of the one of the same key."""
        self._known.keep(_key(loaded, key), known)

    def forget(self, namespace: Namespace) -> None:
        """Let go of a namespace's predictions."""
        self._known.drop_all(lambda key: key[0] == namespace)


def _key(loaded: LoadedNamespace, key: Hashable) -> _Key:
    return loaded.namespace, loaded.audience, key
