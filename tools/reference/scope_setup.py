"""The page about scopes as definitions."""

from tessella.domain.definitions.scopes import ORDER, ORDERS
from tessella.domain.personalization.checks import MOST_CELLS, MOST_HOURS, MOST_RULES, TAG_MAX_LENGTH
from tessella.domain.personalization.scope import Base, Boost, Equal, Recent, Related, Scope, TagRule
from tessella.domain.personalization.vector import VECTOR_TYPES
from tools.reference.markdown import code, codes, document, fence, table
from tools.reference.records import COLUMNS, fields_of

INTRODUCTION = """\
A scope says in which order its items are shown to whom: those that carry its id in their property `scopes`. It is a
definition: a file in `scopes/`, an object under `/api/v1/scopes`, with drafts, plans and versions. `rule_v1` makes
rankings by it, which are the same for the same inputs. An inactive scope is ranked for nobody."""
EXAMPLE = """\
scope_id: daily_horoscopes
base: 0.5
boosts:
  - {add: 0.3, equal: {subject: user.zodiac, item: item.zodiac}, tag: user_zodiac}
  - {add: 0.2, when: {gte: [engagement_score, 0.7]}, tag: high_engagement}
  - {add: 0.1, recent: {item: item.approved_at, hours: 24}}
  - add: 0.1
    related: {subject: user.zodiac, item: item.zodiac, table: {leo: {aries: 1, libra: 0.8}}}
tags:
  - {tag: low_engagement, when: {lt: [engagement_score, 0.3]}}"""
SCORES = f"""\
An item begins with the score of the first base that holds of it, and with `base` where none does. Each boost that
holds adds to it or takes away. The score is from 0 to 1: what is above is 1, what is below is 0. Equal scores are
in the order of item ids.

There are at most {MOST_RULES} bases, boosts and tags each. Scores are from 0 to 1, and what a boost adds from -1 to
1."""
BOOSTS = f"""\
A boost has exactly one of `when`, `equal`, `related` and `recent`. `related` adds `add` times what the table says,
so that 1 adds all of it; of a pair that the table does not name it adds nothing. A table has at most {MOST_CELLS:,}
numbers. What is compared is of one type, and no list; what a table relates is text. `hours` is above 0 and at most
{MOST_HOURS:,}. A moment that is yet to come is recent, too."""
RULES = """\
Rules are those of segments, and may read features of items too. Of the subject they read stored facts (also those
that predictions and taxonomies write), `percent`, and the fields of its vector by their names:"""
REFUSED = """\
A vector's field has this type whatever a feature of the same name is declared as. A ranking is kept and served
again, so a scope reads nothing of one request, no column of a source of customers, and no segment. It reads no
personal feature."""
TAGS = f"""\
A tag says why an item stands where it does. Administrators see it; no answer to a client has one. It is 1 to
{TAG_MAX_LENGTH} small letters, digits and `_`, a letter first, and stands for one reason of a scope. Those of
`tags` change no score: their rules are about the subject alone."""
EXPERIMENT = f"""\
Each variant of the experiment has `{ORDER}` in its `content`: one of {codes(ORDERS)}. So the order of a scope is
compared with a random one."""
MEANINGS = {
    "scope_id": "Its name, which items carry.",
    "name": "What people call it.",
    "description": "For people.",
    "boosts": "Below.",
    "tags": "Tags that change no score; see below.",
    "active": "Whether anybody is shown it.",
    "score": "What the item begins with, 0 to 1.",
    "subject": "A stored fact of the subject, or a field of its vector.",
    "item": "A feature of the source `item`.",
    "hours": "How far back it may lie.",
    "add": "What is added, -1 to 1.",
    "equal": "Two features have the same value. See below.",
    "recent": "A moment of the item is not long ago. See below.",
    "tag": "What administrators are told.",
    "when": "A rule.",
}


def page() -> str:
    return document(
        "Scopes",
        INTRODUCTION,
        fence(EXAMPLE, "yaml"),
        table(COLUMNS, fields_of(Scope, MEANINGS)),
        "## Scores",
        SCORES,
        table(COLUMNS, fields_of(Base, MEANINGS)),
        "## Boosts",
        BOOSTS,
        table(COLUMNS, fields_of(Boost, MEANINGS)),
        "`equal`, `related` and `recent`:",
        table(COLUMNS, fields_of(Equal, MEANINGS)),
        table(COLUMNS, fields_of(Related, MEANINGS)),
        table(COLUMNS, fields_of(Recent, MEANINGS)),
        "## Rules",
        RULES,
        table(["field", "type"], ([code(name), code(kind)] for name, kind in VECTOR_TYPES.items())),
        REFUSED,
        "## Tags",
        TAGS,
        table(COLUMNS, fields_of(TagRule, MEANINGS)),
        "## Experiment",
        EXPERIMENT,
    )
