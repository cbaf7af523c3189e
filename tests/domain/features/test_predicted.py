"""Features that predictions write: what a declaration has to say."""

import pytest

from tessella.domain.consistency import check_definitions
from tessella.domain.definitions import Definitions, Kind, read_definition
from tessella.domain.errors import Faults, WrongShape
from tessella.domain.features.predicted import PREDICTED, check_predicted_feature, predicted
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType


@pytest.mark.parametrize("name", PREDICTED)
def test_each_feature_that_is_written_can_be_declared(name):
    check_predicted_feature(Feature(name, PREDICTED[name], Source.PREDICTION))


@pytest.mark.parametrize(
    ("feature", "pointer"),
    [
        (Feature("prediction.chrun", FeatureType.NUMBER, Source.PREDICTION), "/name"),
        (Feature("prediction.churn", FeatureType.STRING, Source.PREDICTION), "/type"),
        (Feature("prediction.churn", FeatureType.NUMBER, Source.PREDICTION, overridable=True), "/overridable"),
        (Feature("prediction.churn", FeatureType.NUMBER, Source.FACT), "/source"),
        (Feature("rfm.cell", FeatureType.STRING, Source.WAREHOUSE), "/source"),
    ],
)
def test_a_declaration_that_no_prediction_fills_is_refused_at_the_field_that_is_wrong(feature, pointer):
    with pytest.raises(WrongShape) as refusal:
        check_predicted_feature(feature)
    assert refusal.value.pointer == pointer


def test_a_name_that_nothing_writes_is_told_the_nearest():
    with pytest.raises(WrongShape) as refusal:
        check_predicted_feature(Feature("prediction.chrun", FeatureType.NUMBER, Source.PREDICTION))
    assert refusal.value.hint() == 'Did you mean "prediction.churn"?'


def test_publishing_checks_it():
    written = {"name": "prediction.churn", "type": "string", "source": "prediction"}
    wrong = Definitions().with_definition(Kind.FEATURE, "prediction.churn", read_definition(Kind.FEATURE, written))
    with pytest.raises(Faults) as refusal:
        check_definitions(wrong)
    assert [each.pointer for each in refusal.value.faults()] == ["/features/prediction.churn/type"]


def test_only_features_of_the_source_prediction_are_written():
    features = [
        Feature("rfm.cell", FeatureType.STRING, Source.PREDICTION),
        Feature("user.tier", FeatureType.STRING),
        Feature("prediction.churn", FeatureType.NUMBER, Source.PREDICTION),
    ]
    assert predicted(features) == ["prediction.churn", "rfm.cell"]
