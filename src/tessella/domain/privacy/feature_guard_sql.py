"""What `feature_guard` says of a value, as SQL of DuckDB over a column of the feature's type."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tessella.domain.features.duckdb_values import literal
from tessella.domain.features.schema import Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.privacy.personal_data import NATIONAL
from tessella.domain.privacy.personal_names import is_of_a_numbered_thing, is_of_a_place
from tessella.domain.privacy.personal_sql import personal_tests


def value_tests(feature: Feature, column: str) -> Iterator[tuple[str, str]]:
    """What a value of the feature may not look like, and the condition that tells so; NULL is no such thing."""
    match feature.type:
        case FeatureType.STRING:
            for what, test in _text_tests(feature, column):
                yield what, f"({test} AND {_is_unlisted(feature, column)})"
        case FeatureType.STRING_LIST:
            tests = " OR ".join(test for _, test in _text_tests(feature, "x"))
            personal = f"({tests}) AND {_is_unlisted(feature, 'x')}"
            yield "personal data", f"len(list_filter({column}, lambda x: {personal})) > 0"
        case FeatureType.NUMBER if is_of_a_place(feature.name):
            yield "a precise location", f"abs({column} * 100 - round({column} * 100)) > 1e-6"
        case _:
            return


def _text_tests(feature: Feature, column: str) -> Iterator[tuple[str, str]]:
    if not is_of_a_numbered_thing(feature.name):
        yield "a telephone number", f"regexp_full_match({column}, {literal(NATIONAL)})"
    yield from personal_tests(column)


def without_personal(facts: str, features: Iterable[Feature]) -> str:
    """Rows of facts, whose `value` is JSON text, without those that look like personal data."""
    tests = []
    for feature in features:
        read = "json_extract_string(value, '$')" if feature.type is FeatureType.STRING else "TRY_CAST(value AS DOUBLE)"
        if personal := " OR ".join(test for _, test in value_tests(feature, read)):
            tests.append(f"WHEN {literal(feature.name)} THEN {personal}")
    if not tests:
        return facts
    return f"SELECT * FROM ({facts}) WHERE NOT coalesce(CASE feature {' '.join(tests)} END, false)"


def _is_unlisted(feature: Feature, column: str) -> str:
    listed = [literal(each) for each in feature.allowed_values if isinstance(each, str)]
    return f"{column} NOT IN ({', '.join(listed)})" if listed else "true"
