import msgspec
import pytest

from tessella.domain.errors import Faults, WrongShape
from tessella.domain.experiments.setup.declared import read_experiment
from tessella.domain.predictions.target import PredictionType
from tessella.domain.wire import read_record


class Asked(msgspec.Struct):
    type: PredictionType
    name: str = ""


class Batch(msgspec.Struct):
    asked: list[Asked] | None = None


@pytest.mark.parametrize(
    ("written", "pointer", "hint"),
    [
        ({"asked": [{"type": "churns"}]}, "/asked/0/type", 'It is one of "churn", "nbo", "rfm".'),
        ({"asked": [{"name": "a"}]}, "/asked/0", 'Send "type": one of "churn", "nbo", "rfm".'),
        ({"asked": [{"type": "churn", "name": 1}]}, "/asked/0/name", 'Such as "text".'),
        ({"asked": ["churn"]}, "/asked/0", "Its fields are type, name."),
    ],
)
def test_a_refused_word_and_a_missing_field_are_answered_with_the_words_that_there_are(written, pointer, hint):
    with pytest.raises(WrongShape) as refused:
        read_record(Batch, written)
    assert (refused.value.pointer, refused.value.hint()) == (pointer, hint)


def test_all_faults_are_told_at_once_and_an_unknown_field_is_told_where_it_belongs():
    written = {
        "id": "banner", "name": 7, "variants": [{"id": "a", "name": "A"}, {"name": "B"}], "segment_by": ["source"],
        "metric": "sales", "attribution_hours": "24", "layer": "checkout", "segmentation": {"mode": "by hand"},
    }  # fmt: skip
    with pytest.raises(Faults) as refused:
        read_experiment(written)
    assert {each.pointer: each.hint() for each in refused.value.faults()} == {
        "/segmentation/mode": 'It is one of "disabled", "manual", "auto".',
        "/id": 'Did you mean "experiment_id"?',
        "/name": 'Such as "text".',
        "/variants/0/id": 'Did you mean "variant_id"?',
        "/segment_by": 'It goes into "segmentation".',
        "/metric": 'Did you mean "metrics"?',
        "/attribution_hours": "Such as 0.5.",
        "/layer": "Its fields are name, first, last.",
        "": 'Send "experiment_id" too.',
    }
