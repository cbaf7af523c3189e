import re

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
def test_a_role_that_acts_for_one_subject_gets_a_key_too_for_anonymous_requests(tessella, role):
    created = tessella("keys", "create", "--namespace", fresh_namespace(), "--role", role, "--json").json()
    assert created["key"].startswith("tess_")


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


def test_a_key_is_listed_without_its_text_and_once_revoked_stays_listed(tessella):
    keys = tessella.within(fresh_namespace())
    created = keys("keys", "create", "--role", "service", "--label", "shop window", "--json").json()["key"]
    (listed,) = keys("keys", "list", "--json").json()
    assert (listed["role"], listed["label"], listed["revoked_at"]) == ("service", "shop window", None)
    assert created.split(".")[1] == listed["key_id"]
    assert keys("keys", "revoke", listed["key_id"]).well().out == f"Revoked key {listed['key_id']}.\n"
    (revoked,) = keys("keys", "list", "--json").json()
    assert revoked["revoked_at"] > revoked["created_at"]
    table = keys("keys", "list").well().out
    assert "API keys" in table
    assert listed["key_id"] in table


def test_a_link_stands_for_a_new_key_that_is_listed(tessella):
    keys = tessella.within(fresh_namespace())
    keys("keys", "create", "--role", "service").well()
    made = keys("keys", "link", "--role", "monitor", "--address", "https://tessella.example.com/", "--json").json()
    assert re.fullmatch(r"https://tessella\.example\.com/app/#enter=tlnk_[\w-]{100,}", made["link"])
    listed = {each["key_id"]: each for each in keys("keys", "list", "--json").json()}
    assert (listed[made["key_id"]]["role"], listed[made["key_id"]]["label"]) == ("monitor", "sign-in link")
    told = keys("keys", "link").well()
    assert re.fullmatch(r"http://127\.0\.0\.1:8600/app/#enter=tlnk_[\w-]{100,}\n", told.out)
    assert "It works once, within ten minutes." in told.err


def test_a_link_is_for_a_namespace_that_there_is(tessella):
    assert tessella("keys", "link", "--namespace", "nobodys").refused().startswith('There is no namespace "nobodys"')


def test_a_key_is_revoked_once_and_only_in_its_own_namespace(tessella):
    shop, other = (tessella.within(fresh_namespace()) for _ in range(2))
    key_id = shop("keys", "create", "--role", "admin", "--json").json()["key"].split(".")[1]
    other("keys", "create", "--role", "admin").well()
    assert other("keys", "revoke", key_id).refused() == f'There is no key "{key_id}" in this namespace.'
    assert shop("keys", "revoke", key_id, "--json").json() == {"revoked": key_id}
    assert shop("keys", "revoke", key_id).refused() == f'There is no key "{key_id}" in this namespace.'


@pytest.mark.parametrize("command", [["list"], ["revoke", "0123456789ab"]])
def test_the_keys_of_a_namespace_that_is_not_there_are_not_found(tessella, command):
    assert '"nowhere"' in tessella("keys", *command, "--namespace", "nowhere").refused()


def test_a_key_can_be_bound_to_a_subject_to_networks_and_to_signatures(tessella):
    keys = tessella.within(fresh_namespace())
    bound = ("--subject", "h1", "--allow-address", "203.0.113.0/24", "--allow-address", "2001:db8::1", "--signed")
    created = keys("keys", "create", "--role", "client", *bound).well()
    key, secret = created.out.splitlines()
    assert (key[:5], secret[:5]) == ("tess_", "sign_")
    (listed,) = keys("keys", "list", "--json").json()
    assert (listed["subject_id"], listed["is_signed"]) == ("h1", True)
    assert listed["allowed_addresses"] == ["203.0.113.0/24", "2001:db8::1/128"]
    assert "h1" in keys("keys", "list").well().out
    again = keys("keys", "create", "--role", "client", "--signed", "--json").json()
    assert list(again) == ["key", "signing_secret"]


@pytest.mark.parametrize(("option", "problem"), [
    (("--role", "admin", "--subject", "h1"), "A key with the role admin acts for no subject."),
    (("--role", "client", "--allow-address", "here"), '"here" is no network'),
    (("--role", "client", "--subject", "ann@example.org"), "e-mail"),
])  # fmt: skip
def test_a_key_that_cannot_be_is_refused(tessella, option, problem):
    assert problem in tessella("keys", "create", "--namespace", fresh_namespace(), *option).refused()
