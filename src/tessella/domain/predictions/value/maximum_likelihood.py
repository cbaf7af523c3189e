"""Parameters above 0 that make what was seen most likely."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from tessella.domain.errors.value import NotFitted

Values = NDArray[np.float64]
#: The mean log-likelihood of a subject at parameters, and its derivative by each.
LogLikelihood = Callable[[Values], tuple[float, Values]]

#: Logarithms of parameters are searched between these: e^-9 is nearly 0, e^12 beyond any use.
_BOUNDS: Final = (-9.0, 12.0)
_MOST_STEPS: Final = 500


def most_likely(model: str, log_likelihood: LogLikelihood, start: Sequence[float]) -> Values:
    """The parameters, found over their logarithms by L-BFGS-B from a start. Raises `NotFitted`.

    A parameter that the data would have at 0 or without end is no estimate, and refused.
    """

    def loss(logarithms: Values) -> tuple[float, Values]:
        parameters = np.exp(logarithms)
        value, slopes = log_likelihood(parameters)
        return -value, -slopes * parameters

    options = {"maxiter": _MOST_STEPS, "ftol": 1e-14, "gtol": 1e-8}
    found = minimize(loss, np.log(start), jac=True, method="L-BFGS-B", bounds=[_BOUNDS] * len(start), options=options)
    if not np.isfinite(found.fun):
        raise NotFitted(model, "its likelihood is not finite")
    if found.nit >= _MOST_STEPS:
        raise NotFitted(model, f"the search had not ended after {_MOST_STEPS} steps")
    if np.isclose(found.x, _BOUNDS[0]).any() or np.isclose(found.x, _BOUNDS[1]).any():
        raise NotFitted(model, "a parameter grows or shrinks without end")
    return np.asarray(np.exp(found.x))
