import pytest

from tests.database import fresh_namespace


def test_a_key_is_created_with_its_namespace(tessella):
    shop = fresh_namespace()
    created = tessella("keys", "create", "--namespace", shop, "--role", "admin", "--json").json()
    assert list(created) == ["key"]
    assert created["key"].startswith(f"tess_{shop}.")
    assert tessella("segments", "list", "--namespace", shop, "--json").json() == []


def test_a_shell_can_take_the_key_from_standard_output(tessella):
    created = tessella("keys", "create", "--namespace", fresh_namespace(), "--role", "service").well()
    assert len(created.out.splitlines()) == 1
    assert created.out.startswith("tess_")
    assert created.err == "Keep it: it is not shown again.\n"


@pytest.mark.parametrize("role", ["client", "reader"])
def test_a_role_that_acts_for_one_subject_gets_no_key(tessella, role):
    sentence = tessella("keys", "create", "--namespace", fresh_namespace(), "--role", role).refused()
    assert sentence == (
        f"A key cannot have the role {role}: it acts for one subject, whom only a signed token names. "
        "Give the server that acts for its visitors a key with the role service."
    )


@pytest.mark.parametrize("name", ["My Shop", "", "-shop", "a" * 64])
def test_what_cannot_name_a_namespace_is_refused(tessella, name):
    assert (
        tessella("keys", "create", "--role", "admin", f"--namespace={name}")
        .refused()
        .startswith(f'"{name}" is no namespace: 1 to 63 small letters')
    )


def test_an_unknown_role_is_a_command_line_that_cannot_be_read(tessella):
    ran = tessella("keys", "create", "--namespace", "shop", "--role", "king")
    assert (ran.status, ran.out) == (2, "")
    assert "'king' is not one of" in ran.err
