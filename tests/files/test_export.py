"""Folders of definitions: written whole, read back equal."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.definitions import Definitions, Kind, identifier_of, read_definition
from tessella.domain.errors import FileInvalid
from tessella.files.definitions import read_folder
from tessella.files.export import write_folder
from tests.files.test_writing import TEXTS, VALUES

#: Names that YAML takes for something else unless they are quoted.
NAMES = st.sampled_from(["null", "true", "NO", "1.0", "1e3", "0x1F", "2026-01-01", "on", "vip", "a:b", "a..b"])
MOMENTS = st.sampled_from([None, "2026-03-01T00:00:00+00:00", "1969-12-31T23:59:59.999999+00:00"])
RULES = st.builds(lambda expr: [{"rule_id": "1.0", "expr": expr, "enabled": False}], VALUES)
OBJECTS = {
    Kind.FEATURE: st.fixed_dictionaries(
        {"name": NAMES, "type": st.just("string"), "unit": TEXTS, "description": TEXTS, "group": TEXTS},
        optional={"allowed_values": st.lists(TEXTS, max_size=3), "kind": st.dictionaries(TEXTS, VALUES, max_size=3)},
    ),
    Kind.SEGMENT: st.fixed_dictionaries(
        {"segment_id": NAMES, "name": TEXTS, "description": TEXTS, "priority": st.integers(-9, 9), "rules": RULES},
        optional={"profile_id": NAMES, "active": st.booleans()},
    ),
    Kind.PROFILE: st.fixed_dictionaries(
        {"profile_id": NAMES, "name": TEXTS, "description": TEXTS},
        optional={"alpha": st.floats(0, 10), "brand_cap": st.integers(0, 500), "rule_exclude_purchased": st.booleans()},
    ),
    Kind.CAMPAIGN: st.fixed_dictionaries(
        {"campaign_id": NAMES, "starts_at": MOMENTS, "overrides": st.just({"half_life_days": 30})}
    ),
    Kind.EXPERIMENT: st.builds(
        lambda name, text: {
            "experiment_id": name,
            "name": "Banner",
            "variants": [{"name": "Old", "content": {text: text}}, {"name": "New", "overrides": {"beta": 0.5}}],
            "segmentation": {"mode": "manual", "segment_by": ["source"]},
        },
        NAMES,
        TEXTS,
    ),
    Kind.GAME: st.builds(
        lambda name, text, alpha: {
            "game_id": name,
            "name": text,
            "metrics": {each: {"kind": {"kind": "count"}, "unit": text} for each in ("visits", "no", "on")},
            "axes": {"social": ["on", "no"]},
            "holidays": ["12-25", "2026-01-01"],
            "anomalies": {"alpha": alpha, "thresholds": {"weekend": 2}},
        },
        NAMES,
        TEXTS,
        st.floats(0.001, 0.2),
    ),
    Kind.SCOPE: st.builds(
        lambda name, text, score: {
            "scope_id": name,
            "description": text,
            "base": score,
            "bases": [{"when": {"eq": ["item.brand", text]}, "score": score, "tag": "own_brand"}],
            "boosts": [
                {"add": -score, "recent": {"item": "item.approved_at", "hours": 24}},
                {"add": score, "related": {"subject": "a", "item": "item.b", "table": {"no": {"on": score, text: 1}}}},
            ],
            "tags": [{"tag": "y", "when": {"gte": ["engagement_score", score]}}],
        },
        NAMES,
        TEXTS,
        st.floats(0, 1),
    ),
    Kind.DEFAULTS: st.fixed_dictionaries(
        {},
        optional={
            "beta": st.floats(0, 10),
            "audit": st.just("required"),
            "ranking": st.fixed_dictionaries({"event_weights": st.dictionaries(NAMES, st.floats(0, 100), max_size=3)}),
        },
    ),
}


@st.composite
def definitions(draw):
    found = {}
    for kind, written in OBJECTS.items():
        for body in draw(st.lists(written, max_size=3 if kind is not Kind.DEFAULTS else 1)):
            definition = read_definition(kind, body)
            found[kind, identifier_of(kind, definition)] = definition
    return Definitions().with_changes(found)


def profile(**knobs):
    return Definitions().with_definition(
        Kind.PROFILE, "novel", read_definition(Kind.PROFILE, {"profile_id": "novel", **knobs})
    )


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("*") if path.is_file()}


@given(definitions())
def test_what_is_written_reads_back_equal_and_is_not_written_again(tmp_path_factory, written):
    folder = tmp_path_factory.mktemp("export")
    first = write_folder(folder, written)
    assert repr(read_folder(folder)) == repr(Definitions.of(grouped(written)))
    again = write_folder(folder, written)
    assert (again.written, again.unchanged, again.left) == ([], len(first.written), [])


def grouped(found):
    """The same, by kind and in the order of the files' names."""
    objects = {kind: dict(sorted(found.of_kind(kind).items())) for kind in Kind}
    return {kind: by_name for kind, by_name in objects.items() if by_name}


def test_a_file_that_cannot_be_read_is_written_anew(tmp_path):
    write_folder(tmp_path, profile(alpha=0.5))
    (tmp_path / "profiles" / "novel.yaml").write_text("profile_id: [")
    assert write_folder(tmp_path, profile(alpha=0.5)).written == ["profiles/novel.yaml"]
    assert read_folder(tmp_path) == profile(alpha=0.5)


def test_an_export_that_is_cut_leaves_every_file_whole(tmp_path, monkeypatch):
    write_folder(tmp_path, profile(alpha=0.5))
    before = contents(tmp_path)

    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileInvalid, match="It cannot be written: No space left on device"):
        write_folder(tmp_path, profile(alpha=0.6))
    assert contents(tmp_path) == before


def test_hidden_files_are_those_of_editors(tmp_path):
    write_folder(tmp_path, profile(alpha=0.5))
    (tmp_path / "profiles" / ".#novel.yaml").symlink_to("nowhere")
    (tmp_path / "profiles" / ".novel.yaml.4711").write_text("profile_id: [")
    assert read_folder(tmp_path) == profile(alpha=0.5)
