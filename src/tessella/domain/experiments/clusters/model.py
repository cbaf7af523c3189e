"""A model of clusters, as it is stored: plain numbers and texts, sealed at rest."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import msgspec

from tessella.domain.experiments.clusters.fields import Field, Point
from tessella.domain.experiments.clusters.tables import Table, table_of
from tessella.domain.identifiers import Json
from tessella.domain.typed import convert

#: How a model is written. Another number is a model of another release.
FORMAT: Final = 1
#: So many assignments are needed to find clusters in.
NEEDED: Final = 1_000


class Cluster(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One cluster."""

    #: What sets it apart, for people: unique in a model, at most 60 characters.
    name: str
    #: How many of the units of the training are in it.
    units: int
    #: The mean point of its units, for each field of the model.
    centroid: tuple[Point, ...]


class ClusterModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """What tells which cluster a context is in. A cluster is named by its position, from 0."""

    fields: tuple[Field, ...]
    clusters: tuple[Cluster, ...]
    format: int = FORMAT

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """What each field adds to the distances, prepared once."""
        return tuple(
            table_of(field, [cluster.centroid[at] for cluster in self.clusters]) for at, field in enumerate(self.fields)
        )


def write_model(model: ClusterModel) -> Json:
    """A model as JSON."""
    return msgspec.to_builtins(model)


def read_model(written: Json) -> ClusterModel:
    """A model as `write_model` has written it, to the last bit. Raises `ValueError` for one of another release."""
    model = convert(written, ClusterModel)
    if model.format != FORMAT:
        raise ValueError(f"the model of clusters has the format {model.format}; this release reads {FORMAT}")
    return model
