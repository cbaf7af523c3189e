"""The filters of items that profiles, campaigns and the defaults have."""

from __future__ import annotations

from collections.abc import Iterator

from tessella.domain.definitions.records import DEFAULTS_ID, Definitions, Kind
from tessella.domain.errors import Faults, TessellaError
from tessella.domain.features.schema import ItemSchema
from tessella.domain.identifiers import Json, Pointer, point
from tessella.domain.ranking.filters.item_filter import ItemFilter, parse_item_filter


def parse_item_filters(definitions: Definitions) -> dict[tuple[Kind, str], ItemFilter]:
    """The filter of each profile and campaign, and of the defaults, where they have one.

    Raises `Faults` whose pointers begin with `/profiles/{profile_id}/item_filter` or the like.
    """
    schema = ItemSchema(definitions.features.values())
    parsed: dict[tuple[Kind, str], ItemFilter] = {}
    errors: list[TessellaError] = []
    for owner, expr, at in _item_filters(definitions):
        try:
            parsed[owner] = parse_item_filter(expr, schema, at)
        except TessellaError as error:
            errors.extend(error.faults())
    if errors:
        raise Faults(errors)
    return parsed


def _item_filters(definitions: Definitions) -> Iterator[tuple[tuple[Kind, str], Json, Pointer]]:
    """Who has a filter, the filter, and where it stands."""
    if definitions.defaults.item_filter is not None:
        yield (Kind.DEFAULTS, DEFAULTS_ID), definitions.defaults.item_filter, "/defaults/item_filter"
    for profile_id, profile in sorted(definitions.profiles.items()):
        if profile.item_filter is not None:
            yield (Kind.PROFILE, profile_id), profile.item_filter, point("/profiles", profile_id, "item_filter")
    for campaign_id, campaign in sorted(definitions.campaigns.items()):
        if campaign.item_filter is not None:
            yield (Kind.CAMPAIGN, campaign_id), campaign.item_filter, point("/campaigns", campaign_id, "item_filter")
