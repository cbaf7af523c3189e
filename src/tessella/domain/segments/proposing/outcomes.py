"""What subjects did after the cut, as what a tree is to tell apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from tessella.domain.segments.proposing.proposals import Behaviour
from tessella.domain.segments.proposing.tree import Codes

#: So many categories are told apart at most.
MOST_CATEGORIES: Final = 10


@dataclass(frozen=True, slots=True)
class Label:
    """One thing that a group may do more often than all."""

    behaviour: Behaviour
    category: str | None = None


@dataclass(frozen=True, slots=True)
class After:
    """What one subject did in the days after the cut."""

    purchases: int = 0
    #: The category of most of the purchases; None where none had one.
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What each subject did, as the number of a label. A label that is None is not worth a proposal."""

    labels: tuple[Label | None, ...]
    codes: Codes


def outcomes(after: Sequence[After], smallest: int) -> Iterator[Outcome]:
    """Whether subjects bought, and what most; an outcome in which all are alike is left out."""
    for outcome in (_bought(after), _category(after, smallest)):
        if len(np.unique(outcome.codes)) > 1 and any(outcome.labels):
            yield outcome


def _bought(after: Sequence[After]) -> Outcome:
    codes = np.array([each.purchases > 0 for each in after], dtype=np.int64)
    return Outcome((Label(Behaviour.CHURN), Label(Behaviour.CONVERSION)), codes)


def _category(after: Sequence[After], smallest: int) -> Outcome:
    """The categories that the most subjects bought, those of fewer than `smallest` together, and no category."""
    counted = Counter(each.category for each in after if each.category is not None)
    ranked = sorted(counted, key=lambda name: (-counted[name], name))[:MOST_CATEGORIES]
    named = [name for name in ranked if counted[name] >= smallest]
    numbers: dict[str | None, int] = {None: 0, **{name: at for at, name in enumerate(named, start=2)}}
    labels = [Label(Behaviour.NEXT_CATEGORY, name) for name in named]
    return Outcome((None, None, *labels), np.array([numbers.get(each.category, 1) for each in after], dtype=np.int64))
