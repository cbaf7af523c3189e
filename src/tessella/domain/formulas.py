"""Texts that a spreadsheet would run as formulas, in cells of CSV. Source: OWASP, "CSV Injection"."""

from __future__ import annotations

import re
from typing import Final

#: What a spreadsheet takes for a formula when a cell begins with it.
FORMULA_STARTS: Final = r"^[=+\-@\t\r\n]"

_FORMULA: Final = re.compile(FORMULA_STARTS)
_MARKED: Final = re.compile(rf"'(?={FORMULA_STARTS.removeprefix('^')})")


def as_cell(text: str) -> str:
    """A text with ' before it where it is a formula.

    >>> as_cell("=1+1"), as_cell("gold")
    ("'=1+1", 'gold')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def from_cell(cell: str) -> str:
    """The text of such a cell.

    >>> from_cell("'=1+1"), from_cell("gold"), from_cell("'s")
    ('=1+1', 'gold', "'s")
    """
    return cell[1:] if _MARKED.match(cell) else cell
