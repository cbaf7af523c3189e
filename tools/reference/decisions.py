"""The list of decision records."""

import re

from tools.reference.markdown import DOCS, document, table

INTRODUCTION = "Each choice that a newcomer would question: why, what was decided, and what enforces it."
TITLE = re.compile(r"^# (\d+)\. (.+)$", re.MULTILINE)


def page() -> str:
    rows = [_row(file.name, file.read_text(encoding="utf-8")) for file in (DOCS / "decisions").glob("[0-9]*.md")]
    return document("Decisions", INTRODUCTION, table(["number", "decision"], sorted(rows)))


def _row(file: str, text: str) -> tuple[str, str]:
    """Raises ValueError for a record without a numbered title."""
    title = TITLE.search(text)
    if title is None:
        raise ValueError(f"{file} does not begin with a title such as: # 1. One package")
    return file[:4], f"[{title[2]}]({file})"
