"""What is watched of personalization: what is hoped for, and from where on somebody is to look.

Source: requirement D, "Monitoring".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.limit import Limit

#: Shares of active subjects, of personal rankings and of subjects with settings; and seconds.
EXTRACTION_ERRORS: Final = Limit(target=0.0, alert=0.05)
CACHE_MISSES: Final = Limit(target=0.2, alert=0.5)
OPT_OUT_RATE: Final = Limit(target=0.0, alert=0.05)
JOB_SECONDS: Final = Limit(target=0.0, alert=1800.0)

#: Of fewer subjects no share is told to those who may only see how things are: it would be about persons.
LEAST_TOLD: Final = 20
#: Fewer personal rankings than these say nothing of a share.
LEAST_RANKED: Final = 100
#: A spike is so many times what is usual, and so many subjects at least.
SPIKE_TIMES: Final = 3.0
LEAST_OPT_OUTS: Final = 10
#: What is usual is the mean of so many days, and nothing is told from fewer than those.
USUAL_DAYS: Final = 28
LEAST_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class OptedOut:
    """How many had opted out at a moment."""

    at: Instant
    subjects: int


def told_extraction(active: int, failed: int) -> str | None:
    """What there is to say of a refresh of vectors; None where nothing is wrong.

    >>> told_extraction(active=100, failed=5) is None
    True
    """
    if not active or not EXTRACTION_ERRORS.is_missed(failed / active):
        return None
    return (
        f"Of {active:,} active subjects the vectors of {failed:,} have a value that is out of its range or no code; it "
        f"was left out. The target is more than {1 - EXTRACTION_ERRORS.alert:.0%} without a fault: look at what events "
        "say of them."
    )


def told_cache_misses(hits: int, misses: int) -> str | None:
    """The same of the last personal rankings: those that were kept, and those that had to be computed."""
    asked = hits + misses
    if asked < LEAST_RANKED or not CACHE_MISSES.is_missed(misses / asked):
        return None
    return (
        f"{misses:,} of {asked:,} personal rankings had to be computed. The target is less than "
        f"{CACHE_MISSES.target:.0%}, and more than {CACHE_MISSES.alert:.0%} is too much. See whether nightly_refresh "
        "runs, and whether RANKING_CACHE_TTL_HOURS is at least a day."
    )


def told_opt_outs(nights: Sequence[OptedOut], now: OptedOut) -> str | None:
    """The same of opt-outs: `nights` are counts of the last weeks in any order.

    new  = opted out now - opted out at the last count that is a day old
    mean = (that count - the first one of the 28 days before it) / the days between, not below 0
    A spike is new > 3 * mean * days since that count, from 10 subjects on.

    >>> nights = [OptedOut(Instant(day * DAY_US), 2 * day) for day in range(28)]
    >>> told_opt_outs(nights, OptedOut(Instant(28 * DAY_US), 54 + 6)) is None
    True
    >>> print(told_opt_outs(nights, OptedOut(Instant(28 * DAY_US), 54 + 11)))
    11 subjects more have opted out than 1.0 days ago. The mean of the 27 days before is 2.0 a day.
    """
    past = sorted((each for each in nights if each.at <= now.at - DAY_US), key=lambda each: each.at)
    if not past:
        return None
    last = past[-1]
    first = next(each for each in past if each.at >= last.at - USUAL_DAYS * DAY_US)
    days, since = (last.at - first.at) / DAY_US, (now.at - last.at) / DAY_US
    if days < LEAST_DAYS:
        return None
    mean, new = max(last.subjects - first.subjects, 0) / days, now.subjects - last.subjects
    if new < LEAST_OPT_OUTS or new <= SPIKE_TIMES * mean * since:
        return None
    return (
        f"{new:,} subjects more have opted out than {since:.1f} days ago. The mean of the {days:.0f} days before is "
        f"{mean:.1f} a day."
    )
