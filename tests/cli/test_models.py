"""`tessella models`: brought, listed, chosen, gone back from; and the placeholders of document E."""

import pickle
from pathlib import Path

import pytest

from tests.model_files import manifest_of, model, part, write_model


@pytest.fixture
def brought(shop, tmp_path: Path):
    """The shop with two versions of a model that reads its features."""
    for feature in ("spend", "visits"):
        path = tmp_path / f"{feature}.yaml"
        path.write_text(f"name: {feature}\ntype: number\n")
        shop("features", "save", path).well()
    for weight in (1.0, 2.0):
        folder = write_model(tmp_path / f"model-{weight}", *model(weight, -1.0))
        shop("models", "import", "churn", folder).well()
    return shop


def test_before_the_first_model_there_is_none(shop):
    assert shop("models", "list", "--json").json() == []
    assert shop("models", "card", "churn").refused() == 'There is no active model "churn" in this namespace.'


def test_a_model_is_brought_listed_activated_and_gone_back_from(brought):
    listed = brought("models", "list", "--json").json()
    assert [(each["model_id"], each["version"], each["state"]) for each in listed] == [
        ("churn", 2, "kept"),
        ("churn", 1, "kept"),
    ]
    assert listed[0]["features"] == ["spend", "visits"]
    for version in ("1", "2"):
        told = brought("models", "activate", "churn", version).well().out
        assert told.strip() == f"Predictions of churn come from version {version}."
    assert brought("models", "rollback", "churn", "--json").json()["version"] == 1
    assert brought("models", "rollback", "churn").refused().startswith('The model "churn" cannot go back')
    card = brought("models", "card", "churn", "--json").json()
    assert (card["model"]["version"], card["model"]["state"], card["card"]) == (1, "active", None)
    assert "It has no card" in brought("models", "card", "churn").well().out


def test_a_check_says_what_could_be_compared_and_from_when_on_outcomes_can_be_expected(brought):
    assert "No model is active." in brought("models", "check").well().out
    brought("models", "activate", "churn", "1").well()
    [found] = brought("models", "check", "churn", "--json").json()
    assert (found["model"]["version"], found["drift"]["found"]["subjects"], found["outcomes"]) == (1, 0, None)
    told = brought("models", "check").well().out
    assert "The model has no reference" in told
    assert "Nothing that it said was kept yet" in told
    assert brought("models", "check", "nothing").refused() == 'There is no active model "nothing" in this namespace.'


def test_a_model_that_reads_what_is_no_feature_is_not_activated(shop, tmp_path: Path):
    shop("models", "import", "churn", write_model(tmp_path / "model", *model())).well()
    refused = shop("models", "activate", "churn", "1").refused()
    assert refused.startswith('The model "churn" reads what is no feature of this namespace: spend, visits.')


def test_a_pickle_is_refused_in_one_sentence_that_says_what_it_is(shop, tmp_path: Path):
    content = pickle.dumps({})
    folder = write_model(tmp_path / "model", manifest_of(part("churn.onnx", content)), {"churn.onnx": content})
    refused = shop("models", "import", "churn", folder).refused()
    assert refused.startswith('The model file "churn.onnx" is refused: by its content it is a pickle.')


def test_a_name_that_leads_elsewhere_is_refused(shop, tmp_path: Path):
    folder = write_model(tmp_path / "model", *model())
    assert "is refused" in shop("models", "import", "../../churn", folder).refused()
    assert [each.name for each in tmp_path.iterdir()] == ["model"]


def test_document_e_what_create_ml_models_does_placeholders_are_written_to_the_model_folder(
    tessella, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TESSELLA_HOME", str(tmp_path))
    written = tessella("models", "create-placeholders", "--json").json()
    names = ["nbo.tflite", "nbo.manifest.json", "churn.tflite", "churn.manifest.json"]
    assert written == [str(tmp_path / "models" / name) for name in names]
    assert sorted(each.name for each in (tmp_path / "models").iterdir()) == sorted(names)
    assert "what they say means nothing" in tessella("models", "create-placeholders").well().out
