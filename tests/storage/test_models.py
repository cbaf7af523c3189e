"""Versions of models: kept whole, chosen, gone back from, and served by every process."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import psycopg
import pytest

from tessella.domain.errors import ModelBeingAdded, ModelFileForeign, ModelShapeRefused, NoModelBefore, NoSuch
from tessella.domain.identifiers import FeatureName, Namespace, Role
from tessella.domain.predictions.manifest import Manifest
from tessella.ports.models import LoadedModel, ModelState, StoredModel
from tessella.storage.models.errors import ModelGone, ModelNotWritten, ModelSpoilt, ModelTorn
from tessella.storage.models.loaded import ActiveModel, LoadedModels
from tessella.storage.sessions import StoredSession
from tessella.storage.store import Storage
from tests.database import Dsns, eventually, session_elsewhere, session_of, storage_with
from tests.model_files import manifest_of, model, onnx_content, part, write_model

pytestmark = pytest.mark.anyio

VALUES = {FeatureName("spend"): 1.0, FeatureName("visits"): 0.0}


@pytest.fixture
def storage(own_storage: Storage) -> Storage:
    """Placeholders lie beside the models of all namespaces."""
    return own_storage


@pytest.fixture
async def session(storage: Storage, namespace: Namespace) -> StoredSession:
    return await session_of(storage, namespace)


@pytest.fixture
async def other(database: Dsns, storage: Storage, tmp_path: Path) -> AsyncIterator[Storage]:
    """Another process of the same machine."""
    async with storage_with(database.app, tmp_path / "home") as other:
        yield other


async def add(session: StoredSession, weight: float = 1.0) -> StoredModel:
    return await session.add_model(*model(weight, -1.0))


async def served(session: StoredSession, model_id: str = "churn") -> LoadedModel:
    found = await session.model(model_id)
    assert found is not None
    return found


def folder_of(home: Path, session: StoredSession) -> Path:
    return home / "models" / session.caller.namespace / "churn"


async def test_a_namespace_without_models_has_none(session: StoredSession) -> None:
    assert (await session.models(), await session.model("churn")) == ([], None)
    with pytest.raises(NoSuch):
        await session.stored_model("churn")


async def test_versions_are_numbered_from_1_and_the_newest_is_listed_first(session: StoredSession) -> None:
    kept = [await add(session, weight) for weight in (1.0, 2.0)]
    assert [each.manifest.version for each in kept] == [1, 2]
    assert [each.manifest.version for each in await session.models()] == [2, 1]
    assert {each.state for each in kept} == {ModelState.KEPT}


async def test_what_is_kept_is_the_manifest_and_its_files(session: StoredSession, tmp_path: Path) -> None:
    stored = await add(session)
    folder = folder_of(tmp_path / "home", session) / "1"
    assert sorted(each.name for each in folder.iterdir()) == ["churn.onnx", "manifest.json"]
    assert (folder / "churn.onnx").read_bytes() == onnx_content(1.0, -1.0)
    assert msgspec.json.decode((folder / "manifest.json").read_bytes(), type=Manifest) == stored.manifest


async def test_a_version_is_served_once_it_is_active(session: StoredSession) -> None:
    await add(session)
    assert await session.model("churn") is None
    activated = await session.activate_model("churn", 1)
    assert (activated.state, activated.activated_at is None) == (ModelState.ACTIVE, False)
    assert (await served(session)).one(VALUES)["churn"] == pytest.approx(0.731, abs=1e-3)


async def test_going_back_leads_to_the_version_that_was_active_before_each_time(session: StoredSession) -> None:
    for version in (1, 2, 3):
        await add(session, version)
    for version in (1, 3, 2):
        await session.activate_model("churn", version)
    back = [(await session.roll_back_model("churn")).manifest.version for _ in range(2)]
    assert back == [3, 1]
    with pytest.raises(NoModelBefore):
        await session.roll_back_model("churn")
    assert (await served(session)).manifest.version == 1


async def test_a_version_that_is_active_again_leads_back_to_what_it_followed(session: StoredSession) -> None:
    for version in (1, 2):
        await add(session, version)
    for version in (1, 2, 1):
        await session.activate_model("churn", version)
    assert [(await session.roll_back_model("churn")).manifest.version for _ in range(2)] == [2, 1]


async def test_activating_the_active_version_changes_nothing(session: StoredSession) -> None:
    await add(session)
    first = await session.activate_model("churn", 1)
    assert await session.activate_model("churn", 1) == first
    with pytest.raises(NoModelBefore):
        await session.roll_back_model("churn")


async def test_at_most_one_version_of_a_model_is_active(session: StoredSession) -> None:
    for version in (1, 2):
        await add(session, version)
        await session.activate_model("churn", version)
    assert [each.state for each in await session.models()] == [ModelState.ACTIVE, ModelState.KEPT]
    assert (await session.stored_model("churn")).manifest.version == 2


async def test_what_was_never_active_cannot_be_gone_back_from(session: StoredSession) -> None:
    with pytest.raises(NoSuch):
        await session.roll_back_model("churn")
    with pytest.raises(NoSuch):
        await session.activate_model("churn", 7)


async def test_what_was_asked_before_an_activation_here_is_not_believed_after_it() -> None:
    loaded = LoadedModels()
    before = time.monotonic()
    loaded.forget()
    loaded.take_in({}, before)
    assert loaded.active is None
    loaded.take_in({"churn": (1, "ab")}, time.monotonic())
    assert loaded.active == {"churn": ActiveModel(1, "ab")}


async def test_another_process_takes_the_active_version_up(session: StoredSession, other: Storage) -> None:
    theirs = await session_of(other, session.caller.namespace)
    await add(session)
    await session.activate_model("churn", 1)

    async def holds() -> bool:
        found = await theirs.model("churn")
        return found is not None and found.manifest.version == 1

    await eventually(holds, "the other process serves version 1")


async def test_two_who_activate_at_once_come_one_after_the_other(session: StoredSession, other: Storage) -> None:
    theirs = await session_of(other, session.caller.namespace)
    for version in (1, 2, 3):
        await add(session, version)
    await session.activate_model("churn", 1)
    await asyncio.gather(session.activate_model("churn", 2), theirs.activate_model("churn", 3))
    active = (await session.stored_model("churn")).manifest.version
    assert [each.state for each in await session.models_in_use()] == [ModelState.ACTIVE]
    back = [(await session.roll_back_model("churn")).manifest.version for _ in range(2)]
    assert [active, *back] in ([2, 3, 1], [3, 2, 1])


async def test_a_model_of_another_namespace_is_not_seen(storage: Storage, session: StoredSession) -> None:
    await add(session)
    await session.activate_model("churn", 1)
    theirs = await session_elsewhere(storage)
    assert (await theirs.models(), await theirs.model("churn")) == ([], None)
    with pytest.raises(NoSuch):
        await theirs.activate_model("churn", 1)


async def test_a_file_that_is_refused_leaves_nothing_behind(session: StoredSession, tmp_path: Path) -> None:
    wide = onnx_content(1.0, 2.0, 3.0)
    with pytest.raises(ModelShapeRefused):
        await session.add_model(manifest_of(part("churn.onnx", wide)), {"churn.onnx": wide})
    assert await session.models() == []
    assert list(folder_of(tmp_path / "home", session).iterdir()) == []
    assert (await add(session)).manifest.version == 1


async def test_what_an_add_left_behind_that_was_killed_is_taken_away(session: StoredSession, tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "home", session)
    for left in (".building-1", "1"):
        write_model(folder / left, *model())
    assert (await add(session)).manifest.version == 1
    assert [each.name for each in folder.iterdir()] == ["1"]


async def test_two_at_once_do_not_add_to_one_model(database: Dsns, session: StoredSession) -> None:
    adding = f"SELECT pg_advisory_xact_lock(hashtextextended('tessella model churn {session.caller.namespace}', 0))"
    with psycopg.connect(database.app) as somebody:
        somebody.execute(adding)
        with pytest.raises(ModelBeingAdded):
            await add(session)
    assert (await add(session)).manifest.version == 1


async def test_a_version_whose_files_are_gone_is_not_made_active(session: StoredSession, tmp_path: Path) -> None:
    await add(session)
    (folder_of(tmp_path / "home", session) / "1").rename(tmp_path / "elsewhere")
    with pytest.raises(ModelGone):
        await session.activate_model("churn", 1)
    assert (await session.stored_model("churn", 1)).state is ModelState.KEPT


@pytest.mark.parametrize(("file", "error"), [("manifest.json", ModelTorn), ("churn.onnx", ModelSpoilt)])
async def test_a_version_with_another_file_than_was_written_is_not_made_active(
    session: StoredSession, tmp_path: Path, file: str, error: type[Exception]
) -> None:
    await add(session)
    path = folder_of(tmp_path / "home", session) / "1" / file
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(error):
        await session.activate_model("churn", 1)


async def test_a_version_that_cannot_be_loaded_leaves_the_one_before_in_place(
    session: StoredSession, other: Storage, tmp_path: Path
) -> None:
    await add(session)
    await session.activate_model("churn", 1)
    theirs = await session_of(other, session.caller.namespace)
    assert (await served(theirs)).manifest.version == 1
    await add(session, 2.0)
    await session.activate_model("churn", 2)
    (folder_of(tmp_path / "home", session) / "2").rename(tmp_path / "elsewhere")
    known = theirs._loaded.models

    async def holds() -> bool:
        return known.active is not None and known.active["churn"].version == 2

    await eventually(holds, "the other process knows of version 2")
    assert (await served(theirs)).manifest.version == 1
    assert isinstance(known.served["churn"].failure, ModelGone)


async def test_a_version_whose_files_are_not_there_yet_is_served_once_they_are(
    session: StoredSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add(session)
    await session.activate_model("churn", 1)
    folder = folder_of(tmp_path / "home", session)
    (folder / "1").rename(tmp_path / "elsewhere")
    for _ in range(2):
        with pytest.raises(ModelGone):
            await session.model("churn")
    (tmp_path / "elsewhere").rename(folder / "1")
    monkeypatch.setattr("tessella.storage.models.loaded.AGAIN_SECONDS", 0.0)
    assert (await served(session)).manifest.version == 1


async def test_a_placeholder_that_is_broken_is_a_model_that_cannot_be_used(
    session: StoredSession, tmp_path: Path
) -> None:
    folder = tmp_path / "home" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "churn.manifest.json").write_text("{}")
    with pytest.raises(ModelSpoilt):
        await session.model("churn")


async def test_a_folder_that_cannot_be_written_is_said_so(session: StoredSession, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "models").write_text("in the way")
    with pytest.raises(ModelNotWritten):
        await add(session)


async def test_a_model_of_somebody_else_is_tried_and_kept_under_the_name_that_is_asked_for(
    session: StoredSession, tmp_path: Path
) -> None:
    brought = await session.import_model(write_model(tmp_path / "brought", *model()), "lapse")
    assert (brought.manifest.model_id, brought.manifest.version, brought.state) == ("lapse", 1, ModelState.KEPT)
    await session.activate_model("lapse", 1)
    assert (await served(session, "lapse")).manifest.model_id == "lapse"


async def test_a_pickle_of_somebody_else_is_never_opened(session: StoredSession, tmp_path: Path) -> None:
    import pickle

    content = pickle.dumps({"weights": [1.0]})
    folder = write_model(tmp_path / "brought", manifest_of(part("churn.onnx", content)), {"churn.onnx": content})
    with pytest.raises(ModelFileForeign):
        await session.import_model(folder, "churn")
    assert await session.models() == []


async def test_a_version_folder_can_be_brought_to_another_installation(session: StoredSession, tmp_path: Path) -> None:
    await add(session)
    brought = await session.import_model(folder_of(tmp_path / "home", session) / "1", "churn")
    assert brought.manifest.version == 2


async def test_a_placeholder_is_served_until_a_version_is_active(session: StoredSession, tmp_path: Path) -> None:
    content = onnx_content(0.0, 0.0)
    manifest = manifest_of(part("churn.onnx", content), placeholder=True)
    folder = tmp_path / "home" / "models"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "churn.onnx").write_bytes(content)
    (folder / "churn.manifest.json").write_bytes(msgspec.json.encode(manifest))
    found = await served(session)
    assert (found.manifest.placeholder, found.one(VALUES)["churn"]) == (True, 0.5)
    await add(session)
    await session.activate_model("churn", 1)
    assert not (await served(session)).manifest.placeholder


async def test_a_monitor_reads_no_models(storage: Storage, session: StoredSession) -> None:
    await add(session)
    monitor = await session_of(storage, session.caller.namespace, Role.MONITOR)
    assert await monitor.models() == []
