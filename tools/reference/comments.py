"""The `#:` lines above a class's fields: what each field means."""

import ast
import inspect
import re
from collections.abc import Iterator, Mapping

MARK = re.compile(r"\s*#: ?(.*)")


def field_comments(described: type) -> Mapping[str, str]:
    """The text above each field that has one."""
    source = inspect.getsource(described)
    return dict(_commented(source.splitlines(), ast.parse(source).body[0]))


def _commented(lines: list[str], body: ast.AST) -> Iterator[tuple[str, str]]:
    assert isinstance(body, ast.ClassDef)
    for statement in body.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            yield statement.target.id, _above(lines[: statement.lineno - 1])


def _above(lines: list[str]) -> str:
    found: list[str] = []
    while lines and (comment := MARK.fullmatch(lines.pop())):
        found.insert(0, comment[1])
    return " ".join(found)
