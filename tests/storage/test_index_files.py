"""The files of a ranking index: read again as they were written, or refused by name."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest

from tessella.domain.identifiers import Instant, Namespace
from tessella.domain.ranking.catalogue.catalogue import Catalogue, Labels, LabelSets
from tessella.domain.ranking.index.index import Embeddings, Neighbours, Popularity, RankingIndex
from tessella.storage.indexes.arrays import arrays_of
from tessella.storage.indexes.errors import (
    IndexGone,
    IndexOfAnother,
    IndexOfAnotherForm,
    IndexTorn,
)
from tessella.storage.indexes.files import IndexFolder
from tessella.storage.indexes.manifest import Manifest

HERE = Namespace("here")
VERSION = "0199b2c4-0000-7000-8000-000000000001"


def catalogue(*item_ids: str) -> Catalogue:
    items = len(item_ids)
    none = LabelSets(np.zeros(items + 1, np.int64), np.empty(0, np.int32), [])
    return Catalogue(
        item_ids=np.array([each.encode() for each in item_ids], np.bytes_),
        brands=Labels(np.zeros(items, np.int32), ["Örtli / Söhne"]),
        categories=Labels(np.full(items, -1, np.int32), []),
        tags=none,
        regions=none,
        prices=np.full(items, np.nan),
        available=np.ones(items, np.bool_),
        available_from=np.zeros(items, np.int64),
        available_until=np.full(items, 2**62, np.int64),
    )


def an_index(version: str = VERSION) -> RankingIndex:
    near = Neighbours(np.array([0, 1, 2]), np.array([1, 0], np.int32), np.array([0.5, 0.5], np.float32))
    popular = Popularity(np.array([1, 0.25], np.float32), np.array([0, 1], np.int32))
    return RankingIndex(version, Instant(7), catalogue("a", "b"), {30.0: popular, 0.5: popular}, {90: near})


def manifest_of(index: RankingIndex, **changed: object) -> Manifest:
    built = Manifest(HERE, index.version, index.as_of, Instant(8), "1:1:", "server-1", len(index.catalogue), {}, {})
    return msgspec.structs.replace(built, **changed)


def assert_same(one: RankingIndex, other: RankingIndex) -> None:
    assert (one.version, one.as_of) == (other.version, other.as_of)
    ours, theirs = dict(arrays_of(one)), dict(arrays_of(other))
    assert ours.keys() == theirs.keys()
    for at, array in ours.items():
        assert array.dtype == theirs[at].dtype, at
        np.testing.assert_array_equal(array, theirs[at])


@pytest.fixture
def folder(tmp_path: Path) -> IndexFolder:
    return IndexFolder(tmp_path)


@pytest.fixture
def written(folder: IndexFolder, tmp_path: Path) -> Path:
    """The folder of a version."""
    folder.write(an_index(), manifest_of(an_index()))
    return tmp_path / HERE / VERSION


def test_an_index_is_read_as_it_was_written(folder: IndexFolder, written: Path) -> None:
    loaded, manifest = folder.load(HERE, VERSION)
    assert_same(loaded, an_index())
    assert list(loaded.popularity) == [30.0, 0.5]
    assert loaded.catalogue.brands.names == ["Örtli / Söhne"]
    assert loaded.embeddings is None
    assert (manifest.items, manifest.as_of, manifest.built_at) == (2, 7, 8)


def test_an_index_with_embeddings_has_them_again(folder: IndexFolder) -> None:
    vectors = Embeddings(
        np.eye(2, dtype=np.float32), np.eye(2, dtype=np.float32), np.arange(3), np.arange(2, dtype="i4")
    )
    index = replace(an_index(), embeddings=vectors)
    folder.write(index, manifest_of(index))
    assert_same(folder.load(HERE, VERSION)[0], index)


def test_an_index_of_no_items_is_read_again(folder: IndexFolder) -> None:
    index = RankingIndex(VERSION, Instant(0), catalogue())
    folder.write(index, manifest_of(index))
    assert len(folder.load(HERE, VERSION)[0].catalogue) == 0


def test_large_arrays_are_mapped_and_nobody_can_write_to_any(folder: IndexFolder) -> None:
    items = 200_000
    index = replace(an_index(), catalogue=catalogue(*(f"{number:06}" for number in range(items))))
    folder.write(index, manifest_of(index))
    loaded = folder.load(HERE, VERSION)[0]
    for at, array in arrays_of(loaded):
        assert array.base is not None or array.nbytes < 1024 * 1024, at
        assert not array.flags.writeable, at
    with pytest.raises(ValueError, match="read-only"):
        loaded.catalogue.prices[0] = 1.0


def test_a_removed_index_stays_readable_to_who_has_loaded_it(folder: IndexFolder) -> None:
    index = replace(an_index(), catalogue=catalogue(*(f"{number:06}" for number in range(200_000))))
    folder.write(index, manifest_of(index))
    loaded = folder.load(HERE, VERSION)[0]
    folder.keep_only(HERE, [])
    assert np.isnan(loaded.catalogue.prices).all()
    with pytest.raises(IndexGone):
        folder.load(HERE, VERSION)


def array_files(written: Path) -> list[Path]:
    return sorted(written.glob("*.npy"))


def test_an_index_with_a_file_cut_short_is_refused(folder: IndexFolder, written: Path) -> None:
    for path in array_files(written):
        content = path.read_bytes()
        path.write_bytes(content[:-1])
        with pytest.raises(IndexTorn, match=path.name):
            folder.load(HERE, VERSION)
        path.write_bytes(content)
    folder.load(HERE, VERSION)


def test_an_index_with_one_bit_turned_is_refused(folder: IndexFolder, written: Path) -> None:
    path = array_files(written)[0]
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(IndexTorn, match=path.name):
        folder.load(HERE, VERSION)


def test_an_index_that_lacks_a_file_is_refused(folder: IndexFolder, written: Path) -> None:
    array_files(written)[3].unlink()
    with pytest.raises(IndexTorn):
        folder.load(HERE, VERSION)


def test_a_manifest_cut_short_is_refused(folder: IndexFolder, written: Path) -> None:
    path = written / "manifest.json"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(IndexTorn, match="manifest"):
        folder.load(HERE, VERSION)


def test_an_index_of_another_form_is_refused_by_both_numbers(folder: IndexFolder, written: Path) -> None:
    path = written / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"form": 9}))
    with pytest.raises(IndexOfAnotherForm, match="form 9; this Tessella reads form 1"):
        folder.load(HERE, VERSION)


def test_an_index_that_was_put_into_another_namespaces_folder_is_refused(
    folder: IndexFolder, written: Path, tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    written.rename(tmp_path / "there" / VERSION)
    with pytest.raises(IndexOfAnother, match='of namespace "here"'):
        folder.load(Namespace("there"), VERSION)


def test_only_the_manifest_that_was_published_is_accepted(folder: IndexFolder) -> None:
    _, published = folder.write(an_index(), manifest_of(an_index()))
    assert folder.load(HERE, VERSION, published)
    with pytest.raises(IndexTorn):
        folder.load(HERE, VERSION, "0" * 64)


def test_what_could_not_be_written_whole_is_not_there(folder: IndexFolder, tmp_path: Path) -> None:
    broken = replace(an_index(), popularity={1.0: Popularity(np.array([object()]), np.empty(0, np.int32))})
    with pytest.raises(ValueError, match="allow_pickle"):
        folder.write(broken, manifest_of(broken))
    assert list((tmp_path / HERE).iterdir()) == []


def test_only_the_versions_to_be_kept_stay_and_remains_of_killed_builds_go(folder: IndexFolder, tmp_path: Path) -> None:
    for version in ("1", "2", "3"):
        folder.write(an_index(version), manifest_of(an_index(version)))
    folder.set_active(HERE, "3")
    (tmp_path / HERE / ".building-4").mkdir()
    (tmp_path / HERE / ".building-4" / "000-item_ids.npy").write_bytes(b"half")
    folder.keep_only(HERE, ["2", "3"])
    assert sorted(path.name for path in (tmp_path / HERE).iterdir()) == ["2", "3", "active"]


def test_the_version_that_was_published_last_is_remembered(folder: IndexFolder, written: Path) -> None:
    assert folder.active(HERE) is None
    folder.set_active(HERE, VERSION)
    assert folder.active(HERE) == VERSION


def test_another_user_can_read_no_index(written: Path) -> None:
    assert oct(written.stat().st_mode)[-3:] == oct(written.parent.stat().st_mode)[-3:] == "700"
