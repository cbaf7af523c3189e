"""Every public use case: what the edges call of `tessella.usecases`, and that waits for something."""

import ast
import importlib
import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import tessella
from tessella import usecases

_PACKAGE = "tessella.usecases"
_EDGES = ("cli", "http", "sdk", "jobs", "demo")


def public_use_cases() -> dict[str, Callable[..., Any]]:
    """By module and name below `usecases`: those that are exported, and those that an edge imports."""
    found = {_name_of(each): each for each in map(usecases.__dict__.get, usecases.__all__) if _is_use_case(each)}
    found |= {_name_of(each): each for each in _imported() if _is_use_case(each)}
    return dict(sorted(found.items()))


def _name_of(function: Any) -> str:
    return f"{function.__module__}.{function.__name__}".removeprefix(f"{_PACKAGE}.")


def _is_use_case(found: Any) -> bool:
    if not inspect.isfunction(found) or not found.__module__.startswith(_PACKAGE):
        return False
    if inspect.iscoroutinefunction(found) or inspect.isasyncgenfunction(found):
        return True
    return "AsyncIterator" in str(found.__annotations__.get("return", ""))


def _imported() -> Iterator[Any]:
    root = Path(inspect.getfile(tessella)).parent
    for edge in _EDGES:
        for path in sorted((root / edge).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{_PACKAGE}."):
                    module = importlib.import_module(node.module or "")
                    yield from (getattr(module, alias.name, None) for alias in node.names)
