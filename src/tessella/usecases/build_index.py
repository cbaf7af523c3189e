"""Build a namespace's ranking index from its items and events, and publish it."""

from __future__ import annotations

import asyncio
from typing import Final

import msgspec

from tessella.domain.errors import WrongShape
from tessella.domain.features.item_features import item_properties
from tessella.domain.identifiers import Instant, Json
from tessella.domain.ranking.catalogue.building import BuiltCatalogue, CatalogueBuilder
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.index.recipe import Recipe, windows_in_use
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.ranking.signals.event_columns import EventColumns, fields_read
from tessella.domain.ranking.signals.interactions import Interactions
from tessella.domain.snapshot import Snapshot
from tessella.domain.steps import walk
from tessella.logs import get_logger
from tessella.ports import Progress, Session
from tessella.ports.indexes import IndexCounts, StoredIndex
from tessella.usecases.add_events import AHEAD_US
from tessella.usecases.progress import after_each
from tessella.usecases.streamed_csv import csv_blocks

_LOG: Final = get_logger(__name__)
#: How far a build is when items are read, when events are, and when every signal is computed: the rest is writing.
_ITEMS_READ: Final = 0.1
_EVENTS_READ: Final = 0.4
_COMPUTED: Final = 0.95


async def build_index(session: Session, *, as_of: Instant, progress: Progress) -> StoredIndex:
    """Compute every signal from the events up to `as_of`, for each window in use, and make the result the active index.

    Events of subjects who switched personalization off do not count. Raises `WrongShape` for a moment that is to come,
    `IndexBeingBuilt`, and what the session raises: nothing is published then, and nothing stays behind.
    """
    check_as_of(as_of, session.now())
    snapshot = await session.compiled(await session.definitions())
    async with session.building_index(as_of) as build:
        recipe = recipe_of(snapshot, build.version, as_of)
        built = await read_items(session, snapshot)
        progress(_ITEMS_READ)
        events = await read_events(session, built, recipe.setup, until=as_of)
        progress(_EVENTS_READ)
        interactions = await asyncio.to_thread(events.built)
        index = await asyncio.to_thread(_compute, recipe, built, interactions, progress)
        _LOG.info("signals_computed")
        counts = IndexCounts(
            len(built.catalogue), len(interactions), events.unknown_items, built.other_dimensions
        )  # fmt: skip
        return await build.publish(index, counts, _told(recipe))


def check_as_of(as_of: Instant, now: Instant) -> None:
    """Raises `WrongShape` for a moment that is to come: by then every popularity of today has faded."""
    if as_of > now + AHEAD_US:
        raise WrongShape("/as_of", "An index is as of a moment that has been.", "Leave it out for now.")


def recipe_of(snapshot: Snapshot, version: str, as_of: Instant) -> Recipe:
    """Every window that the definitions use."""
    layers = [config.values for config in snapshot.configs.values()]
    layers += [campaign.overrides for campaign in snapshot.definitions.campaigns.values()]
    windows = windows_in_use(snapshot.configs[None].values, layers)
    return Recipe(version, as_of, snapshot.definitions.defaults.ranking, windows)


async def read_items(session: Session, snapshot: Snapshot) -> BuiltCatalogue:
    """The catalogue as it is stored now."""
    builder = CatalogueBuilder(item_properties(snapshot.definitions.features.values()))
    async for item in session.stream_items():
        builder.add(item)
    built = await asyncio.to_thread(builder.built)
    _LOG.info("items_read", count=len(built.catalogue))
    return built


async def read_events(session: Session, built: BuiltCatalogue, setup: RankingSetup, *, until: Instant) -> EventColumns:
    """The events about its items up to a moment."""
    events = EventColumns(built.catalogue, setup)
    async for block in csv_blocks(session.stream_events(fields_read(setup), until=until)):
        events.add(block)
    _LOG.info("events_read")
    return events


def _compute(recipe: Recipe, built: BuiltCatalogue, events: Interactions, progress: Progress) -> RankingIndex:
    from tessella.domain.ranking.build import index_steps  # loads scipy

    tell = after_each(progress, recipe.steps(), begin=_EVENTS_READ, end=_COMPUTED)
    return walk(index_steps(recipe, built, events), between=tell)


def _told(recipe: Recipe) -> dict[str, Json]:
    """What an index was built with, as it is shown."""
    return {**msgspec.to_builtins(recipe.windows), "setup": msgspec.to_builtins(recipe.setup)}
