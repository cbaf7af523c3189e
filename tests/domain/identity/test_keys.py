"""API keys: their text, and what may be wanted of a new one."""

import pytest

from tessella.domain.errors import WrongShape
from tessella.domain.identifiers import Role, SubjectId
from tessella.domain.identity.keys import BOUND, KeyConditions, WantedKey, check_wanted, read_key

TEXT = f"tess_shop.0123456789ab.{'s' * 43}"


def test_a_key_is_read_as_it_is_written() -> None:
    assert str(read_key(TEXT)) == TEXT


@pytest.mark.parametrize(
    "text", ["", "tess_", TEXT + "s", TEXT[:-1], TEXT.upper(), " " + TEXT, TEXT + "\n", "tess_Shop" + TEXT[9:]]
)
def test_what_is_no_key_is_none(text: str) -> None:
    assert read_key(text) is None


@pytest.mark.parametrize("role", Role)
def test_a_subject_is_for_roles_that_act_for_one(role: Role) -> None:
    wanted = WantedKey(role, subject_id=SubjectId("h1"))
    if role in BOUND:
        check_wanted(wanted)
    else:
        with pytest.raises(WrongShape, match="acts for no subject"):
            check_wanted(wanted)
    check_wanted(WantedKey(role))


@pytest.mark.parametrize(("wanted", "pointer"), [
    (WantedKey(Role.CLIENT, subject_id=SubjectId("")), "/subject_id"),
    (WantedKey(Role.CLIENT, subject_id=SubjectId("x" * 257)), "/subject_id"),
    (WantedKey(Role.ADMIN, "x" * 201), "/label"),
])  # fmt: skip
def test_what_cannot_be_wanted_is_pointed_at(wanted: WantedKey, pointer: str) -> None:
    with pytest.raises(WrongShape) as refused:
        check_wanted(wanted)
    assert refused.value.pointer == pointer


def test_what_seals_a_key_is_not_shown() -> None:
    assert "sealed" not in repr(KeyConditions(sealed_secret=b"sealed")).replace("sealed_secret", "")
