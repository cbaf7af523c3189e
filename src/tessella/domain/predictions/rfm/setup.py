"""What recency, frequency and money are read from: a part of a namespace's defaults."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tessella.domain.errors import WrongShape
from tessella.domain.features.windows import MAX_WINDOW_DAYS
from tessella.domain.identifiers import FeatureName, Json, Pointer, SourceId
from tessella.domain.wire import read_record

Days = Annotated[int, msgspec.Meta(ge=1, le=MAX_WINDOW_DAYS)]


class RfmColumns(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Features of one source of customers that say the three."""

    #: The source.
    source: SourceId
    #: Days since the last purchase, or the moment of it.
    recency: FeatureName
    #: How many purchases.
    frequency: FeatureName
    #: What they came to.
    monetary: FeatureName

    @property
    def features(self) -> tuple[FeatureName, ...]:
        """All three."""
        return self.recency, self.frequency, self.monetary


class RfmSetup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a namespace's RFM is computed. What a purchase is, and a basket, the setup of the ranking says."""

    #: The last days of events, 1 to 3650. Who bought nothing in them has no scores.
    recency_days: Days = 365
    #: The days in which purchases are counted, no more than those of recency.
    frequency_days: Days = 365
    #: The days in which money is added up, no more than those of recency.
    monetary_days: Days = 365
    #: Features of a source to take instead of events.
    columns: RfmColumns | None = None


def read_rfm(written: Json, at: Pointer = "") -> RfmSetup:
    """The setup from JSON; what is left out has its default. Raises `WrongShape` and `UnknownField`.

    >>> read_rfm({"recency_days": 90, "frequency_days": 90, "monetary_days": 90}).recency_days
    90
    """
    setup = read_record(RfmSetup, written, at)
    if setup.recency_days < max(setup.frequency_days, setup.monetary_days):
        problem = "The window of recency is the longest: who has bought nothing in it has no scores."
        raise WrongShape(f"{at}/recency_days", problem, "Make it as long as the others, or these shorter.")
    return setup


def write_rfm(setup: RfmSetup) -> dict[str, Json]:
    """What differs from the defaults, as JSON.

    >>> write_rfm(RfmSetup(monetary_days=90))
    {'monetary_days': 90}
    """
    usual = msgspec.to_builtins(RfmSetup())
    return {name: value for name, value in msgspec.to_builtins(setup).items() if value != usual[name]}
