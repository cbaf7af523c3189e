"""The page about the vectors of personalization."""

import yaml

from tessella.domain.personalization.vector import VECTOR_FIELDS, VECTOR_TYPES
from tessella.domain.personalization.vectors.formulas import ACTIVE_DAYS, KINDS
from tessella.domain.personalization.vectors.ranges import DEVICE_TYPES, RANGES, Between
from tools.reference.markdown import code, codes, document, fence, table

INTRODUCTION = f"""\
What personalization knows of a subject: nine figures, computed every night for everybody with an event in the last
{ACTIVE_DAYS} days, unless they have switched personalization off. Each field is a [feature kind](feature-kinds.md) over
events; where none of them tells, the field is absent. A value outside of its range is dropped, and counted against the
success rate of the extraction."""

OWN = """\
A namespace that records other events declares a feature of the field's name and type. Its kind takes the place of
ours:"""

EXAMPLE = """\
name: session_count_7d
type: integer
kind: {kind: distinct_count, event_type: purchase, field: basket_id, window_days: 7}"""

DEVICES = f"""\
A device is one of {codes(DEVICE_TYPES)},
or of the `allowed_values` of a declared feature `device_type` with a kind. A country is a code of ISO 3166-1 alpha-2,
in capitals. Nothing else that is text can be in a vector."""


def page() -> str:
    rows = ((code(each), VECTOR_TYPES[each], code(_kind(each)), _range(each)) for each in VECTOR_FIELDS)
    return document(
        "Feature vector",
        INTRODUCTION,
        table(["field", "type", "kind", "range"], rows),
        DEVICES,
        "## Other events",
        OWN,
        fence(EXAMPLE, "yaml"),
    )


def _kind(field: str) -> str:
    days = {"window_days": ACTIVE_DAYS} | KINDS[field]
    return yaml.safe_dump({**KINDS[field], **days}, default_flow_style=True, sort_keys=False, width=1000).strip()


def _range(field: str) -> str:
    values = RANGES[field]
    if not isinstance(values, Between):
        return "see below"
    step = f", in steps of {values.step:g}" if values.step else ""
    return f"{values.least:,g} to {values.most:,.0f}{step}"
