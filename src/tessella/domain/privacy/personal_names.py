"""What a name tells: whether a column or a feature of that name is personal data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

#: The words of personal data.
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
#: Of these a name is about a person wherever they stand in it.
_ALWAYS: Final = frozenset(
    {
        "birth", "birthdate", "birthday", "dob", "firstname", "forename", "fullname", "iban", "lastname", "msisdn",
        "passport", "ssn", "surname", "username",
    }
)  # fmt: skip
#: What may follow the word that says what it is.
_AFTER: Final = frozenset({"code", "hash", "id", "line", "no", "number", "raw", "text", "value"})
#: Words of a place on the earth: their numbers may say it to a kilometre.
_OF_PLACES: Final = frozenset({"lat", "latitude", "lng", "lon", "longitude", "gps"})
#: Words of things whose numbers are written like those of telephones: an ISBN begins with 0 too.
_NUMBERED: Final = frozenset(
    {
        "article", "barcode", "book", "brand", "category", "code", "ean", "gtin", "id", "isbn", "item", "product",
        "segment", "sku", "store", "upc",
    }
)  # fmt: skip
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters.

    >>> words_of("total_revenue"), words_of("lastPurchaseDays"), words_of("E-Mail")
    (['total', 'revenue'], ['last', 'purchase', 'days'], ['e', 'mail'])
    """
    return [each.lower() for each in _WORD.findall(name)]


def among(words: Iterable[str], known: frozenset[str]) -> set[str]:
    """The known ones of some words, of which each may be in the plural."""
    return {known_as for word in words for known_as in (word, word.removesuffix("s")) if known_as in known}


def is_personal_name(column: str) -> bool:
    """Whether a column may be personal data by its name: where nobody has said so, it is taken to be.

    >>> [is_personal_name(each) for each in ("email", "lastName", "date_of_birth", "product_name", "total_revenue")]
    [True, True, True, False, False]
    """
    words = words_of(column)
    personal = among(words, PERSONAL_WORDS)
    return bool(personal - {"name"}) or ("name" in personal and not among(words, NAMED_THINGS))


def names_personal_data(name: str) -> bool:
    """Whether a name says that the thing itself is personal data, and not something about such: by its last word.

    >>> [names_personal_data(each) for each in ("user.email", "phone_number", "year_of_birth", "user.firstName", "ip")]
    [True, True, True, True, True]
    >>> [names_personal_data(each) for each in ("mobile_share", "email_opens_30d", "has_phone_app", "user.plan_name")]
    [False, False, False, False]
    """
    words = words_of(name)
    if among(words, _ALWAYS):
        return True
    last = among(_without_ends(words)[-1:], PERSONAL_WORDS)
    return bool(last - {"name"}) or ("name" in last and not among(words, NAMED_THINGS))


@lru_cache(maxsize=4096)
def is_of_a_place(name: str) -> bool:
    """Whether a number of that name is a degree of latitude or longitude.

    >>> is_of_a_place("user.last_lat"), is_of_a_place("user.flat_rate")
    (True, False)
    """
    return bool(among(words_of(name), _OF_PLACES))


@lru_cache(maxsize=4096)
def is_of_a_numbered_thing(name: str) -> bool:
    """Whether digits are what a thing of that name is called by.

    >>> is_of_a_numbered_thing("user.last_item"), is_of_a_numbered_thing("user.contact")
    (True, False)
    """
    return bool(among(words_of(name), _NUMBERED))


def _without_ends(words: Sequence[str]) -> Sequence[str]:
    """The words up to the one that says what it is: `phone_number` is a phone."""
    while len(words) > 1 and (words[-1] in _AFTER or len(words[-1]) == 1):
        words = words[:-1]
    return words
