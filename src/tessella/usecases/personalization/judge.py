"""Judge the orders of a scope by what subjects turned to, and by what they are like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from statistics import fmean

from tessella.domain.identifiers import SubjectId
from tessella.domain.personalization.diversity import Likeness
from tessella.domain.personalization.figures import DIVERSITY, MAP, NDCG, PRECISION

#: The items of each subject, the first one first.
Lists = Mapping[SubjectId, Sequence[str]]
#: A metric, its value, and of how many subjects.
Told = tuple[str, float | None, int]


def accuracy_told(lists: Lists, turned_to: Mapping[SubjectId, Set[str]], shown: Set[str], length: int) -> list[Told]:
    """Precision at K, MAP and NDCG, by the definitions that recommendations are evaluated with.

    Over the subjects who turned to an item of the scope: the items that they turned to are relevant, all others not.
    """
    import numpy as np

    from tessella.domain.ranking.evaluation import accuracy

    relevant = {each: items & shown for each, items in turned_to.items() if each in lists and items & shown}
    if not relevant:
        return [(metric, None, 0) for metric in (PRECISION, MAP, NDCG)]
    hits = np.zeros((len(relevant), length), np.bool_)
    for place, (subject_id, items) in enumerate(relevant.items()):
        found = [item in items for item in lists[subject_id][:length]]
        hits[place, : len(found)] = found
    counts = np.array([len(items) for items in relevant.values()], np.int64)
    metrics = {PRECISION: accuracy.precision, MAP: accuracy.average_precision, NDCG: accuracy.ndcg}
    return [(name, float(metric(hits, counts).mean()), len(relevant)) for name, metric in metrics.items()]


def diversity_told(lists: Lists, likeness: Likeness, length: int) -> Told:
    """The mean diversity of lists of two items or more."""
    found = [value for each in lists.values() if (value := likeness.diversity(each[:length])) is not None]
    return DIVERSITY, fmean(found) if found else None, len(found)
