"""The page about knobs."""

from tessella.domain.ranking.knobs import KNOBS, Knob
from tessella.settings import KNOB_PREFIX
from tools.reference.markdown import code, document, table

INTRODUCTION = f"""\
A profile is a bundle of these. They are written flat (`alpha: 0.8`) or under their group (`blend: {{alpha: 0.8}}`), and
answers show them flat. A later layer wins: environment, namespace, profile, campaign, request. In the environment a
knob is `{KNOB_PREFIX}` and its name in capitals, such as `{KNOB_PREFIX}ALPHA=0.8`."""


def page() -> str:
    header = ["knob", "group", "type", "unit", "range", "default", "meaning"]
    return document("Knobs", INTRODUCTION, table(header, map(_row, KNOBS.values())))


def _row(knob: Knob) -> list[str]:
    switch = knob.type is bool
    extent = "true or false" if switch else f"{knob.minimum} to {knob.maximum}"
    kind = {bool: "boolean", int: "integer", float: "number"}[knob.type]
    default = str(knob.default).lower()
    return [code(knob.name), code(knob.group), kind, knob.unit, extent, code(default), knob.help]
