"""Whether clusters that were found anew are those that were known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

from tessella.domain.experiments.clusters.model import ClusterModel
from tessella.domain.experiments.clusters.nearest import nearest
from tessella.domain.identifiers import Json

#: From here on they are the same clusters: names and figures of the known ones hold.
_SAME: Final = 0.9
#: So many contexts are compared, evenly spread.
_COMPARED: Final = 2_000


def are_the_same(known: ClusterModel, found: ClusterModel, contexts: Sequence[Mapping[str, Json]]) -> bool:
    """Whether two models put the same contexts together: the adjusted Rand index, 1 where they agree, 0 by chance.

    Source: Hubert and Arabie, "Comparing Partitions" (Journal of Classification, 1985).
    """
    from sklearn.metrics import adjusted_rand_score

    some = list(islice(contexts, 0, None, max(1, len(contexts) // _COMPARED)))
    placed = ([nearest(model, context) for context in some] for model in (known, found))
    return float(adjusted_rand_score(*placed)) >= _SAME
