"""Texts that may name a person: they come with links that somebody else has written."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

#: A text that is encoded more often hides something.
_ROUNDS: Final = 4
#: Of a telephone number, by ITU E.164; with fewer it may be a day.
_DIGITS: Final = range(9, 16)
#: Most texts are words, and looked at no further: the rest takes 20 us.
_WORDS: Final = re.compile(r"[A-Za-z _.-]*")
_BETWEEN: Final = r"[ +().\-/]{0,3}"
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|[01]?\d?\d)"
_IPV4: Final = rf"(?<![\d.])(?:{_OCTET}\.){{3}}{_OCTET}(?!\d|\.\d)"
#: With its country, with a leading 0, or marked in a link.
_TELEPHONES: Final = (
    rf"(?<![\w+])(?:\+{_BETWEEN}|00)[1-9](?:{_BETWEEN}\d){{7,14}}(?!\d)",
    rf"(?<![\w.])0[1-9](?:{_BETWEEN}\d){{7,13}}(?!\d)",
    r"\btel:",
)
#: A product with its version, or what browsers say of a system.
_USER_AGENTS: Final = (
    r"\bmozilla/",
    r"\b[a-z][\w.-]*/\d+\.\d",
    r"\b(?:windows[ +]nt|linux;[ +]android|(?:cpu|iphone)[ +]os|intel[ +]mac)\b",
)
_PERSONAL: Final = re.compile("|".join(("@", _IPV4, *_TELEPHONES, *_USER_AGENTS)), re.IGNORECASE)
#: Groups of digits, unless they begin with a year.
_GROUPS: Final = re.compile(
    r"(?<![\w./-])(?!(?:19|20)\d\d[ ./-])\(?\d{1,4}\)?(?:[ +./-]{1,2}\d{2,4}){2,5}(?!\w|[./-]\w)"
)
_HEXADECIMAL: Final = re.compile(r"[\da-z:.]+", re.IGNORECASE)


def may_name_a_person(text: str) -> bool:
    """Whether a text has a mailbox, an address on the net, a telephone number or a user agent in it.

    However it is encoded, as in a link, and whatever the form of its characters. Digits alone are no telephone number
    unless they begin with one 0, two or a +: campaigns have such numbers.

    >>> [may_name_a_person(each) for each in ("ann%40example.org", "[2001:db8::1]:443", "+34 600 123 456")]
    [True, True, True]
    >>> [may_name_a_person(each) for each in ("summer 2026-11-22", "21345678901", "1.22.3", "50% off")]
    [False, False, False, False]
    """
    if _WORDS.fullmatch(text):
        return False
    plain = _plain(text)
    if plain is None or not plain.isprintable():
        return True
    return bool(_PERSONAL.search(plain)) or _has_a_number_in_groups(plain) or _has_an_ipv6_address(plain)


def _plain(text: str) -> str | None:
    """The text as a person reads it; None where it is encoded too often."""
    for _ in range(_ROUNDS):
        before, text = text, unquote(normalize("NFKC", text))
        if text == before:
            return text
    return None


def _has_a_number_in_groups(text: str) -> bool:
    return any(sum(map(str.isdigit, each)) in _DIGITS for each in _GROUPS.findall(text))


def _has_an_ipv6_address(text: str) -> bool:
    """Also behind a word and a colon. Without a digit it is a name, such as of a part of a program."""
    found = (each.strip(".") for each in _HEXADECIMAL.findall(text))
    words = [each for each in found if each.count(":") > 1 and any(map(str.isdigit, each))]
    return any(map(_is_ipv6, [*words, *(each.partition(":")[2] for each in words)]))


def _is_ipv6(word: str) -> bool:
    try:
        return bool(IPv6Address(word))
    except ValueError:
        return False
