"""What a scope may say by itself: scores in their range, one reason a boost, a tag for each reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from tessella.domain.errors import TessellaError, WrongShape, shown
from tessella.domain.identifiers import Pointer, point
from tessella.domain.personalization.scope import Boost, Recent, Related, Scope

#: Of bases, of boosts and of tags.
MOST_RULES: Final = 100
MOST_CELLS: Final = 10_000
#: Ten years.
MOST_HOURS: Final = 87_600
TAG_MAX_LENGTH: Final = 64
#: A boost has one of these.
REASONS: Final = ("when", "equal", "related", "recent")

_TAG: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_ONE_REASON: Final = "A tag stands for one reason: choose another."
_EXAMPLE: Final = 'Such as {"add": 0.2, "when": {"gte": ["engagement_score", 0.7]}}.'


def scope_faults(scope: Scope, at: Pointer = "") -> Iterator[TessellaError]:
    """Every fault that a scope has by itself: what its rules read is not looked at."""
    yield from _score_faults(scope.base, point(at, "base"))
    for name in ("bases", "boosts", "tags"):
        if (count := len(getattr(scope, name))) > MOST_RULES:
            yield WrongShape(point(at, name), f"A scope has at most {MOST_RULES} {name}, not {count}.")
    for index, base in enumerate(scope.bases):
        yield from _score_faults(base.score, point(at, "bases", index, "score"))
    for index, boost in enumerate(scope.boosts):
        yield from _boost_faults(boost, point(at, "boosts", index))
    yield from _tag_faults(scope, at)


def _score_faults(score: float, at: Pointer) -> Iterator[TessellaError]:
    if not 0 <= score <= 1:
        yield WrongShape(at, f"A score is from 0 to 1, not {shown(score)}.", "Such as 0.5.")


def _boost_faults(boost: Boost, at: Pointer) -> Iterator[TessellaError]:
    if not -1 <= boost.add <= 1:
        problem = f"What a boost adds is from -1 to 1, not {shown(boost.add)}."
        yield WrongShape(point(at, "add"), problem, "Such as 0.2, or -0.2 to take away.")
    there = [name for name in REASONS if getattr(boost, name) is not None]
    if len(there) != 1:
        problem = f"A boost has exactly one of {', '.join(REASONS)}, not {' and '.join(there) or 'none of them'}."
        yield WrongShape(at, problem, "Make a boost of each." if there else _EXAMPLE)
    if boost.recent is not None:
        yield from _recent_faults(boost.recent, point(at, "recent"))
    if boost.related is not None:
        yield from _table_faults(boost.related, point(at, "related", "table"))


def _recent_faults(recent: Recent, at: Pointer) -> Iterator[TessellaError]:
    if not 0 < recent.hours <= MOST_HOURS:
        problem = f"hours is above 0 and at most {MOST_HOURS:,}, ten years; not {shown(recent.hours)}."
        yield WrongShape(point(at, "hours"), problem, "Such as 24.")


def _table_faults(related: Related, at: Pointer) -> Iterator[TessellaError]:
    """The numbers in it were read already."""
    cells = sum(map(len, related.table.values()))
    if not related.table:
        yield WrongShape(at, "The table says nothing.", 'Such as {"leo": {"aries": 1, "libra": 0.8}}.')
    if cells > MOST_CELLS:
        yield WrongShape(
            at, f"A table has at most {MOST_CELLS:,} numbers, not {cells:,}.", "Leave out those that are 0."
        )


def _tag_faults(scope: Scope, at: Pointer) -> Iterator[TessellaError]:
    told: set[str] = set()
    for name in ("bases", "boosts", "tags"):
        for index, each in enumerate(getattr(scope, name)):
            where = point(at, name, index, "tag")
            if not each.tag and name != "tags":
                continue
            if not _TAG.fullmatch(each.tag):
                problem = f"A tag is 1 to {TAG_MAX_LENGTH} small letters, digits and _, a letter first."
                yield WrongShape(where, problem, 'Such as "high_engagement".')
            elif each.tag in told:
                yield WrongShape(where, f'The tag "{each.tag}" is there twice.', _ONE_REASON)
            told.add(each.tag)
