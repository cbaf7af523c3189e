"""A ranking index from plain rows, in memory."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from tessella.domain.features.item_features import item_properties
from tessella.domain.identifiers import Instant
from tessella.domain.ranking.build import index_steps
from tessella.domain.ranking.catalogue.building import build_catalogue
from tessella.domain.ranking.index.index import RankingIndex
from tessella.domain.ranking.setup import RankingSetup
from tessella.domain.ranking.signals.event_columns import EventColumns
from tessella.domain.snapshot import Snapshot
from tessella.domain.steps import walk
from tessella.sdk.rows import EventRow, Row, read_events, read_items
from tessella.usecases.build_index import recipe_of

#: There is one index only, and it is not stored.
VERSION = "local"


def index_of(snapshot: Snapshot, items: Iterable[Row], events: Iterable[Row], as_of: Instant) -> RankingIndex:
    """The index of items and of the events up to `as_of`, for every window that the definitions use.

    Raises `Faults`, `WrongShape` and `UnknownField` for rows that cannot be read.
    """
    recipe = recipe_of(snapshot, VERSION, as_of)
    built = build_catalogue(read_items(items), item_properties(snapshot.definitions.features.values()))
    columns = EventColumns(built.catalogue, recipe.setup)
    columns.add([_texts(each, recipe.setup) for each in read_events(events) if each.occurred_at <= as_of])
    return walk(index_steps(recipe, built, columns.built()))


def _texts(event: EventRow, setup: RankingSetup) -> list[str]:
    """As `event_columns.fields_read` names them."""
    texts = [event.subject_id, event.event_type, str(event.occurred_at), event.item_id or ""]
    if setup.basket_property is not None:
        texts.append(msgspec.json.encode(event.properties.get(setup.basket_property)).decode())
    return texts
