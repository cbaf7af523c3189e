"""The operators a rule may use: one file an operator, one line in the registry."""

from typing import Final

from tessella.domain.rules.ast import Operator
from tessella.domain.rules.operators.between import Between
from tessella.domain.rules.operators.contains import Contains
from tessella.domain.rules.operators.eq import Eq
from tessella.domain.rules.operators.exists import Exists
from tessella.domain.rules.operators.gt import Gt
from tessella.domain.rules.operators.gte import Gte
from tessella.domain.rules.operators.gte_days_since import GteDaysSince
from tessella.domain.rules.operators.in_ import In
from tessella.domain.rules.operators.lt import Lt
from tessella.domain.rules.operators.lte import Lte
from tessella.domain.rules.operators.lte_days_since import LteDaysSince
from tessella.domain.rules.operators.matches import Matches
from tessella.domain.rules.operators.ne import Ne
from tessella.domain.rules.operators.nin import Nin
from tessella.domain.rules.operators.percent import Percent
from tessella.domain.rules.operators.starts_with import StartsWith
from tessella.domain.rules.operators.truthy import Truthy

OPERATORS: Final[dict[str, type[Operator]]] = {
    "eq": Eq,
    "ne": Ne,
    "gt": Gt,
    "gte": Gte,
    "lt": Lt,
    "lte": Lte,
    "in": In,
    "nin": Nin,
    "between": Between,
    "contains": Contains,
    "starts_with": StartsWith,
    "matches": Matches,
    "exists": Exists,
    "truthy": Truthy,
    "gte_days_since": GteDaysSince,
    "lte_days_since": LteDaysSince,
    "percent": Percent,
}


def name_of(operator: Operator) -> str:
    """The name under which an operator's class is registered."""
    return next(name for name, kind in OPERATORS.items() if kind is type(operator))
