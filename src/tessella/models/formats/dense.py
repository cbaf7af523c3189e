"""A small neural network as what it is: layers of weights, each with an activation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tessella.domain.errors import NotWritable

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORM: Final = "TFLite"


class Activation(StrEnum):
    """What is done to the sums of a layer, by scikit-learn's names."""

    IDENTITY = "identity"
    RELU = "relu"
    TANH = "tanh"
    LOGISTIC = "logistic"
    SOFTMAX = "softmax"


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """One layer: activation(weights @ row + biases)."""

    #: Shape (outputs, inputs).
    weights: NDArray[np.float64]
    biases: NDArray[np.float64]
    activation: Activation


def layers_of(estimator: object) -> tuple[Dense, ...]:
    """The layers of a trained `MLPClassifier`, alone or behind a `StandardScaler` in a pipeline.

    Raises `NotWritable` for anything else.
    """
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    *before, network = [step for _, step in estimator.steps] if isinstance(estimator, Pipeline) else [estimator]
    if not isinstance(network, MLPClassifier):
        raise NotWritable(_FORM, f"it is a {type(network).__name__}, and only an MLPClassifier has layers")
    layers = _layers(network)
    for step in reversed(before):
        if not isinstance(step, StandardScaler):
            raise NotWritable(_FORM, f"a {type(step).__name__} before the network is no layer")
        layers = (_scaled(layers[0], step), *layers[1:])
    return layers


def _layers(network: Any) -> tuple[Dense, ...]:
    """scikit-learn keeps the weights of a layer as (inputs, outputs)."""
    hidden = [network.activation] * (len(network.coefs_) - 1)
    parts = zip(network.coefs_, network.intercepts_, [*hidden, network.out_activation_], strict=True)
    return tuple(Dense(weights.T, biases, Activation(activation)) for weights, biases, activation in parts)


def _scaled(first: Dense, scaler: Any) -> Dense:
    """Over what has not been scaled: W (x - mean) / scale + b = (W / scale) x + (b - W mean / scale)."""
    columns = first.weights.shape[1]
    means = np.zeros(columns) if scaler.mean_ is None else scaler.mean_
    weights = first.weights / (np.ones(columns) if scaler.scale_ is None else scaler.scale_)
    return replace(first, weights=weights, biases=first.biases - weights @ means)
