"""A small neural network that learns what gradient boosting says: smooth, some kilobytes, and writable as TFLite."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Self

from tessella.domain.predictions.predictors.boosting import Boosting
from tessella.domain.predictions.predictors.fitted import FittedClassifier

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Mlp:
    """Layers of 32 and 16 rectified units and a sigmoid, distilled from a teacher.

    Each row enters twice, as positive with the weight of the teacher's probability p and as negative with 1 - p: the
    cross-entropy of soft labels. Source: Hinton, Vinyals and Dean 2015; the layers are those of requirement E.
    """

    summary: ClassVar[str] = "neural network of 32 and 16 units, taught by gradient boosting"

    layers: tuple[int, ...] = (32, 16)
    #: How often it sees all rows, 1 or more.
    epochs: int = 15
    #: How far a step goes, above 0. Source: Kingma and Ba 2015.
    rate: float = 0.003
    #: The penalty on squared weights, 0 or more.
    l2: float = 1e-3
    teacher: Boosting = field(default_factory=Boosting)

    @classmethod
    def default(cls) -> Self:
        """What requirement E draws."""
        return cls()

    def fit(
        self, rows: NDArray[np.float32], positive: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
    ) -> FittedClassifier:
        """Fit the teacher, then the network to what it says of the same rows."""
        import numpy as np

        soft = self.teacher.fit(rows, positive, weights, seed).scores(rows)
        both = np.concatenate([rows, rows])
        labels = np.repeat([True, False], len(rows))
        shares = np.concatenate([weights * soft, weights * (1 - soft)])
        return FittedClassifier(self._network(both, labels, shares, seed))

    def _network(
        self, rows: NDArray[np.float32], positive: NDArray[np.bool_], weights: NDArray[np.float64], seed: int
    ) -> object:
        """Epoch by epoch: `fit` warns each time that it ends at its last epoch, which is where it should end."""
        from sklearn.neural_network import MLPClassifier
        from sklearn.pipeline import Pipeline
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(rows.astype("float64"))
        scaled = scaler.transform(rows.astype("float64"))
        network = MLPClassifier(
            self.layers, alpha=self.l2, batch_size=min(256, len(rows)), learning_rate_init=self.rate, random_state=seed
        )
        for _ in range(self.epochs):
            network.partial_fit(scaled, positive, weights, classes=[False, True])
        return Pipeline([("scaler", scaler), ("network", network)])
