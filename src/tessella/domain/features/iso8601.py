"""The texts that are read as a moment: one pattern for Python and every SQL engine.

`2026-01-31`, or with a time `2026-01-31T23:59` or `2026-01-31 23:59:59.999999`, the time with a zone `Z` or `+02:00`.
The pattern knows the calendar, leap years included, so that a text that matches can be cast without a fault.
"""

from __future__ import annotations

import re
from typing import Final

_YEAR: Final = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR: Final = "([0-9]{2}(0[48]|[2468][048]|[13579][26])|(0[48]|[2468][048]|[13579][26])00)"
_DAY_OF_YEAR: Final = (
    "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
_DATE: Final = f"({_YEAR}-{_DAY_OF_YEAR}|{_LEAP_YEAR}-02-29)"
_TIME: Final = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?"

#: `Z`, or hours and minutes east of UTC; no zone on earth is 15 hours away.
ZONE: Final = "(Z|[+-](0[0-9]|1[0-4]):[0-5][0-9])"
#: The whole text, anchored.
MOMENT: Final = f"^{_DATE}([T ]{_TIME}{ZONE}?)?$"

_MOMENT: Final = re.compile(MOMENT.replace("$", r"\Z"))


def is_moment(text: str) -> bool:
    """Whether the text is a date, or a date and time, as ISO 8601 writes it.

    >>> is_moment("2024-02-29T12:00Z"), is_moment("2023-02-29"), is_moment("20240229")
    (True, False, False)
    """
    return _MOMENT.match(text) is not None
