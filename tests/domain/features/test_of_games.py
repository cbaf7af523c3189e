"""Features that taxonomies write: what a declaration has to say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tessella.domain.errors import WrongShape
from tessella.domain.features.of_games import TYPES, GameFeature, Told, check_game_feature, game_feature, told_of
from tessella.domain.features.schema import Feature, Source
from tessella.domain.features.types import FeatureType
from tessella.domain.taxonomy.names import is_axis_name

GAMES = st.from_regex(r"\A[A-Za-z0-9][A-Za-z0-9._:-]{0,20}\Z")
AXES = st.one_of(st.sampled_from(["social", "own-axis", "x"]), st.from_regex(r"\A[a-z][a-z0-9_-]{0,12}\Z"))


@given(GAMES, AXES.filter(is_axis_name), st.sampled_from(Told))
def test_a_name_says_which_game_and_axis_it_is_about(game_id, axis, told):
    about = GameFeature(game_id, told, "" if told is Told.ANOMALY else axis)
    assert game_feature(about.name) == about
    check_game_feature(Feature(about.name, TYPES[told], Source.TAXONOMY))


@pytest.mark.parametrize(
    ("feature", "pointer"),
    [
        (Feature("taxonomy.store", FeatureType.STRING, Source.TAXONOMY), "/name"),
        (Feature("user.tier", FeatureType.STRING, Source.TAXONOMY), "/name"),
        (Feature("taxonomy.store.social", FeatureType.NUMBER, Source.TAXONOMY), "/type"),
        (Feature("taxonomy.store.social.membership", FeatureType.STRING, Source.TAXONOMY), "/type"),
        (Feature("taxonomy.store.anomaly", FeatureType.NUMBER, Source.TAXONOMY, overridable=True), "/overridable"),
        (Feature("taxonomy.store.anomaly", FeatureType.NUMBER, Source.TAXONOMY, personal=True), "/personal"),
    ],
)
def test_a_declaration_that_no_taxonomy_fills_is_refused_at_the_field_that_is_wrong(feature, pointer):
    with pytest.raises(WrongShape) as refusal:
        check_game_feature(feature)
    assert refusal.value.pointer == pointer


def test_only_features_of_the_source_taxonomy_and_of_that_game_are_written():
    features = [
        Feature("taxonomy.store.social", FeatureType.STRING, Source.TAXONOMY),
        Feature("taxonomy.store.anomaly", FeatureType.NUMBER, Source.TAXONOMY),
        Feature("taxonomy.store.temporal", FeatureType.STRING),
        Feature("taxonomy.other.social", FeatureType.STRING, Source.TAXONOMY),
    ]
    assert list(told_of(features, "store")) == ["taxonomy.store.anomaly", "taxonomy.store.social"]
