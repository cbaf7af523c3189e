"""The page about feature kinds."""

from tessella.domain.features.kinds import KINDS
from tessella.domain.features.kinds.kind import FeatureKind
from tessella.domain.features.kinds.options import SELECTION
from tessella.domain.features.readings import FIELDS
from tessella.domain.features.windows import MAX_WINDOW_DAYS
from tools.reference.markdown import code, codes, document, fence, prose, table

INTRODUCTION = """\
A kind computes a feature from events. It is written under `kind` in the declaration of a feature of `source: fact`, and
all kinds of a namespace are computed in one scan, as of one moment."""

EXAMPLE = """\
name: user.spend_28d_usd
type: number
kind: {kind: sum, event_type: purchase, field: event.value, window_days: 28}"""

OPTIONS = {
    "event_type": "Count only events of this type. Left out: every type.",
    "window_days": f"Count only the last 1 to {MAX_WINDOW_DAYS} days of 24 hours. Left out: everything.",
    "where": "Count only events for which this rule holds. It reads `event.` and the name of a field or property.",
    "field": f"What is read of an event: {codes(FIELDS)}, or the name of one of its properties.",
    "of": "The type of the events that others are divided by. Only `ratio` takes it, and needs it.",
}


def page() -> str:
    return document(
        "Feature kinds",
        INTRODUCTION,
        fence(EXAMPLE, "yaml"),
        "## Options",
        table(["option", "meaning"], ((code(name), meaning) for name, meaning in OPTIONS.items())),
        *(_section(name, kind) for name, kind in KINDS.items()),
    )


def _section(name: str, kind: type[FeatureKind]) -> str:
    own = [option for option in kind.takes if option not in SELECTION]
    takes = codes([*own, *SELECTION])
    return f"## {name}\n\n{prose(kind)}\n\nOptions: {takes}. The feature's type is {_either(kind)}."


def _either(kind: type[FeatureKind]) -> str:
    return " or ".join(code(each) for each in sorted(kind.fits))
