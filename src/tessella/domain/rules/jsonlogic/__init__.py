"""JSONLogic, the second form of a rule: typed, and read to the same tree as the native form."""

from tessella.domain.rules.jsonlogic.reader import parse_jsonlogic

__all__ = ["parse_jsonlogic"]
