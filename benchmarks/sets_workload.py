"""What the `sets` benchmark evaluates: 200 segments in 20 families, and a Parquet file of subjects.

`sets_by_hand.sql` says the same 200 conditions as somebody who knows DuckDB would write them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sql import RawColumn, Relation, stored_as

ROWS: Final = 1_000_000
#: 2026-11-21T00:00:00Z.
NOW_US: Final = 1_795_219_200_000_000

TIERS: Final = ("bronze", "silver", "gold", "platinum", "VIP")
COUNTRIES: Final = ("FI", "SE", "NO", "DK", "EE", "DE", "NL", "BE", "FR", "ES")
CATEGORIES: Final = tuple(f"category-{at}" for at in range(40))

#: Name, type, and type in DuckDB.
COLUMNS: Final = (
    ("tier", FeatureType.STRING, "VARCHAR"),
    ("country", FeatureType.STRING, "VARCHAR"),
    ("category", FeatureType.STRING, "VARCHAR"),
    ("spend", FeatureType.NUMBER, "DOUBLE"),
    ("basket", FeatureType.NUMBER, "DOUBLE"),
    ("discount", FeatureType.NUMBER, "DOUBLE"),
    ("visits", FeatureType.INTEGER, "BIGINT"),
    ("age", FeatureType.INTEGER, "BIGINT"),
    ("member", FeatureType.BOOLEAN, "BOOLEAN"),
    ("seen", FeatureType.TIMESTAMP, "TIMESTAMP"),
    ("joined", FeatureType.TIMESTAMP, "TIMESTAMP"),
    ("tags", FeatureType.STRING_LIST, "VARCHAR[]"),
)
SCHEMA: Final = Schema(Feature(FeatureName(name), kind) for name, kind, _ in COLUMNS)

Family = Callable[[int], dict[str, Any]]

FAMILIES: Final[tuple[Family, ...]] = (
    lambda i: {"all": [{"eq": ["tier", TIERS[i % 5]]}, {"gte": ["spend", 100 * i]},
        {"lte_days_since": ["seen", 30 + i]}]},
    lambda i: {"all": [{"gte_days_since": ["seen", 60 + 10 * i]}, {"gt": ["visits", i]},
        {"not": {"eq": ["tier", "VIP"]}}]},
    lambda i: {"any": [{"eq": ["category", CATEGORIES[i]]}, {"eq": ["category", CATEGORIES[i + 10]]},
        {"gt": ["basket", 90 + i]}]},
    lambda i: {"all": [{"in": ["country", list(COUNTRIES[: i + 1])]}, {"eq": ["member", True]},
        {"lt": ["discount", 0.05 * i + 0.1]}]},
    lambda i: {"all": [{"nin": ["country", list(COUNTRIES[: i + 1])]}, {"between": ["age", [20 + i, 40 + i]]}]},
    lambda i: {"not": {"any": [{"eq": ["country", COUNTRIES[i]]}, {"gt": ["spend", 500 + 10 * i]},
        {"eq": ["member", False]}]}},
    lambda i: {"all": [{"exists": ["discount"]}, {"gte": ["discount", 0.05 * i]}, {"lt": ["basket", 60 + i]},
        {"gt": ["visits", 3]}]},
    lambda i: {"any": [{"all": [{"gt": ["spend", 800]}, {"gt": ["visits", 10 + i]}]},
        {"all": [{"eq": ["tier", "VIP"]}, {"lt": ["age", 30 + i]}]}]},
    lambda i: {"all": [{"starts_with": ["category", f"category-{i}"]}, {"not": {"gte_days_since": ["seen", 90]}}]},
    lambda i: {"all": [{"lte_days_since": ["joined", 100 + 50 * i]}, {"lte": ["visits", 20 - i]},
        {"ne": ["tier", "bronze"]}]},
    lambda i: {"all": [{"between": ["spend", [100 * i, 100 * i + 250]]}, {"any": [{"eq": ["tier", "gold"]},
        {"eq": ["tier", "silver"]}, {"gt": ["age", 50]}]}]},
    lambda i: {"all": [{"contains": ["tags", f"tag-{i}"]}, {"gt": ["spend", 200]}]},
    lambda i: {"all": [{"not": {"between": ["age", [18 + i, 65]]}}, {"gt": ["basket", 10 * i]}]},
    lambda i: {"all": [{"gte": ["basket", 10 * i]}, {"lt": ["basket", 10 * i + 30]},
        {"eq": ["country", COUNTRIES[9 - i]]}, {"gt": ["visits", 1]}]},
    lambda i: {"any": [{"gt": ["discount", 0.9 - 0.02 * i]}, {"all": [{"eq": ["member", True]},
        {"gte_days_since": ["joined", 700 + i]}]}]},
    lambda i: {"all": [{"in": ["category", list(CATEGORIES[i : i + 12])]},
        {"not": {"in": ["country", [COUNTRIES[i], "FI"]]}}]},
    lambda i: {"all": [{"gt": ["spend", 300]}, {"gt": ["basket", 30 + i]}, {"gt": ["visits", 5]},
        {"lt": ["age", 70]}, {"eq": ["member", True]}, {"lte_days_since": ["seen", 200 + i]}]},
    lambda i: {"not": {"all": [{"gt": ["spend", 100 * i]}, {"lte_days_since": ["seen", 100]}, {"exists": ["tier"]}]}},
    lambda i: {"any": [{"all": [{"eq": ["tier", TIERS[i % 5]]}, {"eq": ["country", COUNTRIES[i]]}]},
        {"all": [{"eq": ["tier", TIERS[(i + 1) % 5]]}, {"gt": ["age", 40 + i]},
        {"not": {"eq": ["category", CATEGORIES[i]]}}]}]},
    lambda i: {"all": [{"not": {"lt": ["basket", 10 + i]}}, {"not": {"eq": ["member", True]}},
        {"gte": ["age", 18 + i]}]},
)  # fmt: skip


def segments() -> Mapping[SegmentId, Node]:
    """The 200 segments, ten of each family."""
    return {
        SegmentId(f"s{10 * at + i}"): parse_rule(family(i), Form.DSL, SCHEMA)
        for at, family in enumerate(FAMILIES)
        for i in range(10)
    }


def relation(path: Path) -> Relation:
    """The file as the evaluation reads it."""
    columns = {FeatureName(name): RawColumn(name, stored_as(kind)) for name, _, kind in COLUMNS}
    return Relation(f"SELECT * FROM read_parquet('{path}')", "subject_id", columns)


def parquet_sql(path: Path) -> str:
    """Writes the subjects: every value a hash of the row's number, 5 % NULL, and 1 % NaN among the numbers."""
    values = {
        "tier": f"{list(TIERS)}[1 + h % 5]",
        "country": f"{list(COUNTRIES)}[1 + h % 10]",
        "category": f"{list(CATEGORIES)}[1 + h % 40]",
        "spend": "(h % 100_000) / 100",
        "basket": "(h % 12_000) / 100",
        "discount": "(h % 1_000) / 1_000",
        "visits": "(h % 40)::BIGINT",
        "age": "(18 + h % 70)::BIGINT",
        "member": "h % 2 = 0",
        "seen": "make_timestamp((1_795_219_200 - h % 31_536_000)::BIGINT * 1_000_000)",
        "joined": "make_timestamp((1_795_219_200 - h % 94_608_000)::BIGINT * 1_000_000)",
        "tags": "['tag-' || h % 10, 'tag-' || h // 10 % 10]",
    }
    cells = ", ".join(_cell(name, kind, value) for (name, _, kind), value in zip(COLUMNS, values.values(), strict=True))
    return f"COPY (SELECT i::VARCHAR AS subject_id, {cells} FROM range({ROWS}) AS t(i)) TO '{path}' (FORMAT parquet)"


def _cell(name: str, kind: str, value: str) -> str:
    """A value of its own hash `h`, with the holes that every column has."""
    seeded = value.replace("h ", f"(hash(i, '{name}') // 2)::BIGINT ")
    nan = f"WHEN hash(i, '{name}', 'hole') % 100 = 5 THEN 'nan'::DOUBLE" if kind == "DOUBLE" else ""
    return f"CASE WHEN hash(i, '{name}', 'hole') % 100 < 5 THEN NULL {nan} ELSE {seeded} END AS {name}"
