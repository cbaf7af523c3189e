"""What the `audiences` benchmark evaluates: 100 segments in ten families over customers, in DuckDB's and Spark's SQL.

`audiences_by_hand.sql` says the same 100 conditions as somebody who knows SQL would write them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from benchmarks.audiences_customers import AS_OF, NAMES, SCHEMA, relation
from tessella.domain.audiences.layout import FIRST, SUBJECT, words
from tessella.domain.audiences.local import first_match
from tessella.domain.audiences.statement import BitsEvaluation
from tessella.domain.identifiers import FeatureName, SegmentId
from tessella.domain.rules.ast import Form, Node
from tessella.domain.rules.parse import parse_rule
from tessella.domain.rules.sql import Engine, SetEvaluation, SqlContext

#: The store's departments, in the order of receipt lines.
DEPARTMENTS: Final = (
    "DRUG GM", "PRODUCE", "MEAT-PCKGD", "MEAT", "DELI", "PASTRY", "NUTRITION", "FUEL", "SEAFOOD-PCKGD", "SALAD BAR",
    "MISCELLANEOUS", "COSMETICS", "FLORAL",
)  # fmt: skip

Family = Callable[[int], dict[str, Any]]

FAMILIES: Final[tuple[Family, ...]] = (
    lambda i: {"all": [{"gt": ["active_products_count", 2 * i]}, {"eq": ["customer_status", "active"]},
        {"gt": ["total_revenue", 200 + 150 * i]}, {"eq": ["tier", "new"]}]},
    lambda i: {"all": [{"gte": ["total_revenue", 300 * i]}, {"gte": ["churn_score", (99 - i) / 100]}]},
    lambda i: {"all": [{"eq": ["tier", "VIP"]}, {"not": {"in_segment": [f"s{10 + i}"]}},
        {"gt": ["stores", 9 - i]}]},
    lambda i: {"gte_days_since": ["last_purchase_at", 200 - 18 * i]},
    lambda i: {"all": [{"gte": ["average_basket", 95 - 5 * i]}, {"gte": ["baskets", 12]},
        {"not": {"eq": ["homeowner", True]}}]},
    lambda i: {"any": [{"gte": ["coupon_share", (20 - i) / 100]}, {"all": [{"gte": ["campaigns_received", i + 2]},
        {"eq": ["customer_status", "lapsing"]}]}]},
    lambda i: {"all": [{"in": ["favourite_department", list(DEPARTMENTS[i : i + 4])]},
        {"lt": ["weekend_share", (2 + i) / 100]}]},
    lambda i: {"all": [{"contains": ["departments", DEPARTMENTS[12 - i]]}, {"between": ["stores", [1, 2 + i]]},
        {"exists": ["household_size"]}]},
    lambda i: {"not": {"any": [{"eq": ["tier", "new"]}, {"gt": ["evening_share", (2 + 3 * i) / 100]},
        {"lt": ["total_revenue", 3000 - 200 * i]}]}},
    lambda i: {"all": [{"lte_days_since": ["first_purchase_at", 330 + 3 * i]}, {"ne": ["customer_status", "inactive"]},
        {"gt": ["baskets", 2 * i]}]},
)  # fmt: skip


def segments() -> Mapping[SegmentId, Node]:
    """The 100 segments in the order in which they are tried, ten of each family."""
    return {segment_id: parse_rule(expr, Form.DSL, SCHEMA) for segment_id, expr in expressions().items()}


def expressions() -> Mapping[SegmentId, dict[str, Any]]:
    """The same as people write them."""
    return {SegmentId(f"s{10 * at + i}"): family(i) for at, family in enumerate(FAMILIES) for i in range(10)}


def evaluation(source: str, engine: Engine = "duckdb") -> SetEvaluation:
    """The 100 segments over normalised customers."""
    return SetEvaluation(SqlContext(engine, AS_OF), relation(source), SCHEMA, segments())


def bits_sql(source: str, engine: Engine = "duckdb") -> str:
    """A row a customer with the bits of all segments, as a source is asked for them."""
    over = evaluation(source, engine)
    positions = {segment_id: at for at, segment_id in enumerate(over.segments)}
    return BitsEvaluation(over, positions, held={}).sql(list(positions))


def membership_sql(source: str) -> str:
    """A row a customer with the first segment and the bits of all, as a calculation writes them."""
    bits = ", ".join(words(len(segments())))
    return f"SELECT {SUBJECT}, {first_match(len(segments()))} AS {FIRST}, {bits} FROM (\n{bits_sql(source)}\n)"


def audience_sql(source: str) -> str:
    """The same with all features, in the order of the ids."""
    over = evaluation(source)
    positions = {segment_id: at for at, segment_id in enumerate(over.segments)}
    bits = BitsEvaluation(over, positions, held={FeatureName(name): f"f{at}" for at, name in enumerate(NAMES)})
    first = f"{first_match(len(positions))} AS {FIRST}"
    return f"SELECT *, {first} FROM (\n{bits.sql(list(positions))}\n) ORDER BY {SUBJECT}"
