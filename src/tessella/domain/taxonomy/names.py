"""What metrics and axes are called: words that fit into the name of a feature, `taxonomy.GAME.AXIS`."""

from __future__ import annotations

import re
from typing import Final

#: So that the longest name of a feature of a game, of an axis of its own, is no longer than a name may be.
GAME_MAX_LENGTH: Final = 64
NAME_MAX_LENGTH: Final = 40
#: They stand in names of features where an axis would.
RESERVED_AXES: Final = frozenset({"anomaly", "membership"})

_METRIC: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_AXIS: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def is_metric_name(name: str) -> bool:
    """Whether a metric may be called so: 1 to 40 small letters, digits and _, a letter first.

    >>> is_metric_name("spend_usd"), is_metric_name("Spend")
    (True, False)
    """
    return _METRIC.fullmatch(name) is not None


def is_axis_name(name: str) -> bool:
    """Whether an axis may be called so: as a metric, or with - in it, and not what else stands in its place.

    >>> is_axis_name("discount-evening"), is_axis_name("discount.evening"), is_axis_name("anomaly")
    (True, False, False)
    """
    return _AXIS.fullmatch(name) is not None and name not in RESERVED_AXES
