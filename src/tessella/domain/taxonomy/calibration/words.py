"""What axes and segments are called."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tessella.domain.taxonomy.baselines import Array
from tessella.domain.taxonomy.game import CONTEXTS
from tessella.domain.taxonomy.names import NAME_MAX_LENGTH, is_axis_name

#: They say how something is measured, not what.
_IDLE: Final = frozenset({"share", "rate", "mean", "total", "count", "number", "per", "day", "daily", "usd"})
#: A segment is high or low on a metric from so many standard deviations of the population on.
_APART: Final = 0.25
#: The leading metric of an axis names a segment unless another one is so many times as far.
_LEADS: Final = 1.5
#: It leans to a context from so many on.
_CONTEXTUAL: Final = 0.5

EVERYBODY: Final = "everybody"
TYPICAL: Final = "typical"


def short_names(metrics: Sequence[str]) -> Mapping[str, str]:
    """Metrics without words that say how they are measured, where that leaves them apart.

    >>> short_names(["spend_usd", "discount_share", "spend_share"])
    {'spend_usd': 'spend_usd', 'discount_share': 'discount', 'spend_share': 'spend_share'}
    """
    short = {each: "_".join(word for word in each.split("_") if word not in _IDLE) or each for each in metrics}
    held = list(short.values())
    return {each: name if held.count(name) == 1 else each for each, name in short.items()}


def axis_name(defining: Sequence[str], metrics: Sequence[str], taken: Collection[str]) -> str:
    """The name of an axis from the metrics that weigh most: two of them, more where that is taken, then a number.

    >>> axis_name(["discount_share", "evening_share"], ["discount_share", "evening_share"], ["social"])
    'discount_evening'
    """
    short = short_names(metrics)
    words = [short[each] for each in defining]
    names = ("_".join(words[:most])[:NAME_MAX_LENGTH].rstrip("_") for most in range(2, len(words) + 1))
    numbered = (f"{'_'.join(words[:2])[: NAME_MAX_LENGTH - 3]}_{number}" for number in count(2))
    for name in (*names, *(next(numbered) for _ in range(len(taken) + 1))):
        if name not in taken and is_axis_name(name):
            return name
    raise AssertionError("There are more numbers than names that are taken.")


def segment_names(defining: Sequence[str], metrics: Sequence[str], centers: Array, contexts: Array) -> tuple[str, ...]:
    """The names of an axis's segments, each another: what sets them apart most, as `high-spend weekend`.

    `centers` is (segments, d) by defining metric, `contexts` (segments, contexts): how far a segment's days or ways
    lean to a context; both in standard deviations of the population. A segment is named by one metric, by as many more
    as it takes to be told from the others, and by a context where it leans to one.

    >>> segment_names(["spend", "baskets"], ["spend", "baskets"], np.array([[1.5, 0.1], [-0.9, 0.0]]), np.zeros((2, 3)))
    ('high-spend', 'low-spend')
    """
    if len(centers) == 1:
        return (EVERYBODY,)
    short = short_names(metrics)
    order = _in_order(centers)
    words = [short[each] for each in defining]
    told = [_traits(words, center, places) for center, places in zip(centers, order, strict=True)]
    used = [1] * len(told)
    names = [_name(traits, 1, lean) for traits, lean in zip(told, contexts, strict=True)]
    for most in range(2, len(defining) + 1):
        used = [most if names.count(name) > 1 else before for name, before in zip(names, used, strict=True)]
        names = [_name(*each) for each in zip(told, used, contexts, strict=True)]
    return tuple(_numbered(names))


def _in_order(centers: Array) -> NDArray[np.int64]:
    """The metrics of each segment, those first that set it apart most: (segments, d).

    The metric that sets all segments apart most comes before one that is nearly as far: of metrics that go together
    each segment is named by the same, and by the same the next time.
    """
    leading = (centers**2).sum(axis=0).argmax()
    weights = np.abs(centers)
    weights[:, leading] *= _LEADS
    order: NDArray[np.int64] = np.argsort(-weights, axis=1, kind="stable")
    return order


def _traits(words: Sequence[str], center: Array, order: NDArray[np.int64]) -> Sequence[str]:
    apart = [each for each in order if abs(center[each]) >= _APART]
    return [f"{'high' if center[each] > 0 else 'low'}-{words[each].replace('_', '-')}" for each in apart]


def _name(traits: Sequence[str], most: int, lean: Array) -> str:
    context = int(np.argmax(lean))
    where = [CONTEXTS[context].value] if lean[context] >= _CONTEXTUAL else []
    return " ".join([*(traits[:most] or [TYPICAL]), *where])


def _numbered(names: Sequence[str]) -> Iterator[str]:
    """Those that are still the same get numbers from 2 on."""
    seen: dict[str, int] = {}
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} {seen[name]}"
