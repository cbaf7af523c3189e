"""The public JSONLogic suites: their cases, and what of each case is ours to answer."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from tessella.domain.features.gate import Value, normalise
from tessella.domain.features.schema import Feature, Schema
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import FeatureName, Json
from tessella.domain.rules.jsonlogic.calls import ARITY

SUITES = Path(__file__).parents[2] / "conformance" / "jsonlogic"
#: The name under which a constant that was moved stands in the data.
MOVED = "moved"


class Kind(StrEnum):
    """What a published case is to an engine whose rules are conditions."""

    #: The published result is true or false, and only our operators appear in the rule.
    BOOLEAN = "boolean"
    #: Only our operators appear, and the result is a number, a text, a list or null.
    OTHER_RESULT = "other result"
    #: Only our operators appear, and an error is expected.
    ERROR = "error expected"
    #: Another operator appears.
    OTHER_OPERATOR = "other operator"


@dataclass(frozen=True)
class Case:
    suite: str
    rule: Json
    data: Json
    result: Json
    kind: Kind

    def with_a_constant_moved(self) -> Iterator["Case"]:
        """The case once for each constant operand, which the rule then reads from the data."""
        for rule, constant in _moved(self.rule):
            data = {**(self.data if isinstance(self.data, dict) else {}), MOVED: constant}
            yield Case(self.suite, rule, data, self.result, self.kind)

    @property
    def values(self) -> dict[FeatureName, Value]:
        """The data by dotted name, normalised; what has no type of ours is left out."""
        return {name: value for name, kind, value in _typed(self.data)}

    @property
    def schema(self) -> Schema:
        """Each feature of the type of its value. A name that the rule reads and the data lack is declared as text."""
        types = dict.fromkeys(_names_read(self.rule), FeatureType.STRING)
        types |= {name: kind for name, kind, _ in _typed(self.data)}
        return Schema(Feature(name, kind) for name, kind in types.items())


@lru_cache
def published_cases() -> tuple[Case, ...]:
    files = [SUITES / "tests.json", *sorted((SUITES / "compat").rglob("*.json"))]
    return tuple(case for file in files for case in _cases_of(file))


def _cases_of(file: Path) -> Iterator[Case]:
    suite = file.relative_to(SUITES).as_posix()
    for entry in json.loads(file.read_text()):
        match entry:
            case [rule, data, result]:
                yield Case(suite, rule, data, result, kind_of(rule, result))
            case {"rule": rule, "error": error}:
                kind = Kind.ERROR if _is_ours(rule) else Kind.OTHER_OPERATOR
                yield Case(suite, rule, entry.get("data"), error, kind)
            case {"rule": rule, "result": result}:
                yield Case(suite, rule, entry.get("data"), result, kind_of(rule, result))


def kind_of(rule: Json, result: Json) -> Kind:
    """The kind of a case that publishes a result."""
    if not _is_ours(rule):
        return Kind.OTHER_OPERATOR
    return Kind.BOOLEAN if isinstance(result, bool) else Kind.OTHER_RESULT


def _is_ours(rule: Json) -> bool:
    return all(name in ARITY for name, _ in _calls(rule))


def _calls(rule: Json) -> Iterator[tuple[str, Json]]:
    parts = rule.values() if isinstance(rule, dict) else rule if isinstance(rule, list) else ()
    if isinstance(rule, dict):
        yield from rule.items()
    for part in parts:
        yield from _calls(part)


def _moved(part: Json) -> Iterator[tuple[Json, Json]]:
    """Each way to read one scalar operand from the data, with the scalar."""
    if not isinstance(part, dict):
        return
    for operator, operand in part.items():
        if isinstance(operand, list) and operator not in {"var", "missing", "missing_some"}:
            for index, each in enumerate(operand):
                found = [({"var": MOVED}, each)] if not isinstance(each, dict | list) else _moved(each)
                for changed, constant in found:
                    yield {operator: [*operand[:index], changed, *operand[index + 1 :]]}, constant


def _names_read(rule: Json) -> Iterator[FeatureName]:
    for operator, operand in _calls(rule):
        listed = operand if isinstance(operand, list) else [operand]
        names = {"var": listed[:1], "missing": listed, "missing_some": listed[-1:]}.get(operator, [])
        for name in names:
            yield from name if isinstance(name, list) else [name] if isinstance(name, str) and name else []


def _typed(data: Json, prefix: str = "") -> Iterator[tuple[FeatureName, FeatureType, Value]]:
    kind = _type_of(data)
    if prefix and kind is not None and (value := normalise(data, kind)) is not None:
        yield FeatureName(prefix), kind, value
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, part in parts:
        yield from _typed(part, f"{prefix}.{name}" if prefix else str(name))


def _type_of(value: Json) -> FeatureType | None:
    match value:
        case bool():
            return FeatureType.BOOLEAN
        case int() | float():
            return FeatureType.NUMBER
        case str():
            return FeatureType.STRING
        case list() if all(isinstance(each, str) for each in value):
            return FeatureType.STRING_LIST
        case _:
            return None
