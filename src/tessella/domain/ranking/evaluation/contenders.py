"""What is compared: a ranking with a configuration for each subject. The baselines are rankings too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import msgspec
import numpy as np

from tessella.domain.features.gate import Value
from tessella.domain.identifiers import FeatureName
from tessella.domain.ranking.catalogue.catalogue import NONE, Rows
from tessella.domain.ranking.evaluation.split import Split
from tessella.domain.ranking.evaluation.views import NEVER_AGAIN, View
from tessella.domain.ranking.filters.item_filter import ItemFilter
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.knobs import DEFAULTS, Knobs, KnobValue
from tessella.domain.ranking.rank import rank
from tessella.domain.ranking.ranking import RankingRequest

#: Every knob with its value.
Config = Mapping[str, KnobValue]


class Served(msgspec.Struct, frozen=True):
    """What a request of one subject is ranked with."""

    config: Config
    filters: tuple[ItemFilter, ...] = ()
    #: What filters read of the subject.
    values: Mapping[FeatureName, Value] = {}


@dataclass(frozen=True, slots=True)
class Contender:
    """A name, and what is served by the place of a subject in a split."""

    name: str
    served_to: Callable[[int], Served]


def contender(name: str, config: Config) -> Contender:
    """The same configuration for everybody."""
    served = Served(config)
    return Contender(name, lambda place: served)


#: One signal, and nothing that changes its order.
_PLAIN: Final[Knobs] = {
    **DEFAULTS, "alpha": 0.0, "beta": 0.0, "gamma": 0.0, "delta": 0.0, "profile_boost": 0.0,
    "mmr_lambda": 1.0, "brand_cap": 0, "category_cap": 0,
}  # fmt: skip
#: The most popular items; and the subject's own ones, then the most popular.
BASELINES: Final = (
    contender("popularity", {**_PLAIN, "alpha": 1.0}),
    contender("own_history", {**_PLAIN, "alpha": 1e-6, "delta": 1.0}),
)


def lists_of(index: RankingIndex, split: Split, ranked: Contender, view: View, length: int) -> Rows:
    """Shape (subjects, length): the items that each subject would have got at the cut; `NONE` behind a short list."""
    lists = np.full((len(split.subjects), length), NONE, np.int32)
    for place in range(len(split.subjects)):
        served = ranked.served_to(place)
        request = RankingRequest(
            config={**served.config, **NEVER_AGAIN} if view is View.NEW_ITEMS else served.config,
            limit=length,
            history=split.history_of(place),
            filters=served.filters,
            values=served.values,
        )
        found = rank(index, request, now=split.as_of).items
        lists[place, : len(found)] = index.catalogue.rows_of([each.item_id for each in found])
    return lists
