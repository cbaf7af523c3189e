"""A calculated audience that a test wrote by hand."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tessella.domain.audiences.audience import Audience, CountedSegment, HeldFeature
from tessella.domain.audiences.layout import FIRST, ORIGINS, SUBJECT, held, mask, word, words
from tessella.domain.audiences.places import Place
from tessella.domain.audiences.rows import BASE
from tessella.domain.features.types import FeatureType
from tessella.domain.identifiers import Instant, Namespace
from tessella.storage.ids import new_id
from tessella.usecases.audiences.rows import AudienceRows
from tessella.warehouse.duckdb import DuckDBWorker
from tests.duckdb_rows import load_rows

#: As `layout` has the columns of features.
TYPES = {
    FeatureType.STRING: "VARCHAR",
    FeatureType.NUMBER: "DOUBLE",
    FeatureType.INTEGER: "BIGINT",
    FeatureType.BOOLEAN: "BOOLEAN",
    FeatureType.TIMESTAMP: "BIGINT",
    FeatureType.STRING_LIST: "VARCHAR[]",
}


def audience(
    segments: Sequence[str], features: Mapping[str, FeatureType], *, rows: int = 0, as_of: int = 0
) -> Audience:
    """What a calculation of active segments tells of itself."""
    return Audience(
        Namespace("shop"), new_id(), Instant(as_of), 1,
        tuple(CountedSegment(each, "", Place.LOCAL) for each in segments), len(segments), {},
        tuple(HeldFeature(name, kind) for name, kind in features.items()), Instant(as_of), {}, rows,
    )  # fmt: skip


def write(
    worker: DuckDBWorker, folder: Path, told: Audience, subjects: Sequence[tuple[str, set[str], Mapping[str, Any]]]
) -> AudienceRows:
    """The file of an audience: for each subject the id, the segments that hold it, and the values of features."""
    names = [each.segment_id for each in told.segments]
    columns = {SUBJECT: "VARCHAR", FIRST: "INTEGER", ORIGINS: "INTEGER", **dict.fromkeys(words(len(names)), "BIGINT")}
    columns |= {held(at): TYPES[each.type] for at, each in enumerate(told.features)}
    load_rows(worker, "hand_made", columns, (_cells(told, names, *each) for each in sorted(subjects, key=_subject_id)))
    worker.execute(
        f"COPY (FROM hand_made ORDER BY {SUBJECT}) TO '{folder / BASE}' (FORMAT parquet, ROW_GROUP_SIZE 2048)"
    )
    return rows_of(folder, told)


def rows_of(folder: Path, told: Audience) -> AudienceRows:
    """Its rows, as use cases read them."""
    from tessella.domain.audiences.rows import audience_rows

    return AudienceRows(told, audience_rows(told, folder), {})


def _subject_id(subject: tuple[str, set[str], Mapping[str, Any]]) -> str:
    return subject[0]


def _cells(told: Audience, names: Sequence[str], subject_id: str, inside: set[str], values: Mapping[str, Any]) -> list:
    positions = [at for at, name in enumerate(names) if name in inside]
    bits = dict.fromkeys(words(len(names)), 0)
    for at in positions:
        bits[word(at)] |= mask(at)
    listed = [list(each) if isinstance(each := values.get(one.name), tuple) else each for one in told.features]
    first = min((at for at in positions if at < told.tried), default=None)
    return [subject_id, first, 1, *bits.values(), *listed]
