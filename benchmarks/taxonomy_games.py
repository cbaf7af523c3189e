"""Two shops as games: a grocer's households, and the customers of an online gift shop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import yaml

from benchmarks.journey_tables import DEMO, journey
from benchmarks.taxonomy_seen import seen_of
from tessella.domain.definitions import Kind, read_definition
from tessella.domain.features.gate import DAY_US
from tessella.domain.identifiers import Instant
from tessella.domain.taxonomy.baselines import Seen
from tessella.domain.taxonomy.game import Game

_GIFTS: Final = Path(__file__).parent / "data" / "online_retail"
#: What became of players is told from so many days after the window.
DAYS_AFTER: Final = 91


@dataclass(frozen=True, slots=True, eq=False)
class RealGame:
    """A game, and what a calibration sees of it."""

    title: str
    game: Game
    seen: Seen


def real_games() -> Iterator[RealGame]:
    """Both. LTV is what players spent in the 91 days after the window, and churn that they bought nothing in them."""
    yield households()
    yield gifts()


def households() -> RealGame:
    """The demo's game, from April to September 2017."""
    connection = journey()
    events = (DEMO / "events.sql").read_text()
    connection.execute(
        f"CREATE TABLE typed_events AS SELECT * REPLACE (properties::JSON AS properties) FROM ({events})"
    )
    return _real(
        "Households of a grocer", connection, DEMO / "definitions" / "games" / "store.yaml", "2017-10-02 04:00"
    )


def gifts() -> RealGame:
    """Online Retail, from December 2010 to the beginning of September 2011."""
    connection = duckdb.connect()
    connection.execute(f"""
        CREATE TABLE typed_events AS
        SELECT customer_id AS subject_id, 'purchase' AS event_type, epoch_us(invoiced_at) AS occurred_at, item_id,
               unit_price_gbp AS "value", json_object('invoice_no', invoice_no) AS properties
          FROM '{_GIFTS}/purchases.parquet'""")
    return _real("Customers of a gift shop", connection, _GIFTS / "definitions" / "games" / "gifts.yaml", "2011-09-09")


def _real(title: str, connection: duckdb.DuckDBPyConnection, written: Path, until: str) -> RealGame:
    game = read_definition(Kind.GAME, yaml.safe_load(written.read_text()))
    assert isinstance(game, Game)
    [[as_of]] = connection.execute(f"SELECT epoch_us(TIMESTAMP '{until}')").fetchall()
    after = f"occurred_at >= {as_of} AND occurred_at < {as_of + DAYS_AFTER * DAY_US}"
    outcomes = f"""
        SELECT subject_id AS player, coalesce(sum("value") FILTER (WHERE {after}), 0) AS o0,
               (count(*) FILTER (WHERE {after}) = 0)::DOUBLE AS o1
          FROM typed_events GROUP BY player"""
    return RealGame(title, game, seen_of(connection, game, Instant(as_of), outcomes))
