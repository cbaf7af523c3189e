"""What a column tells: its name of the group that its feature is shown in, its values of personal data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tessella.domain.features.gate import Value
from tessella.domain.privacy.personal_data import address_in
from tessella.domain.privacy.personal_names import among, words_of

#: The group of a column that no word tells anything of.
OTHER_GROUP: Final = "DWH Columns"

#: The words of each group. The first group with one of a column's words is its group.
GROUP_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "Risk & Engagement": frozenset(
        {
            "churn", "complaint", "engaged", "engagement", "fraud", "lapse", "likelihood", "nps", "probability",
            "propensity", "risk", "satisfaction", "score", "unsubscribed",
        }
    ),
    "Financial": frozenset(
        {
            "amount", "aov", "balance", "clv", "cost", "coupon", "credit", "debt", "discount", "eur", "fee", "income",
            "ltv", "margin", "payment", "price", "profit", "revenue", "saving", "spend", "spending", "spent", "usd",
            "value",
        }
    ),
    "Activity": frozenset(
        {
            "activity", "basket", "click", "count", "day", "event", "first", "frequency", "hour", "item", "last",
            "login", "open", "order", "play", "product", "purchase", "recency", "session", "transaction", "trip",
            "visit", "week",
        }
    ),
    "Profile": frozenset(
        {
            "age", "channel", "city", "country", "device", "gender", "household", "language", "level", "loyalty",
            "marital", "plan", "region", "segment", "signup", "size", "state", "status", "store", "tenure", "tier",
            "type",
        }
    ),
}  # fmt: skip


def group_of(column: str) -> str:
    """The group in which an editor shows a column.

    >>> [group_of(each) for each in ("total_revenue", "churn_score", "active_products_count", "customer_status", "x1")]
    ['Financial', 'Risk & Engagement', 'Activity', 'Profile', 'DWH Columns']
    """
    words = words_of(column)
    return next((group for group, known in GROUP_WORDS.items() if among(words, known)), OTHER_GROUP)


def looks_personal(values: Iterable[Value]) -> bool:
    """Whether one of some sampled values is an address: of mail, of a telephone, on the net or on the earth.

    >>> [looks_personal([each]) for each in ("ada@example.org", "+358 40 123 4567", "2024-01-31", "gold")]
    [True, True, False, False]
    """
    return any(isinstance(each, str) and address_in(each) is not None for each in _texts(values))


def _texts(values: Iterable[Value]) -> Iterator[Value]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)
