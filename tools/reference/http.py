"""The page about the HTTP API, from its OpenAPI document."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from tessella.bootstrap import Application
from tessella.http.app import create_app
from tessella.settings import Settings
from tessella.storage.store import Storage
from tools.reference.markdown import code, document, table

INTRODUCTION = """\
The whole document, with every schema, is served at `/openapi.json`, and a page that shows it at `/docs`. Every
operation but health needs `Authorization: Bearer tess_...`. Which role may do what: [roles](roles.md). What an error
looks like: [errors](errors.md)."""


def page() -> str:
    operations: dict[str, list[list[str]]] = {}
    for tag, row in _operations(_openapi()["paths"]):
        operations.setdefault(tag, []).append(row)
    header = ["operation", "what it does", "body", "answer"]
    sections = (f"## {_heading(tag)}\n\n{table(header, rows)}" for tag, rows in operations.items())
    return document("HTTP API", INTRODUCTION, *sections)


def openapi() -> str:
    """The document itself, from which the types of the admin app are made."""
    return json.dumps(_openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _heading(tag: str) -> str:
    return {"openfeature": "OpenFeature"}.get(tag, tag.capitalize())


def _openapi() -> dict[str, Any]:
    """Describing the routes needs no database: none is connected to."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        return create_app(Application(settings, Storage("host=nowhere", settings, env={}))).openapi()


def _operations(paths: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, list[str]]]:
    for path, methods in paths.items():
        for method, operation in methods.items():
            yield (
                operation["tags"][0],
                [code(f"{method.upper()} {path}"), operation["description"], *_shapes(operation)],
            )


def _shapes(operation: Mapping[str, Any]) -> tuple[str, str]:
    done = next(each for status, each in operation["responses"].items() if status.startswith("2"))
    return _schema(operation.get("requestBody", {})), _schema(done)


def _schema(described: Mapping[str, Any]) -> str:
    """The name of a record, of the record of a list, or nothing."""
    contents: Iterable[Any] = described.get("content", {}).values()
    schema: Any = next((each["schema"] for each in contents), {})
    items = schema.get("properties", {}).get("items", schema).get("items", {})
    name = (schema.get("$ref") or items.get("$ref") or "").rpartition("/")[2]
    return code(name) if "$ref" in schema else f"list of {code(name)}" if name else ""
