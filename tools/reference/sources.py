"""The page about sources of customers, and how their columns become features."""

from collections.abc import Iterable

from tessella.domain.audiences.changed_columns import HOLDS
from tessella.domain.audiences.column_words import GROUP_WORDS, OTHER_GROUP
from tessella.domain.audiences.source import CustomerSource, SourceEngine
from tessella.domain.privacy.personal_names import NAMED_THINGS, PERSONAL_WORDS
from tools.reference.markdown import code, codes, document, table
from tools.reference.records import COLUMNS as FIELDS
from tools.reference.records import fields_of

INTRODUCTION = """\
A source is a view with one row a customer, in files, in PostgreSQL or behind Spark. Features of the source `warehouse`
are read from its columns, for one customer when a request is decided, and for all when audiences are counted. It
holds no credentials: those come from the server's environment."""
COLUMNS = """\
`tessella warehouse columns SOURCE --declare` and `POST /api/v1/sources/{source_id}/features` declare columns as
features. A feature is called as its column is, with `_` for what a name cannot hold; it gets the type that the column
has of itself. When a column is gone, or is of another type, the features that are read from it and the segments that
read them are named: by `tessella warehouse test`, and when audiences are counted."""
GROUPS = """\
An editor shows a feature in a group, which is guessed from the words of the column's name. The first group with one of
them is taken; the plural is the same word. Change it in the feature where the guess is wrong."""
PERSONAL = """\
Columns with one of these words, the key, and texts of which a sampled value is an e-mail address, a telephone number
with its country, or a network address are declared as personal: no rule reads them, no request is given them, and no
statistics are made of them."""
MEANINGS = {
    "source_id": "The source's name. It names the variables of its credentials too.",
    "engine": f"One of {codes(SourceEngine)}.",
    "view": "The view or table, with its schema before a dot where it has one; of files, the name of a file or folder.",
    "description": "One sentence for people.",
}


def page() -> str:
    return document(
        "Sources of customers",
        INTRODUCTION,
        table(FIELDS, fields_of(CustomerSource, MEANINGS)),
        "## Columns",
        COLUMNS,
        table(["a column of", "can be declared as"], ((code(own), codes(sorted(HOLDS[own]))) for own in HOLDS)),
        "## Groups",
        GROUPS,
        table(
            ["group", "words"], [*((group, _words(words)) for group, words in GROUP_WORDS.items()), (OTHER_GROUP, "")]
        ),
        "## Personal columns",
        PERSONAL,
        _words(PERSONAL_WORDS) + ".",
        f"The word `name` is that of a thing beside one of these: {_words(NAMED_THINGS)}.",
    )


def _words(words: Iterable[str]) -> str:
    return ", ".join(sorted(words))
