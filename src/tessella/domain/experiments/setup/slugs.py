"""Ids that are made of names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from typing import Final

#: Shorter than an id may be, so that a number still fits behind it.
_LONGEST: Final = 64
_BETWEEN: Final = re.compile(r"[^a-z0-9]+")


def slug_of(name: str) -> str:
    """The letters and digits of a name, as far as they are Latin; empty where none is.

    >>> slug_of("Variante Ñ: 20 %"), slug_of("对照组")
    ('variante-n-20', '')
    """
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _BETWEEN.sub("-", latin).strip("-")[:_LONGEST].rstrip("-")


def free_slugs(names: Sequence[str | None], taken: Collection[str]) -> list[str]:
    """An id for each variant by its name, none of them twice or taken; by its place where the name gives none.

    >>> free_slugs(["Control", "A b", "A-b", "对照组"], {"control"})
    ['control-2', 'a-b', 'a-b-2', 'variant-4']
    """
    used, slugs = set(taken), list[str]()
    for place, name in enumerate(names, 1):
        slug = slug_of(name or "") or f"variant-{place}"
        free = next(each for each in _numbered(slug) if each not in used)
        if name is not None:
            used.add(free)
        slugs.append(free)
    return slugs


def _numbered(slug: str) -> Iterator[str]:
    """The slug, and then with 2, 3 and so on behind it."""
    yield slug
    yield from (f"{slug}-{number}" for number in count(2))
