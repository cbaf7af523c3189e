"""Publish: put changes in force, all or none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from tessella.domain.definitions import Kind
from tessella.domain.errors import NoSuch, StaleDrafts
from tessella.ports import Change, Draft, Published, Session
from tessella.usecases.proposal import known_rules, read_proposal

#: Drafts by kind and name; None for all.
DraftNames = Sequence[tuple[Kind, str]] | None
Tell = Callable[[Published], Any]


async def publish_changes(
    session: Session,
    changes: Sequence[Change],
    *,
    expected_snapshot: int | None = None,
    comment: str = "",
    tell: Tell | None = None,
) -> Published:
    """Store the changes as one publish.

    `expected_snapshot`: the snapshot version that the change was planned against; None when it does not matter. `tell`
    makes what the answer to the request is made of, where that is not the publish itself.
    Raises `Faults` with pointers such as `/segments/vip/rules/0/expr`, `StalePlan`, `StaleVersion`, `NoSuch` for the
    deletion of what does not exist, and `NothingToPublish`.
    """
    return await _publish(session, changes, expected_snapshot, comment, drafts=(), tell=tell)


async def publish_drafts(
    session: Session, names: DraftNames = None, *, expected_snapshot: int | None = None, comment: str = ""
) -> Published:
    """Store the drafts as one publish, which takes them away. Raises likewise, `NoSuch` and `StaleDrafts`."""
    drafts = await chosen_drafts(session, names)
    refuse_stale(drafts)
    return await _publish(session, as_changes(drafts), expected_snapshot, comment, drafts=drafts)


async def _publish(
    session: Session,
    changes: Sequence[Change],
    expected_snapshot: int | None,
    comment: str,
    drafts: Sequence[Draft],
    tell: Tell | None = None,
) -> Published:
    proposal, known = await asyncio.to_thread(read_proposal, changes), known_rules(session)
    return await session.publish(
        proposal.changes,
        check=lambda before: proposal.check_over(before, known),
        expected_snapshot=expected_snapshot,
        comment=comment,
        drafts=drafts,
        tell=tell,
    )


async def chosen_drafts(session: Session, names: DraftNames) -> Sequence[Draft]:
    """The drafts of these names, in their order. Raises `NoSuch`."""
    found = {(each.kind, each.identifier): each for each in await session.drafts()}
    for kind, identifier in names or ():
        if (kind, identifier) not in found:
            raise NoSuch(f"draft of a {kind}", identifier)
    return list(found.values()) if names is None else [found[name] for name in dict.fromkeys(names)]


def refuse_stale(drafts: Sequence[Draft]) -> None:
    """Raises `StaleDrafts` that names each draft whose object has been published since it was begun."""
    stale = [each for each in drafts if each.is_stale]
    if stale:
        raise StaleDrafts(", ".join(map(_begun_with, stale)))


def _begun_with(draft: Draft) -> str:
    active = draft.active_version or "deleted"
    return f"{draft.kind} {draft.identifier} (begun with {draft.base_version}, now {active})"


def as_changes(drafts: Sequence[Draft]) -> list[Change]:
    """What the drafts want."""
    return [Change(each.kind, each.identifier, each.body, each.base_version) for each in drafts]
