"""The page about declarations, types and built-in features."""

import json

from tessella.domain.features.schema import BUILT_IN, CLOCK_FEATURES, Feature, Source
from tessella.domain.features.types import FeatureType
from tools.reference.comments import field_comments
from tools.reference.markdown import code, codes, document, table

INTRODUCTION = """\
A feature is declared before a rule may read it. A value that is missing, null, NaN, out of range or of another type
is *absent*."""
TYPES = {
    FeatureType.STRING: "Text without NUL and lone surrogates. It is never changed. Order is by code point.",
    FeatureType.NUMBER: "A finite float64. Whole numbers up to 2^53 in size count too; true and false do not.",
    FeatureType.INTEGER: "A whole number up to 2^53 in size. `2.0` is one; true and false are not.",
    FeatureType.BOOLEAN: "`true` or `false`, and nothing else.",
    FeatureType.TIMESTAMP: "ISO 8601 text, or microseconds since 1970. Without a zone it is UTC; a date is midnight.",
    FeatureType.STRING_LIST: "A list of texts.",
}
SOURCES = {
    Source.REQUEST: "Sent with the request, in its `context`.",
    Source.FACT: "Stored for the subject: imported, sent to the API, or computed from events.",
    Source.WAREHOUSE: "A column of a declared source of customers, read there; without a source, an imported fact.",
    Source.ITEM: "A property of each item that is ranked: `item.colour` reads `colour`. Only filters of items read it.",
    Source.PREDICTION: "Stored for the subject by the job that refreshes predictions, and by nothing else.",
    Source.TAXONOMY: "Stored for the subject by the job that refreshes the taxonomy of a game, and by nothing else.",
}
MEANINGS = {
    "name": "Dotted, such as `user.tier`, or plain, such as `total_revenue`.",
    "type": f"One of {codes(FeatureType)}.",
    "source": f"One of {codes(Source)}.",
    "unit": "For people, such as `USD` or `days`.",
    "description": "One sentence for people.",
    "kind": "How a fact is computed from events; see [feature kinds](feature-kinds.md).",
    "allowed_values": "The only values that rules may name; empty for any.",
}


def page() -> str:
    return document(
        "Features",
        INTRODUCTION,
        "## Declaration",
        table(["field", "default", "meaning"], map(_field, Feature.__struct_fields__)),
        "## Types",
        table(["type", "values"], ((code(kind), TYPES[kind]) for kind in FeatureType)),
        "## Sources",
        table(["source", "where the value comes from"], ((code(source), SOURCES[source]) for source in Source)),
        "## Built in",
        table(["feature", "type", "who sets it", "meaning"], map(_built_in, BUILT_IN)),
    )


def _field(name: str) -> list[str]:
    meaning = MEANINGS.get(name) or field_comments(Feature)[name]
    required = len(Feature.__struct_fields__) - len(Feature.__struct_defaults__)
    at = Feature.__struct_fields__.index(name) - required
    default = "required" if at < 0 else code(json.dumps(Feature.__struct_defaults__[at]))
    return [code(name), default, meaning]


def _built_in(feature: Feature) -> list[str]:
    return [code(feature.name), code(feature.type), _setter(feature), feature.description]


def _setter(feature: Feature) -> str:
    if feature.source is Source.ITEM:
        return "the item"
    return "Tessella, from `at` and `ctx.timezone`" if feature.name in CLOCK_FEATURES else "the request"
