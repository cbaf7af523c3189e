"""Which cluster a context is in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.experiments.clusters.model import ClusterModel

#: How the segment of a cluster is called: the version of the model, and the cluster's position.
_KEY: Final = "cluster:v{version}:{position}"


def nearest(model: ClusterModel, context: Mapping[str, object]) -> int:
    """The position of the cluster with the nearest centroid; the first of those that are equally near.

    What a context does not have, or what the training never saw, is in a field's cell of other values.
    """
    known = context.get
    distances = list(map(sum, zip(*[table.row(known(table.field.name)) for table in model.tables], strict=True)))
    return distances.index(min(distances))


def cluster_key(version: int, position: int) -> str:
    """The segment key of a cluster.

    >>> cluster_key(3, 0)
    'cluster:v3:0'
    """
    return _KEY.format(version=version, position=position)
