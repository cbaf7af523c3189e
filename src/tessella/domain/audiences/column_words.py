"""What the name of a column tells: the group that its feature is shown in, and whether it is personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tessella.domain.features.gate import Value

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

#: The words of personal data. A column with one of them is never sampled, and no rule may read it.
PERSONAL_WORDS: Final = frozenset(
    {
        "address", "birth", "birthdate", "birthday", "dob", "email", "firstname", "forename", "fullname", "iban", "ip",
        "lastname", "latitude", "longitude", "mail", "mobile", "msisdn", "name", "passport", "phone", "postcode",
        "ssn", "street", "surname", "telephone", "username", "zip", "zipcode",
    }
)  # fmt: skip
#: What a name may be of, before it is that of a person.
NAMED_THINGS: Final = frozenset(
    {
        "brand", "campaign", "category", "channel", "city", "country", "department", "device", "event", "item", "offer",
        "plan", "product", "region", "segment", "store", "tier",
    }
)  # fmt: skip

_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
#: An e-mail address, a telephone number with its country, and a network address.
_PERSONAL_TEXT: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+|\+[\d\s()./-]{8,20}|(\d{1,3}\.){3}\d{1,3}")


def words_of(column: str) -> list[str]:
    """The words of a name, in small letters.

    >>> words_of("total_revenue"), words_of("lastPurchaseDays"), words_of("E-Mail")
    (['total', 'revenue'], ['last', 'purchase', 'days'], ['e', 'mail'])
    """
    return [each.lower() for each in _WORD.findall(column)]


def group_of(column: str) -> str:
    """The group in which an editor shows a column.

    >>> [group_of(each) for each in ("total_revenue", "churn_score", "active_products_count", "customer_status", "x1")]
    ['Financial', 'Risk & Engagement', 'Activity', 'Profile', 'DWH Columns']
    """
    words = words_of(column)
    return next((group for group, known in GROUP_WORDS.items() if _among(words, known)), OTHER_GROUP)


def is_personal_name(column: str) -> bool:
    """Whether a column is personal data by its name.

    >>> [is_personal_name(each) for each in ("email", "lastName", "date_of_birth", "product_name", "total_revenue")]
    [True, True, True, False, False]
    """
    words = words_of(column)
    personal = _among(words, PERSONAL_WORDS)
    return bool(personal - {"name"}) or ("name" in personal and not _among(words, NAMED_THINGS))


def _among(words: Iterable[str], known: frozenset[str]) -> set[str]:
    """The known ones of some words, of which each may be in the plural."""
    return {known_as for word in words for known_as in (word, word.removesuffix("s")) if known_as in known}


def looks_personal(values: Iterable[Value]) -> bool:
    """Whether one of some sampled values is an e-mail address, a telephone number or a network address.

    >>> [looks_personal([each]) for each in ("ada@example.org", "+358 40 123 4567", "2024-01-31", "gold")]
    [True, True, False, False]
    """
    return any(isinstance(each, str) and _PERSONAL_TEXT.fullmatch(each.strip()) for each in _texts(values))


def _texts(values: Iterable[Value]) -> Iterator[Value]:
    for value in values:
        yield from value if isinstance(value, tuple) else (value,)
