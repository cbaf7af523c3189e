"""Save proposals: each proposed group as a draft, for a person to read."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from tessella.domain.definitions import Kind
from tessella.domain.features.gate import iso
from tessella.domain.hashing import digest
from tessella.domain.identifiers import Json
from tessella.domain.segments.proposing.proposals import Behaviour, Proposals, ProposedGroup
from tessella.ports import Session
from tessella.usecases.drafts import save_draft

_WORDS: Final = {Behaviour.CONVERSION: "buys", Behaviour.CHURN: "does not buy", Behaviour.NEXT_CATEGORY: "buys most of"}


async def save_proposals(session: Session, proposals: Proposals) -> Proposals:
    """Keep each group as the draft of an inactive segment; a segment that is defined already stays as it is.

    The draft is named for its behaviour and rule, so that the same proposal is the same draft.
    """
    drafts = []
    for group in proposals.groups:
        segment_id = _segment_id(group)
        if await session.stored_one(Kind.SEGMENT, segment_id) is None:
            await save_draft(session, Kind.SEGMENT, segment_id, _segment(proposals, group), expected_version=None)
            drafts.append(segment_id)
    return replace(proposals, drafts=tuple(drafts))


def _segment_id(group: ProposedGroup) -> str:
    named = digest([group.behaviour, group.category, group.rule])[:8]
    return f"proposed-{group.behaviour.replace('_', '-')}-{named}"


def _segment(proposals: Proposals, group: ProposedGroup) -> dict[str, Json]:
    """Inactive: whoever publishes the draft still has to give it a priority and a profile, and to switch it on."""
    what = " ".join(filter(None, (_WORDS[group.behaviour], group.category)))
    share = f"{group.rate:.1%} ({group.interval.low:.1%} to {group.interval.high:.1%}) against {group.overall:.1%}"
    return {
        "segment_id": _segment_id(group),
        "name": f"Proposed: {what}, {group.lift:.2f} times as often as all",
        "description": (
            f"{group.support:,} subjects for whom {group.sentence}. In the {proposals.horizon_days} days after "
            f"{iso(proposals.as_of)}: {what} {share}, measured on {group.held_out:,} who were held out."
        ),
        "active": False,
        "rules": [{"rule_id": "proposed", "expr": group.rule}],
    }
