"""The columns that a model may learn from, and what has to be said of the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import numpy as np

from tessella.domain.errors import NothingToLearnFrom
from tessella.domain.identifiers import FeatureName
from tessella.domain.predictions.inputs import Input, InputType
from tessella.domain.predictions.training.leaks import leaks
from tessella.domain.predictions.training.learn_inputs import says_nothing
from tessella.domain.predictions.training.split import Split
from tessella.domain.predictions.training.table import Rows, Table, is_category, known

_BY_CHANCE = (
    "The rows were split by chance, because no three moments tell them apart: how good the model is later is not known."
)


def usable(table: Table, split: Split) -> tuple[Table, tuple[str, ...]]:
    """The table without columns that say nothing or leak, and a sentence for each, and for each with infinite numbers.

    Raises `NothingToLearnFrom` when no column is left.
    """
    silent = _silent(table, split.development)
    rest = table.without(silent)
    leaking = {leak.feature: leak.reason for leak in leaks(rest, split.folds[-1])}
    kept, dropped = rest.without(leaking), {**silent, **leaking}
    if not kept.columns:
        raise NothingToLearnFrom(_listed([f'"{name}" {reason}' for name, reason in dropped.items()]))
    left_out = [f'"{name}" {reason}, and was left out.' for name, reason in dropped.items()]
    chance = [] if split.in_time else [_BY_CHANCE]
    return kept, (*chance, *left_out, *_infinite(kept))


def unseen_categories(table: Table, inputs: Sequence[Input], rows: Rows) -> Iterator[str]:
    """A sentence for each category column where `rows` have texts that the model does not know."""
    for each in inputs:
        if each.type is InputType.CATEGORY:
            values = table.columns[each.name][rows]
            unseen = np.count_nonzero(known(values) & ~np.isin(values.astype(np.str_), each.categories))
            if unseen:
                count = f"{unseen} of {len(rows)} rows of the test"
                yield f'"{each.name}" has a text that the model does not know in {count}.'


def _silent(table: Table, rows: Rows) -> Mapping[FeatureName, str]:
    reasons = {name: says_nothing(column[rows]) for name, column in table.columns.items()}
    return {name: reason for name, reason in reasons.items() if reason}


def _infinite(table: Table) -> Iterator[str]:
    for name, column in table.columns.items():
        count = 0 if is_category(column) else np.count_nonzero(~known(column) & ~np.isnan(column))
        if count:
            yield f'"{name}" is infinite or beyond float32 in {count} of {len(table)} rows, which count as missing.'


def _listed(reasons: Sequence[str]) -> str:
    more = f" and {len(reasons) - 10} more" if len(reasons) > 10 else ""
    return f"{', '.join(islice(reasons, 10))}{more}" or "the table has no column"
