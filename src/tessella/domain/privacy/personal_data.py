"""Texts that are personal data whatever they are sent as: who or where somebody is, and not what they did.

The patterns are in the language of RE2 too: `personal_sql` says the same in SQL.
"""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

#: What may stand between the digits of a telephone number.
_BETWEEN: Final = r"[ +().\-/]{0,3}"
_OCTET: Final = r"(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])"
_DEGREES: Final = r"[-+]?[0-9]{1,3}\.[0-9]{3,}"

EMAIL: Final = r"[^@\s<>,;:]@[^@\s<>,;:]+\.[^@\s<>,;:.]"
#: A telephone number with its country (+ or 00), or with one 0 before. At most 15 digits: ITU E.164.
DIALLED: Final = (
    rf"(?i)(?:tel:)?\s*(?:\(?(?:\+{_BETWEEN}|00)[1-9](?:{_BETWEEN}[0-9]){{6,14}}"
    rf"|\(?0[1-9](?:{_BETWEEN}[0-9]){{7,13}})\)?\s*"
)
#: One in groups: with 9 to 15 digits, unless it begins with a year.
GROUPED: Final = r"(?i)(?:tel:)?\s*\(?[0-9]{1,4}\)?(?:[ +./-]{1,2}[0-9]{2,4}){2,5}\)?\s*"
DATED: Final = r"(?i)^(?:tel:)?\s*(?:19|20)[0-9][0-9][ ./-]"
#: An IPv4 address, an IPv6 address, the address of a network card.
NETWORK: Final = (
    rf"(?i)\s*(?:(?:{_OCTET}\.){{3}}{_OCTET}(?:[:/][0-9]{{1,5}})?|\[?(?:[0-9a-f]{{1,4}}:){{7}}[0-9a-f]{{1,4}}\]?"
    r"|\[?[0-9a-f]{0,4}(?::[0-9a-f]{1,4})*::[0-9a-f]{0,4}(?::[0-9a-f]{1,4})*\]?|(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2})\s*"
)
#: Latitude and longitude to a hundred metres or closer, or in minutes of arc.
LOCATION: Final = rf"(?i)\s*(?:geo:)?[(\[]?{_DEGREES}\s*[,; ]\s*{_DEGREES}[)\]]?\s*|.*[0-9]\s*°\s*[0-9]{{1,2}}\s*['′].*"  # noqa: RUF001 (a prime is what minutes are written with)
PERSON: Final = r"\s*(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau|Mme|Mlle)\.?\s+[A-Z]\S+(?:\s+\S+){0,3}\s*"
#: So many words and one more are free text.
MOST_WORDS: Final = 12
FREE_TEXT: Final = rf"(?:\S+\s+){{{MOST_WORDS}}}\S"

#: Digits alone that are a telephone number within a country, unless they are a product's.
NATIONAL: Final = r"0[1-9][0-9]{7,9}"

_EMAIL: Final = re.compile(EMAIL)
_DIALLED: Final = re.compile(DIALLED)
_GROUPED: Final = re.compile(GROUPED)
_DATED: Final = re.compile(DATED)
_DIGITS: Final = range(9, 16)
#: What else the whole of a text may be.
_WHOLE: Final = (
    (re.compile(NETWORK), "a network address"),
    (re.compile(LOCATION, re.DOTALL), "a precise location"),
    (re.compile(PERSON), "a person's name"),
)
#: Most ids are in these letters, and need not be brought to a common form.
_PLAIN: Final = re.compile(r"[\x21-\x24\x26-\x7e]*")
#: Most values are one word, in which nothing personal can be told apart. Looking further takes ten times as long.
_WORD: Final = re.compile(r"[A-Za-z_-]*")


def looks_like_email(text: str) -> bool:
    r"""Whether a text is an e-mail address, or has one in it.

    However it is encoded: `ann%40example.org` is one, and so is one in letters of full width.

    >>> [looks_like_email(each) for each in ("ann@example.org", "Ann <ann%40example.org>", "ann\uff20example.org")]
    [True, True, True]
    >>> [looks_like_email(each) for each in ("user@tenant", "@ann", "a1b2")]
    [False, False, False]
    """
    plain = _plain(text)
    return "@" in plain and _EMAIL.search(plain) is not None


def looks_like_phone(text: str) -> bool:
    """Whether the whole text is a telephone number.

    With its country (`+` or `00` before), with one 0 before, or with spaces and such between its digits. Digits alone
    that begin with none of these are no telephone number: ids are such numbers.

    >>> [looks_like_phone(each) for each in ("+358 40 123 4567", "00358401234567", "040-1234567", "(555) 123-4567")]
    [True, True, True, True]
    >>> [looks_like_phone(each) for each in ("21345678901", "000001234567", "2026-11-22", "u-1234567", "10.2.3")]
    [False, False, False, False, False]
    """
    plain = _plain(text)
    if _DIALLED.fullmatch(plain):
        return True
    is_grouped = _GROUPED.fullmatch(plain) is not None and _DATED.match(plain) is None
    return is_grouped and sum(map(str.isdigit, plain)) in _DIGITS


def address_in(text: str) -> str | None:
    """What a value looks like that somebody can be reached or found by; None where it is no such thing.

    Digits alone are never one: numbers of products begin with 0 too. `feature_guard` knows what the value is of.

    >>> [address_in(each) for each in ("ann@example.org", "+358 40 123 4567", "192.168.1.17", "012345678905", "gold")]
    ['an e-mail address', 'a telephone number', 'a network address', None, None]
    >>> [address_in(each) for each in ("60.16952, 24.93545", "60.17, 24.94", "2001:db8::1", "12:30:45", "1.22.3")]
    ['a precise location', None, 'a network address', None, None]
    """
    if _WORD.fullmatch(text):
        return None
    if looks_like_email(text):
        return "an e-mail address"
    for pattern, what in _WHOLE:
        if pattern.fullmatch(text):
            return what
    return "a telephone number" if not text.isdigit() and looks_like_phone(text) else None


def personal_text(text: str) -> str | None:
    """What a value looks like that is no category: an address, a person's name, free text. None where it may be one.

    >>> personal_text("Dr. Ann Smith"), personal_text("Soft drinks 12/18 and 15pk can"), personal_text("word " * 13)
    ("a person's name", None, 'free text')
    """
    found = address_in(text)
    return found or ("free text" if len(text.split(None, MOST_WORDS)) > MOST_WORDS else None)


def _plain(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else unquote(normalize("NFKC", text))
