"""What was known of each subject at the cut, as columns that a tree can split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.features.gate import Value
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.hashing import percent_text, percent_threshold
from tessella.domain.identifiers import FeatureName, Instant, SubjectId
from tessella.domain.segments.proposing.questions import Age, Amount, Count, Is, Mask, Numbers, Question, Values

#: So many values of one text are asked for at most: those that the most subjects have.
MOST_VALUES: Final = 20
#: The share of subjects that a tree learns from, in hundredths. The others measure what it found.
LEARNING_PERCENT: Final = 60
_SALT: Final = "segments propose"

Told = Mapping[FeatureName, Value]


@dataclass(frozen=True, slots=True)
class Table:
    """A row a subject."""

    subjects: Sequence[SubjectId]
    questions: Sequence[Question]
    #: A column a question.
    columns: Numbers
    #: Who is held out.
    held_out: Mask


def table_of(known: Mapping[SubjectId, Told], features: Iterable[Feature], as_of: Instant, smallest: int) -> Table:
    """Every subject's answers. A text is asked for only where at least `smallest` subjects have it.

    Who is held out depends on the subject's id only: a search that is repeated learns from the same subjects.
    """
    subjects = sorted(known)
    questions: list[Question] = []
    columns: list[Numbers] = []
    for feature in features:
        values = [known[subject].get(feature.name) for subject in subjects]
        for question in questions_of(feature, values, as_of, smallest):
            questions.append(question)
            columns.append(question.column(values))
    stacked = np.column_stack(columns) if columns else np.empty((len(subjects), 0))
    threshold = percent_threshold(LEARNING_PERCENT)
    held_out = np.array([percent_text(_SALT, subject) >= threshold for subject in subjects], dtype=np.bool_)
    return Table(subjects, questions, stacked, held_out)


def questions_of(feature: Feature, values: Values, as_of: Instant, smallest: int) -> Iterator[Question]:
    """What can be asked about one feature; nothing where no subject has a value."""
    if all(value is None for value in values):
        return
    match feature.type:
        case FeatureType.NUMBER:
            yield Amount(feature)
        case FeatureType.INTEGER:
            yield Count(feature)
        case FeatureType.TIMESTAMP:
            yield Age(feature, as_of)
        case _:
            yield from (Is(feature, value) for value in _frequent(feature, values, smallest))


def _frequent(feature: Feature, values: Values, smallest: int) -> list[Value]:
    if feature.type is FeatureType.STRING_LIST:
        counted: Counter[Value] = Counter(each for value in values if isinstance(value, tuple) for each in set(value))
    else:
        counted = Counter(value for value in values if value is not None)
    ranked = sorted(counted, key=lambda value: (-counted[value], str(value)))
    return [value for value in ranked[:MOST_VALUES] if counted[value] >= smallest]
