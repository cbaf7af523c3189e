"""Which values a field of a vector may have: numbers within bounds, and words of a list. Nothing else is stored.

So no text that somebody wrote can be in a vector, whatever stands in the events. Source: requirement D, "Feature Vector
(Privacy-Safe)".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.gate import Value

#: Kinds of devices. A namespace that knows others declares a feature `device_type` with `allowed_values`.
DEVICE_TYPES: Final = (
    "mobile", "tablet", "desktop", "tv", "console", "watch", "speaker", "car", "vr", "other",
)  # fmt: skip
_COUNTRIES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR "
    "GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO "
    "JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR "
    "MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO "
    "RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV "
    "TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
#: ISO 3166-1 alpha-2.
COUNTRY_CODES: Final = tuple(_COUNTRIES.split())
#: The most characters of a kind of device. The database holds to it too.
DEVICE_MAX_LENGTH: Final = 64
MOST_SESSIONS: Final = 1_000_000
DAY_SECONDS: Final = 86_400


class Range(Protocol):
    """The values of a field."""

    def holds(self, value: Value) -> bool:
        """Whether the field may have the value."""
        ...

    def sql(self, column: str) -> str:
        """The same of a column of DuckDB that is not NULL."""
        ...


@dataclass(frozen=True, slots=True)
class Between:
    """Numbers from `least` to `most`, both included, that are whole multiples of `step`.

    >>> Between(-12, 14, 0.25).holds(5.75), Between(-12, 14, 0.25).holds(5.7), Between(0, 1).holds(1.5)
    (True, False, False)
    """

    least: float
    most: float
    #: A power of two, so that the quotient is exact; None: any number.
    step: float | None = None

    def holds(self, value: Value) -> bool:
        if not isinstance(value, int | float) or not self.least <= value <= self.most:
            return False
        return self.step is None or (value / self.step).is_integer()

    def sql(self, column: str) -> str:
        within = f"{column} BETWEEN {self.least} AND {self.most}"
        quotient = f"CAST({column} AS DOUBLE) / {self.step}::DOUBLE"
        return within if self.step is None else f"({within} AND {quotient} = trunc({quotient}))"


@dataclass(frozen=True, slots=True)
class OneOf:
    """These words as they are.

    >>> OneOf(COUNTRY_CODES).holds("FI"), OneOf(COUNTRY_CODES).holds("Finland")
    (True, False)
    """

    words: tuple[str, ...]

    def holds(self, value: Value) -> bool:
        return value in self.words

    def sql(self, column: str) -> str:
        return f"{column} IN ({', '.join(map(literal, self.words))})"


SHARE: Final = Between(0, 1)
#: Of each field, in the order of the table.
RANGES: Final[Mapping[str, Range]] = {
    "engagement_score": SHARE,
    "notification_ctr": SHARE,
    "session_count_7d": Between(0, MOST_SESSIONS),
    "session_count_30d": Between(0, MOST_SESSIONS),
    "avg_session_duration_sec": Between(0, DAY_SECONDS),
    "preferred_time_slot": Between(0, 23),
    "device_type": OneOf(DEVICE_TYPES),
    "country_code": OneOf(COUNTRY_CODES),
    "timezone_offset": Between(-12, 14, 0.25),
}
