"""Everybody's stored facts, a row a subject, and who is to be left out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from itertools import chain
from typing import Final

from psycopg import sql

from tessella.domain.features.schema import SUBJECT, Feature
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Namespace, SubjectId
from tessella.storage.bulk import in_pieces
from tessella.storage.connections.connecting import Connection
from tessella.storage.horizons import written_after
from tessella.storage.sharing import is_personalized

#: Enough for the facts of one subject at a time; a sort of them all goes through the disk. Statistics do not tell how
#: many subjects there are, so that a table of them all in memory would seem small.
_MEMORY: Final = "SET LOCAL work_mem = '128MB'; SET LOCAL enable_hashagg = off"
#: In the order of the primary key, so that nothing has to be sorted or held.
_ROWS: Final = f"""
COPY (SELECT {{values}} FROM (
        SELECT {{raw}} FROM (
          SELECT subject_id, jsonb_object_agg(feature, value) FILTER (WHERE feature = ANY({{features}})) AS facts
            FROM tessella.subject_facts AS fact
           WHERE namespace = {{namespace}} AND value <> 'null'{{whose}}
             AND {is_personalized("fact.namespace", "fact.subject_id")}
           GROUP BY subject_id ORDER BY subject_id) AS wide OFFSET 0) AS raw
) TO STDOUT (FORMAT csv)
"""
_CHANGED: Final = f"""
SELECT subject_id FROM tessella.subject_facts WHERE namespace = {{namespace}} AND {written_after("{since}")}
 UNION
SELECT subject_id FROM tessella.personalization_settings
 WHERE namespace = {{namespace}} AND {written_after("{since}")}
"""
_OPTED_IN: Final = f"""
SELECT EXISTS (SELECT FROM tessella.personalization_settings
                WHERE namespace = %(namespace)s AND personalization_enabled AND {written_after("%(since)s")})
"""
_OPTED_OUT: Final = """
COPY (SELECT subject_id FROM tessella.personalization_settings
       WHERE namespace = {namespace} AND NOT personalization_enabled) TO STDOUT (FORMAT csv)
"""


async def stream_fact_rows(
    connection: Connection,
    namespace: Namespace,
    features: Sequence[Feature],
    since: str | None,
    of: Sequence[SubjectId] | None,
) -> AsyncIterator[bytes]:
    """A row a subject with facts, as CSV in pieces: the id, and the values as the gate normalises them.

    With a horizon, only of subjects of whom something has changed since; with subjects, only of these.
    """
    subject = sql.SQL(SUBJECT)
    raw = [subject, *chain.from_iterable(_raw(at, each) for at, each in enumerate(features))]
    values = [subject, *chain.from_iterable(_values(at, each) for at, each in enumerate(features))]
    query = sql.SQL(_ROWS).format(
        values=sql.SQL(", ").join(values), raw=sql.SQL(", ").join(raw),
        features=sql.Literal([each.name for each in features]), namespace=sql.Literal(namespace),
        whose=sql.SQL("").join(_whose(namespace, since, of)),
    )  # fmt: skip
    await connection.execute(_MEMORY)
    async with connection.cursor().copy(query) as copy:
        async for piece in in_pieces(copy):
            yield piece


async def stream_changed_subjects(connection: Connection, namespace: Namespace, since: str) -> AsyncIterator[bytes]:
    """The ids of those whose facts or settings have changed since a horizon, as CSV in pieces."""
    query = sql.SQL("COPY ({}) TO STDOUT (FORMAT csv)").format(_changed(namespace, since))
    async with connection.cursor().copy(query) as copy:
        async for piece in in_pieces(copy):
            yield piece


async def somebody_has_opted_in(connection: Connection, namespace: Namespace, since: str) -> bool:
    """Whether settings have changed since a horizon that have personalization on."""
    found = await (await connection.execute(_OPTED_IN, {"namespace": namespace, "since": since})).fetchone()
    return found is not None and bool(found[0])


async def stream_opted_out(connection: Connection, namespace: Namespace) -> AsyncIterator[bytes]:
    """The ids of those who switched personalization off, as CSV in pieces."""
    query = sql.SQL(_OPTED_OUT).format(namespace=sql.Literal(namespace))
    async with connection.cursor().copy(query) as copy:
        async for piece in in_pieces(copy):
            yield piece


def _whose(namespace: Namespace, since: str | None, of: Sequence[SubjectId] | None) -> Iterator[sql.Composable]:
    if since is not None:
        yield sql.SQL(" AND subject_id IN ({})").format(_changed(namespace, since))
    if of is not None:
        yield sql.SQL(" AND subject_id = ANY({})").format(sql.Literal(list(of)))


def _changed(namespace: Namespace, since: str) -> sql.Composed:
    return sql.SQL(_CHANGED).format(namespace=sql.Literal(namespace), since=sql.Literal(since))


def _raw(at: int, feature: Feature) -> Iterator[sql.Composable]:
    """A fact as `c`, a moment's text apart as `t`."""
    fact = sql.SQL("facts -> {}").format(feature.name)
    if feature.type is not FeatureType.TIMESTAMP:
        yield sql.SQL(f"{{}} AS c{at}").format(fact)
        return
    yield sql.SQL(f"CASE jsonb_typeof({{}}) WHEN 'number' THEN {{}} END AS c{at}").format(fact, fact)
    yield sql.SQL(f"CASE jsonb_typeof({{}}) WHEN 'string' THEN {{}} #>> '{{{{}}}}' END AS t{at}").format(fact, fact)


def _values(at: int, feature: Feature) -> Iterator[sql.Composable]:
    """A fact as the gate normalises it, and a moment's text as it is: PostgreSQL takes ten times as long to read it."""
    from tessella.domain.rules.sql import Stored, nodes  # loads sqlglot
    from tessella.domain.rules.sql.projection import normalised

    gated = nodes.render(normalised(nodes.column(f"c{at}"), Stored.JSON, feature.type, "postgres"), "postgres")
    yield sql.SQL(f"to_jsonb({gated})::text" if feature.type is FeatureType.STRING_LIST else gated)
    if feature.type is FeatureType.TIMESTAMP:
        yield sql.SQL(f"t{at}")
