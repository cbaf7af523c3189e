"""Schedules as cron writes them: five fields, of which each is a star, numbers, spans and steps."""

from __future__ import annotations

import re
from typing import Final

#: The least and the greatest number of each field: minute, hour, day of the month, month, day of the week.
_FIELDS: Final = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
_PART: Final = re.compile(r"(?:\*|([0-9]{1,2})(?:-([0-9]{1,2}))?)(?:/([1-9][0-9]?))?")


def checked_schedule(text: str) -> str:
    """The same text. Raises ValueError for what is neither empty nor a schedule.

    >>> checked_schedule("0 2 * * *"), checked_schedule("*/15 8-18 * * 1,3,5"), checked_schedule("")
    ('0 2 * * *', '*/15 8-18 * * 1,3,5', '')
    >>> checked_schedule("0 24 * * *")
    Traceback (most recent call last):
    ValueError: It is no schedule of cron, such as "0 2 * * *": minute, hour, day of the month, month, weekday.
    """
    fields = text.split(" ")
    holds = len(fields) == len(_FIELDS) and all(map(_is_field, fields, _FIELDS))
    if text and not holds:
        told = 'It is no schedule of cron, such as "0 2 * * *": minute, hour, day of the month, month, weekday.'
        raise ValueError(told)
    return text


def _is_field(field: str, limits: tuple[int, int]) -> bool:
    return all(_is_part(each, *limits) for each in field.split(","))


def _is_part(part: str, least: int, greatest: int) -> bool:
    found = _PART.fullmatch(part)
    if found is None:
        return False
    numbers = [int(each) for each in (found[1], found[2]) if each is not None]
    return sorted(numbers) == numbers and all(least <= each <= greatest for each in numbers)
