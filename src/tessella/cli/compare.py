"""The lists of named profiles, for `tessella recommend --profile` and the demo."""

from __future__ import annotations

from collections.abc import Sequence

from tessella import usecases
from tessella.cli.lists import Known, distinct_names, names_in, print_list, print_side_by_side
from tessella.cli.output import console, counted, say
from tessella.domain.identifiers import ProfileId
from tessella.ports import Session
from tessella.usecases.compare_profiles import ProfilesCompared
from tessella.usecases.recommend import RecommendationRequest


async def compared_in(
    session: Session, request: RecommendationRequest, profiles: Sequence[str]
) -> tuple[ProfilesCompared, Known]:
    """The lists of each profile, and their items."""
    compared = await usecases.compare_profiles(session, request, [ProfileId(each) for each in profiles])
    found = await session.items_of([each.item_id for each in compared.items])
    return compared, {item.item_id: item for item in found}


def print_compared(compared: ProfilesCompared, known: Known) -> None:
    """A plain list of one profile; those of several as columns of names, and how far they agree."""
    for each in compared.lists:
        for _, text in each.ranking.remarks:
            say(f"  {each.profile_id}: {text}")
    if len(compared.lists) == 1:
        print_list(compared.lists[0].ranking, known)
    else:
        names = distinct_names(known)
        print_side_by_side("Items", {each.profile_id: names_in(each.ranking, names) for each in compared.lists})
        print_agreement(compared)


def print_agreement(compared: ProfilesCompared) -> None:
    """How many items are in every list; nothing of lists that are all empty, as before there is an index."""
    if not compared.items:
        return
    shared = sum(None not in each.ranks for each in compared.items)
    console.print(agreement(shared, len(compared.lists)), highlight=False)


def agreement(shared: int, lists: int) -> str:
    """So many items are in each of so many lists.

    >>> agreement(0, 2), agreement(1, 2), agreement(3, 4)
    ('Both lists have no item in common.', 'Both lists have 1 item in common.', 'All 4 lists have 3 items in common.')
    """
    which = "Both lists" if lists == 2 else f"All {lists} lists"
    return f"{which} have {counted(shared, 'item') if shared else 'no item'} in common."
