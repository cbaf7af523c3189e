"""Which operation of the matrix guards each route: `routes.yaml`, read when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final

import yaml

from tessella.access.matrix import MATRIX, Reach

#: The operation of a route that needs no credential.
OPEN: Final = "-"


@lru_cache(maxsize=1)
def guards() -> Mapping[str, str]:
    """The operation of each route, by method and path as the OpenAPI document has them, such as `GET /api/v1/jobs`."""
    written = yaml.safe_load((files("tessella.access") / "routes.yaml").read_text(encoding="utf-8"))
    return {route: operation for operation, routes in written.items() for route in routes}


def reach_of(route: str) -> Reach | None:
    """Who may call a route; None for everybody. Raises KeyError for a route without a line."""
    operation = guards()[route]
    return None if operation == OPEN else MATRIX.operations[operation]
