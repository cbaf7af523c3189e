"""The few pieces of Markdown that the pages are made of."""

import inspect
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
NOTE = "<!-- Made from the code by `python -m tools.reference`. Change the code, not this page. -->"


def document(title: str, *parts: str) -> str:
    """A page. Empty parts are left out."""
    return "\n\n".join([f"# {title}", NOTE, *(part.strip() for part in parts if part.strip())]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [header, ["---"] * len(header), *([cell(each) for each in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: object) -> str:
    """A value inside a table: on one line, with no column mark of its own."""
    return " ".join(str(value).split()).replace("|", "\\|")


def code(value: object) -> str:
    return f"`{value}`"


def codes(values: Iterable[object]) -> str:
    return ", ".join(code(value) for value in values)


def fence(text: str, language: str) -> str:
    return f"```{language}\n{text}\n```"


def prose(described: object) -> str:
    """A docstring as Markdown, without its examples."""
    paragraphs = re.split(r"\n\s*\n", inspect.getdoc(described) or "")
    return "\n\n".join(" ".join(each.split()) for each in paragraphs if not each.startswith(">>>"))
