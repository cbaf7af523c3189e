"""Learn a model from a table, and write its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import Instant
from tessella.domain.predictions.card import Card
from tessella.domain.predictions.inputs import Input, encode_columns
from tessella.domain.predictions.predictors import PREDICTORS
from tessella.domain.predictions.predictors.predictor import Fitted, Predictor
from tessella.domain.predictions.reliability import Reliability
from tessella.domain.predictions.training.choose import choose
from tessella.domain.predictions.training.learn_inputs import inputs_of
from tessella.domain.predictions.training.split import Split
from tessella.domain.predictions.training.table import Table
from tessella.domain.predictions.training.try_out import Task, try_out
from tessella.domain.predictions.training.usable import unseen_categories, usable
from tessella.domain.predictions.training.write_card import About, card_of

#: So many rows an export is compared on.
SAMPLE_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """A model that is ready to be written."""

    #: The name in the registry of predictors.
    predictor: str
    fitted: Fitted
    inputs: tuple[Input, ...]
    #: Makes probabilities of what `fitted` says.
    reliability: Reliability
    #: Nothing that happened after this moment was read as a feature.
    cut: Instant
    card: Card
    #: Encoded rows, at most 1,000, to compare what is written with what was fitted.
    sample: NDArray[np.float32]


def train(
    table: Table, split: Split, about: About, predictors: Mapping[str, type[Predictor]] = PREDICTORS, seed: int = 0
) -> Trained:
    """Try every predictor and give the one that `choose` chooses, as it was tested.

    The same arguments give the same model. Raises `NothingToLearnFrom` when every column leaks or says nothing.
    """
    kept, warnings = usable(table, split)
    inputs = inputs_of(kept, split.development)
    task = Task(encode_columns(kept.columns, inputs), kept.positive, split, seed)
    tried = [try_out(name, kind.default(), task) for name, kind in predictors.items()]
    choice = choose(tried, task)
    warnings = (*about.warnings, *warnings, *unseen_categories(kept, inputs, split.test))
    card = card_of(replace(about, warnings=warnings), kept, inputs, task, tried, choice)
    return Trained(
        predictor=choice.chosen.name,
        fitted=choice.chosen.fitted,
        inputs=inputs,
        reliability=choice.chosen.reliability,
        cut=Instant(int(table.cut.max())),
        card=card,
        sample=task.rows[split.development][:SAMPLE_ROWS],
    )
