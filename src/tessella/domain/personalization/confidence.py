"""How far a ranking can be trusted: what its score was made from, and how much is known of that.

Of an item, confidence = sum(weight * known) / sum(weight), over the inputs of the scope. An input is each boost, of the
weight |add|, and the bases together, of the weight (largest base score - smallest). `known` is

- 0 where the outcome hangs on a value that is absent, of the subject or of the item;
- 1 where it does not, by stored facts and the item alone;
- the evidence behind the subject's vector where it takes the vector to tell.

evidence = n / (n + 5) * 2 ^ (-age / 7 days), with n the sessions of 30 days and age that of the vector. A scope without
inputs is certain: 1. Nothing of the subject goes into the default order and the random one: boosts count as not known.
Source: requirement D, "Ranking Output", has the field; the formula is ours.
"""

from __future__ import annotations

from typing import Final

from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.personalization.vector import FeatureVector

#: So many sessions are half of all evidence.
HALF_SESSIONS: Final = 5
#: After so long a vector is half the evidence that it was.
HALF_LIFE_US: Final = 7 * DAY_US
_DIGITS: Final = 4


def evidence(vector: FeatureVector | None, now: Instant) -> float:
    """What stands behind a vector, 0 to 1.

    >>> week = HALF_LIFE_US
    >>> busy = FeatureVector("anna", Instant(0), session_count_30d=20)
    >>> evidence(busy, Instant(0)), evidence(busy, Instant(week)), evidence(None, Instant(0))
    (0.8, 0.4, 0.0)
    """
    if vector is None or not vector.session_count_30d:
        return 0.0
    age = max(now - vector.computed_at, 0)
    sessions = vector.session_count_30d
    return float(sessions / (sessions + HALF_SESSIONS) * 2.0 ** (-age / HALF_LIFE_US))


def confidence(certain: float, of_vector: float, behind: float) -> float:
    """Of shares of the weight: what is certain, what the vector tells, and the evidence behind the vector.

    >>> confidence(0.5, 0.5, 0.8)
    0.9
    """
    return round(certain + of_vector * behind, _DIGITS)
