"""What is told of a model that was trained."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.identifiers import FeatureName, Instant
from tessella.domain.predictions.bins import category_bins, number_bins
from tessella.domain.predictions.card import Bins, Candidate, Card, Quality, Span
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.metrics import Numbers, error_by_chance
from tessella.domain.predictions.training.choose import Choice
from tessella.domain.predictions.training.judge import candidates, segment_qualities
from tessella.domain.predictions.training.split import Split
from tessella.domain.predictions.training.table import Rows, Table
from tessella.domain.predictions.training.try_out import Task, Tried

#: The name of the distribution of what was predicted.
PREDICTED: Final = FeatureName("probability")
#: With a larger expected calibration error probabilities are no frequencies.
LARGE_ERROR: Final = 0.05
#: The AUC of what orders nobody.
_CHANCE: Final = 0.5
#: Times what perfect probabilities would have on as many rows: hardly any would have more.
_BEYOND_CHANCE: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class About:
    """What the card says that the table does not."""

    target: str
    #: In words, with its windows: what counts as a positive.
    meaning: str
    #: Who is in each segment, true or false for each row of the table.
    members: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)
    #: What may be wrong with the data, in sentences.
    warnings: tuple[str, ...] = ()


def card_of(
    about: About, table: Table, inputs: Sequence[Input], task: Task, tried: Sequence[Tried], choice: Choice
) -> Card:
    """The card of the model that was chosen; `table` has the columns that it reads."""
    split = task.split
    judged = tuple(candidates(tried, task))
    members = {name: inside[split.test] for name, inside in about.members.items()}
    return Card(
        target=about.target,
        meaning=about.meaning,
        train=_span(table, split, split.development),
        validation=_span(table, split, split.held_out),
        test=_span(table, split, split.test),
        quality=_of(choice.chosen, judged).quality,
        candidates=judged,
        verdict=choice.verdict,
        features=tuple(each.name for each in inputs),
        warnings=(*about.warnings, *_distrusted(_of(choice.chosen, judged).quality, choice.chosen.test)),
        segments=tuple(segment_qualities(task.test, choice.chosen.test, members)),
        reference=tuple(_bins(each, table, split.development) for each in inputs),
        predicted=number_bins(PREDICTED, choice.chosen.test),
    )


def _distrusted(quality: Quality, told: Numbers) -> Iterator[str]:
    """What has to be said where probabilities lie far from what happened on the test, on average, and not by chance."""
    if quality.expected_calibration_error <= max(LARGE_ERROR, _BEYOND_CHANCE * error_by_chance(told)):
        return
    far = f"Probabilities are {quality.expected_calibration_error:.3f} from what happened, on average of the test"
    if quality.auc.low > _CHANCE:
        yield f"{far}: they order subjects better than chance, and are not to be read as frequencies."
    else:
        yield f"{far}, and order subjects no better than chance: neither is to be relied on."


def _of(chosen: Tried, judged: Sequence[Candidate]) -> Candidate:
    return next(each for each in judged if each.predictor == chosen.name)


def _span(table: Table, split: Split, rows: Rows) -> Span:
    """Without cuts where the rows were split by chance: they would say nothing."""
    cuts, positives = table.cut[rows], int(np.count_nonzero(table.positive[rows]))
    first, last = (Instant(int(cuts.min())), Instant(int(cuts.max()))) if split.in_time else (None, None)
    return Span(first, last, len(rows), positives)


def _bins(each: Input, table: Table, rows: Rows) -> Bins:
    values = table.columns[each.name][rows]
    if each.type is InputType.CATEGORY:
        return category_bins(each.name, values, each.categories)
    return number_bins(each.name, np.asarray(values, np.float64))
