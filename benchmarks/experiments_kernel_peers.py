"""The peers of the `experiments_kernel` benchmark, each as its documentation says: variants by segment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

#: A unit and where it comes from, to a variant.
Choose = Callable[[tuple[str, dict[str, str]]], object]

_HISTORY: Final = 500


@dataclass(frozen=True, slots=True)
class Peer:
    """One engine, told of all segments."""

    name: str
    choose: Choose


def growthbook(sources: Sequence[str], variants: int) -> Peer:
    """Its SDK evaluates a feature on the spot: a rule for each segment, each with weights."""
    from growthbook import GrowthBook

    rules = [
        {
            "key": "banner", "hashAttribute": "id", "condition": {"source": source},
            "variations": list(range(variants)), "weights": [1 / variants] * variants,
        }
        for source in sources
    ]  # fmt: skip
    book = GrowthBook(features={"banner": {"defaultValue": 0, "rules": rules}})

    def choose(asked: tuple[str, dict[str, str]]) -> object:
        unit, context = asked
        book.set_attributes({"id": unit, **context})
        return book.eval_feature("banner").value

    return Peer("growthbook SDK, local evaluation", choose)


def mabwiser(sources: Sequence[str], variants: int) -> Peer:
    """Thompson sampling, one bandit for each segment."""
    import numpy as np
    from mabwiser.mab import MAB, LearningPolicy

    random = np.random.default_rng(1)
    bandits: dict[str, Any] = {}
    for source in sources:
        bandits[source] = MAB(list(range(variants)), LearningPolicy.ThompsonSampling(), seed=1)
        bandits[source].fit(random.integers(0, variants, _HISTORY), random.integers(0, 2, _HISTORY))
    return Peer("mabwiser, Thompson sampling", lambda asked: bandits[asked[1]["source"]].predict())


def vowpalwabbit(sources: Sequence[str], variants: int) -> Peer:
    """A contextual bandit: the chances of the variants, which are still to be drawn from."""
    from vowpalwabbit import Workspace

    bandit = Workspace(f"--cb_explore {variants} --epsilon 0.1 --quiet")
    for number in range(_HISTORY):
        source = sources[number % len(sources)]
        bandit.learn(f"{number % variants + 1}:{float(number % 3 == 0)}:{1 / variants} | source={source}")
    return Peer("vowpalwabbit, cb_explore", lambda asked: bandit.predict(f"| source={asked[1]['source']}"))


PEERS: Final[tuple[Callable[[Sequence[str], int], Peer], ...]] = (growthbook, mabwiser, vowpalwabbit)
