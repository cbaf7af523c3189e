"""Lists of items for people: one by itself, several side by side, and the numbers behind one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import zip_longest

from tessella.cli.output import console, print_table, say
from tessella.domain.ranking.catalogue.item import Item
from tessella.domain.ranking.ranking import FellOut, ItemTrace, Ranking, Trace
from tessella.domain.ranking.reasons import PERSONALIZATION, WORDS

#: Items by id, for their names.
Known = Mapping[str, Item]


def print_list(ranking: Ranking, known: Known) -> None:
    """The items with what people call them, their scores and why they are here."""
    rows = []
    for each in ranking.items:
        item = known.get(each.item_id, Item(each.item_id))
        shown = (each.item_id, item.name, item.brand, item.category)
        rows.append([*shown, f"{each.score:.3f}", ", ".join(each.reasons)])
    if rows:
        print_table("Items", ("item", "name", "brand", "category", "score", "why"), rows)


def print_side_by_side(title: str, columns: Mapping[str, Sequence[str]]) -> None:
    """Lists of names, a column each, under their headings."""
    rows = [[place, *names] for place, names in enumerate(zip_longest(*columns.values()), 1)]
    if rows:
        print_table(title, ("place", *columns), rows)


def names_in(ranking: Ranking, names: Mapping[str, str]) -> list[str]:
    """What the items are called, best first; the id of one that is not known."""
    return [names.get(each.item_id, each.item_id) for each in ranking.items]


def name_of(item_id: str, known: Known) -> str:
    """What people call an item."""
    return known.get(item_id, Item(item_id)).name or item_id


def distinct_names(known: Known) -> Mapping[str, str]:
    """What people call each item, with its id where another one is called the same.

    >>> distinct_names({"7": Item("7", "Milk"), "8": Item("8", "Milk"), "9": Item("9", "Tea")})
    {'7': 'Milk (7)', '8': 'Milk (8)', '9': 'Tea'}
    """
    names = {item_id: name_of(item_id, known) for item_id in known}
    times = Counter(names.values())
    return {item_id: name if times[name] == 1 else f"{name} ({item_id})" for item_id, name in names.items()}


def print_trace(title: str, trace: Trace, known: Known) -> None:
    """What made each score, and what fell out at which step."""
    signals = [term.signal for term in trace.items[0].terms] if trace.items else []
    columns = ("item", "name", *signals, "boost", "penalty", "score")
    print_table(title, columns, [_numbers(each, known) for each in trace.items])
    for signal in (*signals, PERSONALIZATION) if signals else ():
        console.print(f"  {signal}: {WORDS[signal]}", highlight=False)
    console.print(f"{trace.gathered:,} items were gathered, {trace.eligible:,} may be shown.", highlight=False)
    for each in trace.fell_out:
        say(_fell_out(each))


def _numbers(each: ItemTrace, known: Known) -> list[str]:
    numbers = [*(term.contribution for term in each.terms), each.boost, -each.mmr_penalty, each.score]
    return [each.item_id, name_of(each.item_id, known), *(f"{number:.3f}" for number in numbers)]


def _fell_out(each: FellOut) -> str:
    some = ", ".join(each.item_ids[:5])
    return f"  {each.step}, {each.reason} ({WORDS[each.reason]}): {each.count:,}, such as {some}"
