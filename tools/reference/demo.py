"""The page about the demo: the moments that it stands at, and the columns of its view of customers."""

from tessella.demo.data import DEFINITIONS
from tessella.demo.load import AS_OF, WEEK_BEFORE
from tessella.domain.audiences.source import DEFAULT_VIEW
from tessella.domain.features.instants import typed_instant
from tessella.domain.features.schema import Feature, Source
from tessella.files.definitions import read_folder
from tools.reference.markdown import code, document, table

INTRODUCTION = f"""\
`make demo` loads 2,469 real households and their purchases of 2017 into the namespace `demo`. It stands at
{typed_instant(AS_OF)}, midnight of New Year where the stores are: whatever is known of a household is as of then."""
VIEW = f"""\
The source `households` is a Parquet file with one row a household, `households/{DEFAULT_VIEW}.parquet` in the
namespace's folder below `TESSELLA_WAREHOUSE_FOLDERS`. One statement makes it from the study's tables,
`src/tessella/demo/customers.sql`, and makes it again when it is missing. Decisions and audiences read it as they read a
warehouse. `updated_at` is the moment that the rows are of: the view is made as a whole, and columns that count days
change for everybody.

Shares are from 0 to 1. Personal columns are in the file, as they are in warehouses, and nothing reads them."""
TREND = f"""\
Loading the demo calculates audiences twice: as of {typed_instant(WEEK_BEFORE)}, from what was known then, and
a week later. So there is a trend, and `tessella audiences changes` tells who entered and left. The data begin with the
year 2017, so what is summed over a year holds a week less in the first calculation: a small part of the growth of
segments that ask for much in a year is due to that.

Each start decides for every household one by one, as a request is decided, compares that with the last calculation, and
says how many answers differ."""


def page() -> str:
    columns = [each for each in read_folder(DEFINITIONS).features.values() if each.source is Source.WAREHOUSE]
    return document(
        "The demo's data",
        INTRODUCTION,
        f"## {DEFAULT_VIEW}",
        VIEW,
        table(["column", "type", "unit", "group", "meaning"], map(_column, sorted(columns, key=_place))),
        "## Audiences and their trend",
        TREND,
    )


def _column(feature: Feature) -> list[str]:
    return [code(feature.name), code(feature.type), feature.unit, feature.group, feature.description]


def _place(feature: Feature) -> tuple[str, str]:
    return feature.group, feature.name
