"""What the router answers to."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from starlette.routing import BaseRoute, Route


def operations(app: FastAPI) -> set[tuple[str, str]]:
    """Method and path of every route."""
    return set(_walk(app.routes))


def _walk(routes: list[BaseRoute]) -> Iterator[tuple[str, str]]:
    for route in routes:
        if isinstance(route, Route):
            yield from ((method, route.path_format) for method in route.methods or ())
        else:
            yield from _walk(route.original_router.routes)  # type: ignore[attr-defined]  # FastAPI's included router


@dataclass(frozen=True)
class Called:
    """One request to one route, whose parameters are of the right type and name nothing that there is."""

    #: As in the document, such as `GET /api/v1/jobs/{run_id}`.
    route: str
    method: str
    path: str
    query: Mapping[str, str]
    takes_body: bool

    @property
    def broken_body(self) -> bytes | None:
        """A body that is refused as soon as somebody reads it."""
        return b"?" if self.takes_body else None


def calls(document: Mapping[str, Any]) -> Iterator[Called]:
    """A request for every operation of the document."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            filled = path
            for each in parameters:
                if each["in"] == "path":
                    filled = filled.replace(f"{{{each['name']}}}", _sample(document, each["schema"]))
            query = {
                each["name"]: _sample(document, each["schema"])
                for each in parameters
                if each["in"] == "query" and each["required"]
            }
            filled = re.sub(r"\{\w+\}", "nothing", filled)
            yield Called(f"{method.upper()} {path}", method.upper(), filled, query, method in ("post", "put", "patch"))


def _sample(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        schema = document["components"]["schemas"].get(schema["$ref"].rpartition("/")[2], {"enum": ["segment"]})
    if "enum" in schema:
        return str(schema["enum"][0])
    return "1" if schema.get("type") == "integer" else "nothing"


@dataclass(frozen=True)
class Named:
    """One request to one route about something that another has, and the same about what nobody has."""

    route: str
    method: str
    path: str
    missing: str
    query: Mapping[str, str]
    body: bytes | None
    #: All that the paths name.
    names: tuple[str, ...]


def operations_called_with(document: Mapping[str, Any], names: Mapping[str, tuple[str, str]]) -> Iterator[Named]:
    """A request for every operation whose path names something. Raises KeyError for a parameter without a name."""
    for each in calls(document):
        path = each.route.partition(" ")[2]
        asked = {parameter: names[parameter] for parameter in re.findall(r"\{(\w+)\}", path)}
        there, missing = (path.format_map({parameter: pair[at] for parameter, pair in asked.items()}) for at in (0, 1))
        body = {"PUT": b"?", "GET": None, "DELETE": None}.get(each.method, b"{}")
        used = tuple({name for pair in asked.values() for name in pair if len(name) > 1})
        yield Named(each.route, each.method, there, missing, each.query, body, used)
