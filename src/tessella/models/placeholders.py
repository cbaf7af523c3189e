"""Document E's two placeholder models: they run, and what they say means nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.inputs import Input
from tessella.domain.predictions.manifest import Manifest, encoded, part_of
from tessella.domain.predictions.manifest_checks import MANIFEST
from tessella.domain.predictions.target import Target
from tessella.models.formats.dense import layers_of
from tessella.models.formats.tflite_writer import tflite_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.float64]

#: In this order. Values around these are what the dummy data are made of.
INPUTS: Final = tuple(
    Input(FeatureName(name), typical=typical)
    for name, typical in (
        ("recency_days", 8.0),
        ("basket_count", 80.0),
        ("total_revenue", 2_300.0),
        ("revenue_28d", 180.0),
        ("average_basket_value", 32.0),
        ("active_products_count", 60.0),
        ("shopping_day_count", 70.0),
        ("tenure_days", 300.0),
        ("discount_share", 0.17),
        ("coupon_share", 0.01),
    )
)
_HIDDEN: Final = (32, 16)
_DUMMY_ROWS: Final = 100
_ROUNDS: Final = 20
_SEED: Final = 20_260_102


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One of them: a network with two hidden layers of 32 and 16 neurons."""

    target: Target
    outputs: tuple[str, ...]


PLACEHOLDERS: Final = (
    Placeholder(Target.NBO, tuple(f"offer_{number}" for number in range(1, 9))),
    Placeholder(Target.CHURN, ("churn",)),
)


def placeholder_files(now: Instant) -> Iterator[tuple[str, bytes]]:
    """The names and contents of the files: each model, then its manifest. Raises `ModelPackageMissing`."""
    for each in PLACEHOLDERS:
        file = f"{each.target.value}.tflite"
        content = tflite_of(layers_of(_trained_on_chance(each)))
        yield file, content
        manifest = Manifest(
            each.target.value, 0, each.target, "mlp", INPUTS,
            (part_of(file, content, each.outputs),), now, now, placeholder=True,
        )  # fmt: skip
        yield f"{each.target.value}.{MANIFEST}", encoded(manifest)


def _trained_on_chance(placeholder: Placeholder) -> Any:
    """A pipeline that has learned a hundred rows of chance, the same ones each time."""
    from sklearn.neural_network import MLPClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rng = np.random.default_rng(_SEED)
    rows: Rows = rng.uniform(0, 2, (_DUMMY_ROWS, len(INPUTS))) * [each.typical for each in INPUTS]
    classes = np.arange(max(len(placeholder.outputs), 2))
    answers = rng.choice(classes, _DUMMY_ROWS)
    scaler, network = StandardScaler().fit(rows), MLPClassifier(_HIDDEN, random_state=_SEED)
    for _ in range(_ROUNDS):
        network.partial_fit(scaler.transform(rows), answers, classes=classes)
    return make_pipeline(scaler, network)
