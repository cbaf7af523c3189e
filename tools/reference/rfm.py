"""The page about recency, frequency and monetary value."""

import json

import msgspec

from tessella.domain.predictions.rfm.cells import CELLS, cell
from tessella.domain.predictions.rfm.quintiles import FEWEST_DISTINCT, FEWEST_SUBJECTS
from tessella.domain.predictions.rfm.setup import RfmColumns, RfmSetup
from tools.reference.comments import field_comments
from tools.reference.markdown import code, document, fence, table

INTRODUCTION = """\
How long ago a subject bought, how often, and for how much, each as a score from 1 to 5 among the population,
and the cell that the scores fall in. It is written under `rfm` in the namespace's defaults. What a purchase
is, and what tells orders apart, stand in the [setup of the ranking](ranking-setup.md): `purchase_types` and
`basket_property`."""

EXAMPLE = """\
rfm:
  recency_days: 365
  frequency_days: 365
  monetary_days: 90"""

FROM_COLUMNS = """\
## From columns of a source

With `columns`, the three are read from a source of customers; the windows do not count then."""

SCORES = f"""\
## Scores

A value's place is the share of the population below it and half of the share that has it. The score is the
fifth that this place lies in: equal values score the same, and a measure that is the same for all gives
everybody a 3. Few days since the last purchase score high. Subjects of whom one of the three is not known are
left out. Fewer than {FEWEST_SUBJECTS} subjects, or fewer than {FEWEST_DISTINCT} different values of a
measure, are told as warnings."""

CELLS_TOLD = """\
## Cells

Rows are the score of recency. Columns are the mean of the scores of frequency and of monetary value, halves
rounded up: each of the 125 combinations has one cell. The names are those of Putler's grid."""


def page() -> str:
    setup, columns = field_comments(RfmSetup), field_comments(RfmColumns)
    usual = msgspec.to_builtins(RfmSetup())
    rows = [[code(name), code(json.dumps(usual[name])), setup.get(name, "")] for name in RfmSetup.__struct_fields__]
    grid = [[f"recency {score}", *(cell(score, mean, mean) for mean in range(1, 6))] for score in range(5, 0, -1)]
    return document(
        "RFM",
        INTRODUCTION,
        fence(EXAMPLE, "yaml"),
        table(["field", "default", "meaning"], rows),
        FROM_COLUMNS,
        table(["field", "meaning"], [[code(name), columns.get(name, "")] for name in RfmColumns.__struct_fields__]),
        SCORES,
        CELLS_TOLD,
        table(["", *(f"mean {score}" for score in range(1, 6))], grid),
        f"From the best down: {', '.join(CELLS)}.",
    )
