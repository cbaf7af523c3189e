"""What an operator may use to write itself as SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from sqlglot import exp

from tessella.domain.errors import NotSqlCapable
from tessella.domain.features.gate import Value
from tessella.domain.features.types import FeatureType
from tessella.domain.rules.sql import nodes
from tessella.domain.rules.sql.nodes import Engine, SqlExpression, call

COMPARISONS: Final[dict[str, type[exp.Binary]]] = {
    "=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip

#: How many items a list holds, NULL for NULL. (Spark's CARDINALITY is -1 there, under some settings.)
LENGTHS: Final[dict[Engine, str]] = {"duckdb": "LEN", "postgres": "CARDINALITY", "spark": "ARRAY_SIZE"}

LITERALS: Final[dict[FeatureType, Callable[[Any], SqlExpression]]] = {
    FeatureType.STRING: nodes.text,
    FeatureType.NUMBER: nodes.number,
    FeatureType.INTEGER: nodes.integer,
    FeatureType.BOOLEAN: nodes.boolean,
    FeatureType.TIMESTAMP: nodes.integer,
}


@dataclass(frozen=True, slots=True)
class SqlContext:
    """The engine, the time, and the expressions that mean the same on every engine.

    Columns are normalised: DOUBLE, BIGINT (also for timestamps), BOOLEAN, text or a list of texts, NULL when absent.
    An expression is NULL where its column is; the caller turns that into false.
    """

    engine: Engine
    now_us: int

    def text(self, value: str) -> SqlExpression:
        """A text literal."""
        return nodes.text(value)

    def number(self, value: float) -> SqlExpression:
        """A float64 literal."""
        return nodes.number(value)

    def integer(self, value: int) -> SqlExpression:
        """An int64 literal."""
        return nodes.integer(value)

    def boolean(self, value: bool) -> SqlExpression:
        """TRUE or FALSE."""
        return nodes.boolean(value)

    def timestamp(self, instant_us: int) -> SqlExpression:
        """A moment, as int64 microseconds UTC."""
        return nodes.integer(instant_us)

    def literal(self, value: Value, kind: FeatureType) -> SqlExpression:
        """A value of a feature's type, other than a list."""
        return LITERALS[kind](value)

    def compare(self, column: SqlExpression, op: str, literal: SqlExpression) -> SqlExpression:
        """`column op literal`, where op is one of = <> < <= > >=."""
        return COMPARISONS[op](this=column, expression=literal)

    def is_in(self, column: SqlExpression, literals: Iterable[SqlExpression]) -> SqlExpression:
        """Whether the column equals one of the literals; FALSE for none."""
        listed = list(literals)
        return exp.In(this=column, expressions=listed) if listed else self.boolean(False)

    def starts_with(self, column: SqlExpression, prefix: str) -> SqlExpression:
        """Whether the text begins with `prefix`."""
        name = "STARTSWITH" if self.engine == "spark" else "STARTS_WITH"
        return call(name, column, self.text(prefix))

    def contains_text(self, column: SqlExpression, part: str) -> SqlExpression:
        """Whether the text holds `part`."""
        if self.engine == "postgres":
            return self.compare(call("STRPOS", column, self.text(part)), ">", self.integer(0))
        return call("CONTAINS", column, self.text(part))

    def contains_item(self, column: SqlExpression, item: str) -> SqlExpression:
        """Whether the list holds `item`."""
        if self.engine == "postgres":
            return self.compare(self.text(item), "=", exp.Any(this=nodes.paren(column)))
        name = "LIST_CONTAINS" if self.engine == "duckdb" else "ARRAY_CONTAINS"
        return call(name, column, self.text(item))

    def is_empty_list(self, column: SqlExpression) -> SqlExpression:
        """Whether the list holds nothing."""
        return self.compare(call(LENGTHS[self.engine], column), "=", self.integer(0))

    def matches(self, column: SqlExpression, pattern: str) -> SqlExpression:
        """Whether RE2 finds the pattern anywhere in the text."""
        if self.engine != "duckdb":
            self.refuse("matches", "its regular expressions mean something else there")
        return call("REGEXP_MATCHES", column, self.text(pattern))

    def hashed_below(self, column: SqlExpression, salt: str, threshold: str) -> SqlExpression:
        """Whether the first 8 hexadecimal digits of sha256(salt ":" text) are bytewise below `threshold`."""
        digits = self._sha256(exp.DPipe(this=self.text(f"{salt}:"), expression=column))
        return self.compare(self.collated(call("LEFT", digits, exp.Literal.number(8))), "<", self.text(threshold))

    def divisor(self, value: SqlExpression) -> SqlExpression:
        """The float64 to divide by, NULL for 0 where that would fail.

        Adding 0 makes 0 of -0.0, which Sail's NULLIF does not take for 0.
        """
        if self.engine != "spark":
            return value
        return call("NULLIF", exp.Add(this=value, expression=self.number(0)), self.number(0))

    def present(self) -> SqlExpression:
        """TRUE: that the value is there is added by the caller to every expression that does not read its column."""
        return self.boolean(True)

    def and_(self, left: SqlExpression, right: SqlExpression) -> SqlExpression:
        """Both, over one column."""
        return nodes.all_of((left, right))

    def not_(self, expression: SqlExpression) -> SqlExpression:
        """The opposite, NULL where the column is."""
        return nodes.negated(expression)

    def is_true(self, condition: SqlExpression) -> SqlExpression:
        """The condition made two-valued: FALSE where it is NULL. Sail fails to aggregate what IS TRUE has made."""
        if self.engine == "spark":
            return call("COALESCE", condition, self.boolean(False))
        return nodes.is_true(condition)

    def collated(self, expression: SqlExpression) -> SqlExpression:
        """Text in code point order, whatever the order of the database."""
        if self.engine != "postgres":
            return expression
        return exp.Collate(this=expression, expression=exp.Identifier(this="C", quoted=True))

    def stored(self, name: str) -> SqlExpression:
        """A column of the source. Raises `NotSqlCapable` for a name that the engine reads as something else."""
        if self.engine == "spark" and "${" in name:
            self.refuse(name, "Spark would put a setting in its place")
        return nodes.column(name)

    def refuse(self, predicate: str, reason: str) -> NoReturn:
        """Raise `NotSqlCapable` for this engine."""
        raise NotSqlCapable(self.engine, predicate, reason)

    def _sha256(self, value: SqlExpression) -> SqlExpression:
        """The hash of a text's UTF-8 in hexadecimal digits."""
        match self.engine:
            case "duckdb":
                return call("SHA256", value)
            case "postgres":
                return call("ENCODE", call("SHA256", call("CONVERT_TO", value, self.text("UTF8"))), self.text("hex"))
            case "spark":
                return call("SHA2", value, exp.Literal.number(256))
