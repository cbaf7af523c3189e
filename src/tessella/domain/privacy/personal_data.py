"""Texts that are personal data whatever they are sent as: who somebody is, and not what they did."""

from __future__ import annotations

import re
from typing import Final
from unicodedata import normalize
from urllib.parse import unquote

#: What may stand between the digits of a telephone number.
_BETWEEN: Final = r"[ +().\-/]{0,3}"
_EMAIL: Final = re.compile(r"[^@\s<>,;:]@[^@\s<>,;:]+\.[^@\s<>,;:.]")
#: With its country (+ or 00), one 0 first, or in groups that do not begin with a year. At most 15 digits: ITU E.164.
_PHONE: Final = re.compile(
    rf"(?:tel:)?\s*(?:\(?(?:\+{_BETWEEN}|00)[1-9](?:{_BETWEEN}\d){{6,14}}"
    rf"|\(?0[1-9](?:{_BETWEEN}\d){{7,13}}"
    r"|(?!(?:19|20)\d\d[ ./-])(?=(?:\D*\d){9,15}\D*$)\(?\d{1,4}\)?(?:[ +./-]{1,2}\d{2,4}){2,5})\)?\s*",
    re.IGNORECASE,
)
#: Most ids are in these letters, and need not be brought to a common form.
_PLAIN: Final = re.compile(r"[\x21-\x24\x26-\x7e]*")


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
    return _PHONE.fullmatch(_plain(text)) is not None


def _plain(text: str) -> str:
    return text if _PLAIN.fullmatch(text) else unquote(normalize("NFKC", text))
