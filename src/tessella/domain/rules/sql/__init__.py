"""Rules as SQL: the same meaning, for a whole set of subjects where their data lives.

sqlglot writes the SQL; it is loaded with this package, which is therefore imported on first use only.
"""

from tessella.domain.rules.sql.columns import RawColumn, Relation, Stored, stored_as
from tessella.domain.rules.sql.context import SqlContext
from tessella.domain.rules.sql.nodes import Engine, SqlExpression
from tessella.domain.rules.sql.sessions import SPARK_SETTINGS
from tessella.domain.rules.sql.statement import SetEvaluation, Statement, predicate_sql

__all__ = [
    "SPARK_SETTINGS", "Engine", "RawColumn", "Relation", "SetEvaluation", "SqlContext", "SqlExpression", "Statement",
    "Stored", "predicate_sql", "stored_as",
]  # fmt: skip
