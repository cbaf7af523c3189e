"""The experiment that a path names."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request

from tessella.domain.definitions import Kind
from tessella.domain.identifiers import ExperimentId
from tessella.http.openapi import path_parameter
from tessella.http.routes.definitions import named

#: As the OpenAPI document describes it, and a path that has no other parameter.
EXPERIMENT: Final = path_parameter("experiment_id")
ONE: Final = {"parameters": [EXPERIMENT]}


def experiment_id(request: Request) -> ExperimentId:
    """The experiment in the path. Raises `NoSuch`."""
    return ExperimentId(named(request, Kind.EXPERIMENT))
