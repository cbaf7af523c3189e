"""Which subjects of a calculation are looked at: the same ones for the same seed, and some of every segment.

One half are any subjects. The other half is shared by the segments, each with subjects of its own, however few it
holds; by those without any segment; and by those for whom each segment is the first match. One scan finds them all.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from tessella.domain.audiences.audience import Audience
from tessella.domain.audiences.layout import FIRST, SUBJECT, mask, word

#: Subjects that are looked at unless somebody asks for others.
USUAL_SUBJECTS = 1000
MOST_SUBJECTS = 20_000
MOST_SEED = 2**31 - 1


def sample_sql(audience: Audience, rows: str, *, subjects: int, seed: int) -> str:
    """One row: lists of ids, which may repeat one another and be NULL. About so many subjects in all."""
    strata = _strata(audience, most=max(1, subjects // 2), seed=seed)
    of_each = max(1, subjects // 2 // len(strata))
    lists = [_list(max(1, subjects - subjects // 2)), *(_list(of_each, each) for each in strata)]
    ranked = f"SELECT *, hash({SUBJECT}, {seed}) AS lot FROM ({rows})"
    return f"SELECT {', '.join(lists)} FROM ({ranked})"


def _strata(audience: Audience, *, most: int, seed: int) -> Sequence[str]:
    """Conditions. Where there are more than subjects, the seed says which ones have their turn."""
    tried = [f"{FIRST} = {at}" for at in range(audience.tried)]
    bits = [f"({word(at)} & {mask(at)}) <> 0" for at, _ in enumerate(audience.segments)]
    found = [f"{FIRST} IS NULL", *bits, *tried]
    return found if len(found) <= most else random.Random(seed).sample(found, most)


def _list(most: int, condition: str = "true") -> str:
    return f"arg_min({SUBJECT}, lot, {most}) FILTER (WHERE {condition})"
