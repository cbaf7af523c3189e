"""The page about the setup of the ranking."""

import json

import msgspec

from tessella.domain.ranking.setup import RankingSetup
from tools.reference.comments import field_comments
from tools.reference.markdown import code, document, fence, table

INTRODUCTION = """\
How the events of a namespace become the signals of its ranking. It is written under `ranking` in the namespace's
defaults, and the next index is built by it."""

EXAMPLE = """\
ranking:
  event_weights: {purchase: 1, view: 0.05}
  basket_property: basket
  embedding_dimensions: 64"""


def page() -> str:
    comments = field_comments(RankingSetup)
    usual = msgspec.to_builtins(RankingSetup())
    rows = [[code(name), code(json.dumps(usual[name])), comments[name]] for name in RankingSetup.__struct_fields__]
    return document(
        "Setup of the ranking", INTRODUCTION, fence(EXAMPLE, "yaml"), table(["field", "default", "meaning"], rows)
    )
