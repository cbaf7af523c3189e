import msgspec
import pytest

from tessella.domain.errors import WrongShape
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
        ({"asked": [{"type": "churn", "name": 1}]}, "/asked/0/name", ""),
    ],
)
def test_a_refused_word_and_a_missing_field_are_answered_with_the_words_that_there_are(written, pointer, hint):
    with pytest.raises(WrongShape) as refused:
        read_record(Batch, written)
    assert (refused.value.pointer, refused.value.hint()) == (pointer, hint)
