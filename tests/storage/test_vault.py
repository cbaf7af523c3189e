"""Secrets at rest: only where they were sealed to, and only with the key at hand."""

import psycopg
import pytest

from tessella.domain.errors import SecretUnreadable
from tessella.domain.notices.notice import Event
from tessella.domain.notices.webhook import Webhook
from tessella.storage.notices.webhooks import seal_again, secret_place
from tessella.storage.scope import system
from tessella.storage.vault import Vault
from tests.database import session_of, storage_with

OLD, NEW = b"o" * 32, b"n" * 32
PLACE = "shop webhooks 1 secret"


def test_a_sealed_secret_does_not_show_and_opens_again():
    vault = Vault([NEW])
    sealed = vault.seal("whsec_abc", PLACE)
    assert b"whsec_abc" not in sealed
    assert vault.open(sealed, PLACE) == "whsec_abc"
    assert vault.seal("whsec_abc", PLACE) != sealed


@pytest.mark.parametrize("place", ["other webhooks 1 secret", "shop webhooks 2 secret", "shop webhooks 1 url"])
def test_a_secret_that_was_moved_to_another_place_does_not_open(place):
    sealed = Vault([NEW]).seal("whsec_abc", PLACE)
    with pytest.raises(SecretUnreadable, match="another place"):
        Vault([NEW]).open(sealed, place)


def test_a_secret_of_which_one_bit_was_changed_does_not_open():
    vault = Vault([NEW])
    sealed = bytearray(vault.seal("whsec_abc", PLACE))
    for position in range(4, len(sealed)):
        altered = bytes(each ^ (position == index) for index, each in enumerate(sealed))
        with pytest.raises(SecretUnreadable):
            vault.open(altered, PLACE)


def test_a_key_that_was_replaced_opens_what_it_has_sealed_and_seals_nothing_more():
    sealed = Vault([OLD]).seal("whsec_abc", PLACE)
    vault = Vault([NEW, OLD])
    assert vault.open(sealed, PLACE) == "whsec_abc"
    assert Vault([NEW]).open(vault.sealed_again(sealed, PLACE), PLACE) == "whsec_abc"
    assert vault.sealed_again(vault.seal("whsec_abc", PLACE), PLACE) is None
    assert Vault([NEW]).sealed_again(sealed, PLACE) is None
    with pytest.raises(SecretUnreadable, match="is not at hand"):
        Vault([NEW]).open(sealed, PLACE)


@pytest.mark.anyio
async def test_stored_secrets_are_sealed_again_with_the_present_key(database, namespace, tmp_path):
    old, new = (each.decode() for each in (OLD, NEW))
    async with storage_with(database.app, tmp_path, namespace, encryption_key=old) as storage:
        session = await session_of(storage, namespace)
        stored, secret = await session.add_webhook(Webhook("https://example.com/", frozenset({Event.ALERT_RAISED})))
    vault = Vault([NEW, OLD])
    async with (
        storage_with(database.app, tmp_path, encryption_key=new, encryption_key_before=old) as storage,
        storage._database.administering(system(namespace)) as connection,
    ):
        await seal_again(connection, namespace, vault)
    with psycopg.connect(database.superuser) as connection:
        (sealed,) = connection.execute(
            "SELECT secret FROM tessella.webhooks WHERE namespace = %s", [namespace]
        ).fetchone()
    assert Vault([NEW]).open(sealed, secret_place(namespace, stored.webhook_id)) == secret
