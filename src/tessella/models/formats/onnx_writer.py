"""Write what scikit-learn has trained as ONNX: one matrix in, the score of each row out."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tessella.domain.errors import NotWritable
from tessella.models.formats.packages import missing

try:
    from onnx import TensorProto, helper, numpy_helper
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType
    from skl2onnx.common.exceptions import MissingConverter, MissingShapeCalculator

    from tessella.models.formats.onnx_trees import summed_trees
except ModuleNotFoundError as error:
    raise missing(error, "train", "written as ONNX") from error

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FORM: Final = "ONNX"
#: Old enough for every runtime that we allow.
_OPSETS: Final = {"": 17, "ai.onnx.ml": 3}
_INPUT: Final = "features"
_OUTPUT: Final = "scores"
#: The column of the positive class among the probabilities.
_POSITIVE: Final = 1


def onnx_of(estimator: object, width: int) -> bytes:
    """The file of a trained classifier of two classes over rows of `width` floats. Raises `NotWritable`."""
    taken = [(_INPUT, FloatTensorType([None, width]))]
    exact = _with_thresholds_of_floats(estimator)
    try:
        model = convert_sklearn(exact, "tessella", taken, target_opset=_OPSETS, options={"zipmap": False})
    except (MissingConverter, MissingShapeCalculator) as error:
        raise NotWritable(_FORM, f"a {type(estimator).__name__} has no form there") from error
    _keep_positive(model.graph)
    content: bytes = model.SerializeToString()
    return content


def _keep_positive(graph: Any) -> None:
    """Give the probability of the positive class in place of the label and those of both."""
    if not summed_trees(graph, _OUTPUT):
        graph.initializer.append(numpy_helper.from_array(np.array([_POSITIVE], np.int64), "positive"))
        graph.node.append(helper.make_node("Gather", [graph.output[1].name, "positive"], [_OUTPUT], axis=1))
    del graph.output[:]
    graph.output.append(helper.make_tensor_value_info(_OUTPUT, TensorProto.FLOAT, [None, 1]))


def _with_thresholds_of_floats(estimator: object) -> object:
    """The same classifier, for rows of floats, with thresholds that are floats.

    Boosted trees compare with doubles. Rounded to the nearest float, as ONNX has it, a threshold may pass a value that
    a row can have; rounded down it passes none: x <= t and x <= floor(t) are the same for every float x.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import Pipeline

    last = estimator.steps[-1][1] if isinstance(estimator, Pipeline) else estimator
    if not isinstance(last, HistGradientBoostingClassifier):
        return estimator
    copied = deepcopy(estimator)
    boosted: Any = copied.steps[-1][1] if isinstance(copied, Pipeline) else copied
    for tree in (each for rounds in boosted._predictors for each in rounds):
        tree.nodes["num_threshold"] = _floor(tree.nodes["num_threshold"])
    return copied


def _floor(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The greatest float that is not greater.

    >>> float(_floor(np.array([0.1]))[0])
    0.09999999403953552
    """
    nearest = values.astype(np.float32)
    return np.where(nearest > values, np.nextafter(nearest, np.float32(-np.inf)), nearest).astype(np.float64)
