"""Raw columns as they are found in real stores: every storage of every feature type, with the values that go wrong.

A cell is what is stored, as text that the engine casts to the column's type, and the same value as Python sees it.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.sql import RawColumn, Stored

UNREPRESENTABLE = object()  # a moment that Python has no value for


@dataclass(frozen=True)
class Cell:
    stored: str | list[str | None] | None
    raw: Any


@dataclass(frozen=True)
class Raw:
    """One column. A type of None: that engine has no such column.

    Spark has no integers of more than 64 bits and no moment `infinity`: it stores NULL for them, absent as they are.
    """

    name: str
    type: FeatureType
    stored: Stored
    duckdb: str | None
    postgres: str | None
    spark: str | None
    cells: tuple[Cell, ...]
    stored_on_postgres: Stored | None = None

    @property
    def feature(self) -> Feature:
        return Feature(self.name, self.type)

    def column(self, engine: str) -> RawColumn:
        return RawColumn(self.name, self.stored_on_postgres or self.stored if engine == "postgres" else self.stored)

    def sql_type(self, engine: str) -> str | None:
        return {"duckdb": self.duckdb, "postgres": self.postgres, "spark": self.spark}[engine]


def floats(*values: float) -> tuple[Cell, ...]:
    return ABSENT + tuple(Cell(repr(value).replace("inf", "Infinity"), value) for value in values)


def same(*values: Any) -> tuple[Cell, ...]:
    return ABSENT + tuple(Cell(str(value), value) for value in values)


def lists(*values: list[str | None]) -> tuple[Cell, ...]:
    return ABSENT + tuple(Cell(value, value) for value in values)


ABSENT = (Cell(None, None),)
TEXTS = same(
    "", "a", "B", "b", "Z", "é", "ä", "z\u0301", "日本", "😀", "\uffff", " a ", "A", "it's", "a\\b", "%_", "line\nbreak"
)
NUMBERS_AS_TEXT = same("5", "1180591620717411303424", "NaN", "true")
LIMIT = 2**53
DOUBLES = floats(
    math.nan, math.inf, -math.inf, 0.0, -0.0, 0.1, 0.30000000000000004, 1.0, 5.0, -5.0, 2.0**53, 2.0**53 + 2, 2.0**70,
    1.7976931348623157e308, -1.7976931348623157e308, 5e-324, 2.2250738585072014e-308,
)  # fmt: skip
REALS = ABSENT + tuple(
    Cell(text, value) for text, value in [("0.5", 0.5), ("NaN", math.nan), ("-Infinity", -math.inf), ("3", 3.0)]
)
INTEGERS = same(0, 1, -1, 5, LIMIT, -LIMIT, LIMIT + 1, -LIMIT - 1, 2**63 - 1, -(2**63))
SMALL_INTEGERS = same(0, 1, -1, 5, 2**15 - 1)
HUGE_INTEGERS = same(0, 5, LIMIT, LIMIT + 1, 2**70, -(2**70))
# DuckDB sends a DECIMAL as the float64 nearest to it, and so do other readers of a store.
DECIMALS = ABSENT + tuple(Cell(text, float(text)) for text in ("0.100", "5.000", "-5.000", "999999999999999.999"))
BOOLEANS = (*ABSENT, Cell("true", True), Cell("false", False))
WORDS_FOR_BOOLEANS = same("true", "false", "yes")
NOON = datetime.fromisoformat("2026-06-30 12:00")
MOMENTS = tuple(map(datetime.fromisoformat, (
    "2026-06-30 12:00:00", "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "1969-12-31 23:59:59.999999",
    "1970-01-01 00:00:00", "2024-02-29 00:00:00.000001",
)))  # fmt: skip
OUTSIDE = tuple(Cell(text, UNREPRESENTABLE) for text in ("infinity", "-infinity", "10000-01-01 00:00:00"))
NAIVE = OUTSIDE + same(*MOMENTS)
ZONED = (
    *OUTSIDE, *same(*(moment.replace(tzinfo=UTC) for moment in MOMENTS)),
    Cell("2026-06-30 12:00:00+05:30", NOON.replace(tzinfo=timezone(timedelta(hours=5, minutes=30)))),
)  # fmt: skip
DATES = OUTSIDE[:2] + same(date(2026, 6, 30), date(1, 1, 1), date(9999, 12, 31), date(1970, 1, 1))
MOMENTS_AS_TEXT = same(
    "2026-06-30", "2026-06-30T12:00", "2026-06-30 12:00:00Z", "2026-06-30T12:00:00.123456789+05:30", "2024-02-29",
    "2023-02-29", "1900-02-29", "2026-02-30", "2026-13-01", "0000-01-01", "0001-01-01T00:00+14:59",
    "9999-12-31T23:59:59.999999", "9999-12-31T23:59-14:59", "1969-12-31T23:59:59.9999999", "2026-06-30T24:00",
    "2026-06-30T12:00:60", "20260630", "2026-W27-2", "2026-06-30T12", "2026-06-30T12:00+24:00", "now", "infinity", "",
    "2026-06-30\n", "2026-06-30Z", "2026-06-30T12:00:00,5", "\uff12026-06-30",
)  # fmt: skip
MICROSECONDS = same(
    0, -1, 1_782_820_800_000_000, 253_402_300_799_999_999, 253_402_300_800_000_000, -62_135_596_800_000_001
)
LISTS = lists([], ["a"], ["a", "b"], ["é", ""], [None], ["a", None], ["a b", "c,d", '"', "\\"])

TEXT, NUMBER, INTEGER = FeatureType.STRING, FeatureType.NUMBER, FeatureType.INTEGER
BOOLEAN, TIMESTAMP, LIST = FeatureType.BOOLEAN, FeatureType.TIMESTAMP, FeatureType.STRING_LIST

#: Text is stored under another order than that of code points, so that a lost collation shows.
UNICODE_TEXT = 'text COLLATE "unicode"'

SHARED: Sequence[Raw] = (
    Raw("tier", TEXT, Stored.TEXT, "VARCHAR", UNICODE_TEXT, "STRING", TEXTS),
    Raw("code", TEXT, Stored.TEXT, "VARCHAR", "varchar(30)", "STRING", TEXTS),
    Raw("number", TEXT, Stored.INTEGER, "BIGINT", "bigint", "BIGINT", INTEGERS),
    Raw("spend", NUMBER, Stored.FLOAT, "DOUBLE", "double precision", "DOUBLE", DOUBLES),
    Raw("share", NUMBER, Stored.FLOAT, "FLOAT", "real", "FLOAT", REALS),
    Raw("points", NUMBER, Stored.INTEGER, "BIGINT", "bigint", "BIGINT", INTEGERS),
    Raw("huge", NUMBER, Stored.INTEGER, "HUGEINT", "jsonb", "BIGINT", HUGE_INTEGERS, Stored.JSON),
    Raw("price", NUMBER, Stored.DECIMAL, "DECIMAL(18,3)", "numeric(18,3)", "DECIMAL(18,3)", DECIMALS),
    Raw("typed", NUMBER, Stored.TEXT, "VARCHAR", "text", "STRING", NUMBERS_AS_TEXT),
    Raw("visits", INTEGER, Stored.INTEGER, "BIGINT", "bigint", "BIGINT", INTEGERS),
    Raw("size", INTEGER, Stored.INTEGER, "SMALLINT", "smallint", "SMALLINT", SMALL_INTEGERS),
    Raw("rounded", INTEGER, Stored.FLOAT, "DOUBLE", "double precision", "DOUBLE", DOUBLES),
    Raw("units", INTEGER, Stored.DECIMAL, "DECIMAL(18,3)", "numeric(18,3)", "DECIMAL(18,3)", DECIMALS),
    Raw("tall", INTEGER, Stored.INTEGER, "HUGEINT", "jsonb", "BIGINT", HUGE_INTEGERS, Stored.JSON),
    Raw("member", BOOLEAN, Stored.BOOLEAN, "BOOLEAN", "boolean", "BOOLEAN", BOOLEANS),
    Raw("word", BOOLEAN, Stored.TEXT, "VARCHAR", "text", "STRING", WORDS_FOR_BOOLEANS),
    Raw("seen", TIMESTAMP, Stored.TIMESTAMP, "TIMESTAMP", "timestamp", "TIMESTAMP_NTZ", NAIVE),
    Raw("bought", TIMESTAMP, Stored.TIMESTAMP_WITH_ZONE, "TIMESTAMPTZ", "timestamptz", "TIMESTAMP", ZONED),
    Raw("born", TIMESTAMP, Stored.DATE, "DATE", "date", "DATE", DATES),
    Raw("noted", TIMESTAMP, Stored.TEXT, "VARCHAR", "text", "STRING", MOMENTS_AS_TEXT),
    Raw("stamped", TIMESTAMP, Stored.INTEGER, "BIGINT", "bigint", "BIGINT", MICROSECONDS),
    Raw("tags", LIST, Stored.TEXT_LIST, "VARCHAR[]", 'text[] COLLATE "unicode"', "ARRAY<STRING>", LISTS),
    Raw("labels", LIST, Stored.TEXT, "VARCHAR", "text", "STRING", TEXTS),
)

#: As a reader of the stored JSON sees it: PostgreSQL writes 1e30 with all its digits and no point.
JSON = tuple(Cell(text, json.loads(text)) for text in (
    "null", "true", "5", "5.0", "0.1", "1180591620717411303424", "1" + 30 * "0", "150", "0", '"VIP"', '""', "[]", "{}",
    '"2026-06-30"', '["a", "b"]', '["a", 1]', '["a", null]', '[["a"]]', '{"a": "b"}', "253402300800000000",
    "1782820800000000", "1782820800000000.0",
))  # fmt: skip

FAR_MOMENTS = tuple(Cell(text, UNREPRESENTABLE) for text in ("+10000-01-01 00:00:00", "-0044-03-15 00:00:00"))

#: What not every engine can store.
ALONE: Sequence[Raw] = (
    Raw("nul", TEXT, Stored.TEXT, "VARCHAR", None, "STRING", same("a\0b", "ab")),
    Raw("nuls", LIST, Stored.TEXT_LIST, "VARCHAR[]", None, "ARRAY<STRING>", lists(["a\0"], ["a"])),
    Raw("unsigned", NUMBER, Stored.INTEGER, "UHUGEINT", None, None, same(0, 5, 2**128 - 1)),
    Raw("unsigned_moment", TIMESTAMP, Stored.INTEGER, "UHUGEINT", None, None, same(0, 2**128 - 1)),
    Raw("seconds", TIMESTAMP, Stored.TIMESTAMP, "TIMESTAMP_S", None, None, same(NOON, MOMENTS[1])),
    Raw("fine", TIMESTAMP, Stored.TIMESTAMP_NS, "TIMESTAMP_NS", None, None, ABSENT + OUTSIDE[:2] + tuple(
        Cell(f"{second}.0000019", datetime.fromisoformat(f"{second}.000001"))
        for second in ("2026-06-30 12:00:00", "1960-01-01 00:00:00", "1969-12-31 23:59:59")
    )),
    Raw("padded", TEXT, Stored.TEXT, None, "char(4)", None, (Cell("ab", "ab"), Cell("é", "é"))),
    Raw("numeric", NUMBER, Stored.DECIMAL, None, "numeric", None, ABSENT + tuple(
        Cell(text, float(text)) for text in ("NaN", "Infinity", "1e400", "-1e400", "0.1", "1e-400")
    )),
    Raw("whole", INTEGER, Stored.DECIMAL, None, "numeric", None, ABSENT + tuple(
        Cell(text, float(text)) for text in ("NaN", "1e400", "5", "5.5", "9007199254740993")
    )),
    Raw("table", LIST, Stored.TEXT_LIST, None, "text[]", None, (
        Cell("{{a,b},{c,d}}", [["a", "b"], ["c", "d"]]), Cell("{a}", ["a"]),
    )),
    Raw("ancient", TIMESTAMP, Stored.TIMESTAMP, None, "timestamp", None, (
        Cell("0044-03-15 00:00:00 BC", UNREPRESENTABLE),
    )),
    Raw("pair", NUMBER, Stored.OTHER, None, "point", None, (Cell("(1,2)", UNREPRESENTABLE),)),
    *(Raw(f"json_{kind}", kind, Stored.JSON, None, "jsonb", None, JSON) for kind in FeatureType),
    Raw("tiny", NUMBER, Stored.INTEGER, None, None, "TINYINT", same(0, 5, -128)),
    Raw("money", NUMBER, Stored.DECIMAL, None, None, "DECIMAL(38,8)", ABSENT + tuple(
        Cell(text, float(text)) for text in ("12345678901234567890.12345678", "0.00000001", "90071992547409.93")
    )),
    Raw("naive", TIMESTAMP, Stored.TIMESTAMP, None, None, "TIMESTAMP_NTZ", FAR_MOMENTS),
    Raw("zoned", TIMESTAMP, Stored.TIMESTAMP_WITH_ZONE, None, None, "TIMESTAMP", FAR_MOMENTS),
    Raw("far", TIMESTAMP, Stored.DATE, None, None, "DATE", tuple(
        Cell(text, UNREPRESENTABLE) for text in ("+10000-01-01", "+294248-01-01", "+5000000-01-01", "-0044-03-15")
    )),
    Raw("bytes", TEXT, Stored.OTHER, None, None, "BINARY", (Cell("a", b"a"),)),
)  # fmt: skip
