"""Compare profiles: the lists that each of them would give for one request, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from tessella.domain.decisions import Decision
from tessella.domain.errors import Faults, NamedTwice, TessellaError, UnknownReference, WrongShape
from tessella.domain.identifiers import Instant, ProfileId, nearest, point
from tessella.domain.ranking.knobs import Knobs
from tessella.domain.ranking.profile import Profile
from tessella.domain.ranking.ranking import Ranking
from tessella.domain.ranking.side_by_side import ItemRanks, ranks_in
from tessella.domain.snapshot import Snapshot
from tessella.ports import Session
from tessella.usecases.decide import variant_knobs
from tessella.usecases.experiments.assigning.in_decision import with_foreseen_variant
from tessella.usecases.prepare_ranking import prepare_ranking
from tessella.usecases.ranking import Material, campaign_of, ranked_explained
from tessella.usecases.recommend import RecommendationRequest

#: The most profiles that are compared at once.
PROFILES_MAX: Final = 5


class ProfileList(msgspec.Struct, frozen=True):
    """What one profile gives. The ranking has its trace."""

    profile_id: ProfileId
    #: The effective configuration: that of the profile under those of the campaign and the request.
    config: Knobs
    ranking: Ranking


class ProfilesCompared(msgspec.Struct, frozen=True):
    """The lists of several profiles for one request."""

    #: What the request gets by itself: its segment and profile. It has no items.
    decision: Decision
    #: None while no ranking index was built.
    index_version: str | None
    #: In the order in which the profiles were named; then those of profiles that are not saved.
    lists: tuple[ProfileList, ...]
    #: Every item of any list, with its place in each.
    items: tuple[ItemRanks, ...]


async def compare_profiles(
    session: Session,
    request: RecommendationRequest,
    profile_ids: Sequence[ProfileId],
    unsaved: Sequence[Profile] = (),
) -> ProfilesCompared:
    """Rank for one subject at one moment by each profile in turn. Nothing is recorded.

    An unsaved profile is tried as if it were in force, also beside the saved one of its id.

    Raises as `recommend`, `WrongShape` for a number of profiles that cannot be meant, and `Faults` with an
    `UnknownReference` or a `NamedTwice` for each profile that cannot be, and for filters of items.
    """
    _check_profiles(session.snapshot(), profile_ids, len(unsaved))
    at = request.decision.moment(session.now())
    decision = await with_foreseen_variant(session, request.decision)
    material = await prepare_ranking(session, decision, request.items, at)
    lists = [_list_of(material, profile_id, at) for profile_id in profile_ids]
    for place, profile in enumerate(unsaved):
        snapshot = material.snapshot.with_profile(profile, point("/unsaved", place))
        lists.append(_list_of(msgspec.structs.replace(material, snapshot=snapshot), profile.profile_id, at))
    return _compared(material, lists)


def _check_profiles(snapshot: Snapshot, profile_ids: Sequence[ProfileId], unsaved: int) -> None:
    if not 1 <= len(profile_ids) + unsaved <= PROFILES_MAX:
        raise WrongShape("/profile_ids", f"profile_ids must name 1 to {PROFILES_MAX} profiles.")
    if faults := list(_profile_faults(snapshot, profile_ids)):
        raise Faults(faults)


def _profile_faults(snapshot: Snapshot, profile_ids: Sequence[ProfileId]) -> Iterator[TessellaError]:
    known = snapshot.definitions.profiles
    for place, profile_id in enumerate(profile_ids):
        at = point("/profile_ids", place)
        if profile_id not in known:
            yield UnknownReference(at, "profile", profile_id, nearest(profile_id, known), known)
        elif profile_id in profile_ids[:place]:
            yield NamedTwice(at, "profile", profile_id)


def _list_of(material: Material, profile_id: ProfileId, at: Instant) -> ProfileList:
    given = _given_by(material.snapshot, material.decision, profile_id)
    ranking = ranked_explained(msgspec.structs.replace(material, decision=given), at)
    return ProfileList(profile_id, given.config, ranking)


def _given_by(snapshot: Snapshot, decision: Decision, profile_id: ProfileId) -> Decision:
    """The decision as it would be if its segment pointed at another profile."""
    campaign = campaign_of(snapshot, decision)
    overrides = {} if campaign is None else campaign.overrides
    of_variant, _ = variant_knobs(snapshot, decision.experiment)
    config = snapshot.config(profile_id, campaign=overrides, experiment=of_variant, overrides=decision.overrides)
    return msgspec.structs.replace(decision, profile_id=profile_id, config=config.values, provenance=config.provenance)


def _compared(material: Material, lists: Sequence[ProfileList]) -> ProfilesCompared:
    index_version = None if material.index is None else material.index.version
    items = ranks_in([[item.item_id for item in each.ranking.items] for each in lists])
    return ProfilesCompared(material.decision, index_version, tuple(lists), items)
