"""The way to a mail server, over real SMTP on loopback."""

import asyncio
import email
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from tessella.domain.alerts.alert import Raised
from tessella.domain.alerts.rules import AUDIENCE_STALE
from tessella.domain.errors import ReceiverAway
from tessella.domain.notices.mail import Mail, mail_of
from tessella.domain.notices.notice import Event, Notice, body_of
from tessella.domain.notices.urls import Reach
from tessella.jobs.deliveries import Deliveries
from tessella.notify.mail import SmtpMailer
from tessella.notify.webhooks import HttpWebhooks
from tessella.ports.clock import present
from tessella.settings import Settings
from tessella.usecases.deliver import Courier
from tests.certificates import client_context, server_context
from tests.database import session_of, storage_with

pytestmark = pytest.mark.anyio

MAIL = Mail("[shop] warning, raised: The disk is full.", "The disk is full.\n\nWörds beyond ASCII.\n")


class Box:
    """What a mail server took."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.answer = "250 OK"
        self.accounts: list[tuple[bytes, bytes]] = []

    async def handle_DATA(self, _: Any, __: Any, envelope: Envelope) -> str:  # noqa: N802 - the form of aiosmtpd
        self.messages.append(email.message_from_bytes(envelope.content, policy=default))
        self.recipients.append(envelope.rcpt_tos)
        return self.answer

    def authenticate(self, _: Any, __: Any, ___: Any, ____: Any, data: Any) -> AuthResult:
        self.accounts.append((data.login, data.password))
        return AuthResult(success=(data.login, data.password) == (b"tess", b"secret"), handled=False)


@asynccontextmanager
async def mail_server(box: Box, *, tls: ssl.SSLContext | None = None, **options: Any) -> AsyncIterator[int]:
    """A mail server; gives its port. With `tls` the whole line is protected."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, authenticator=box.authenticate, **options), "127.0.0.1", 0, ssl=tls
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def settings(home: Path, port: int, **changed: Any) -> Settings:
    told = {"smtp_host": "127.0.0.1", "smtp_port": port, "mail_from": "Tessella <tess@example.com>"}
    return Settings(home=home, **{**told, "mail_to": "ops@example.com, more@example.com", **changed})


async def test_with_starttls_the_account_is_told_after_the_line_is_protected(tmp_path):
    box, tls = Box(), server_context(tmp_path, "localhost")
    async with mail_server(box, tls_context=tls, require_starttls=True, auth_required=True) as port:
        told = settings(tmp_path, port, smtp_host="localhost", smtp_user="tess", smtp_password="secret")
        await SmtpMailer(told, tls=client_context(tmp_path)).send(MAIL, "d-1")
    (message,) = box.messages
    assert box.recipients == [["ops@example.com", "more@example.com"]]
    assert (message["Subject"], message["Message-ID"]) == (MAIL.subject, "<d-1@tessella>")
    assert message.get_content().replace("\r\n", "\n") == MAIL.text


async def test_with_tls_the_line_is_protected_from_its_first_byte(tmp_path):
    box = Box()
    async with mail_server(box, tls=server_context(tmp_path, "localhost")) as port:
        told = settings(tmp_path, port, smtp_host="localhost", smtp_security="tls")
        await SmtpMailer(told, tls=client_context(tmp_path)).send(MAIL, "d-1")
    assert len(box.messages) == 1


async def test_a_server_without_starttls_or_with_a_certificate_of_nobody_gets_nothing(tmp_path):
    box = Box()
    async with (
        mail_server(box) as plain,
        mail_server(box, tls_context=server_context(tmp_path, "localhost")) as unknown,
    ):
        for port in (plain, unknown):
            told = settings(tmp_path, port, smtp_host="localhost", smtp_user="tess", smtp_password="secret")
            with pytest.raises(ReceiverAway):
                await SmtpMailer(told).send(MAIL, "d-1")
    assert (box.messages, box.accounts) == ([], [])


async def test_without_protection_no_password_is_sent(tmp_path):
    box = Box()
    async with mail_server(box, auth_require_tls=False) as port:
        told = settings(tmp_path, port, smtp_security="none", smtp_user="tess", smtp_password="secret")
        await SmtpMailer(told).send(MAIL, "d-1")
    assert (len(box.messages), box.accounts) == (1, [])


async def test_a_wrong_password_a_refusal_and_a_closed_port_are_failures_with_their_reason(tmp_path):
    box, tls = Box(), server_context(tmp_path, "localhost")
    async with mail_server(box, tls_context=tls, require_starttls=True, auth_required=True) as port:
        told = settings(tmp_path, port, smtp_host="localhost", smtp_user="tess", smtp_password="wrong")
        with pytest.raises(ReceiverAway, match="535"):
            await SmtpMailer(told, tls=client_context(tmp_path)).send(MAIL, "d-1")
    box.answer = "554 No."
    async with mail_server(box) as port:
        told = settings(tmp_path, port, smtp_security="none")
        with pytest.raises(ReceiverAway, match="No"):
            await SmtpMailer(told).send(MAIL, "d-1")
    with pytest.raises(ReceiverAway):
        await SmtpMailer(told).send(MAIL, "d-1")


@pytest.mark.parametrize("name", ["mail_from", "mail_to"])
async def test_an_address_with_a_line_break_is_refused(tmp_path, name):
    box = Box()
    async with mail_server(box) as port:
        told = settings(tmp_path, port, smtp_security="none", **{name: "a@example.com\r\nBcc: b@example.com"})
        with pytest.raises(ReceiverAway):
            await SmtpMailer(told).send(MAIL, "d-1")
    assert box.messages == []


async def test_what_an_alert_says_cannot_add_a_header_or_a_recipient(tmp_path, namespace):
    evil = "Full.\r\nBcc: b@example.com\r\n.\r\nRCPT TO:<c@example.com>"
    alert = {"severity": "warning", "title": evil, "detail": evil, "rule": "r", "seen": 1, "alert_id": "a"}
    alert |= {"first_seen_at": "t", "last_seen_at": "t"}
    body = body_of(Notice(Event.ALERT_RAISED, present(), {"alert": alert}), "d-1", namespace)
    box = Box()
    async with mail_server(box) as port:
        await SmtpMailer(settings(tmp_path, port, smtp_security="none")).send(mail_of(body), "d-1")
    (message,) = box.messages
    assert message["Bcc"] is None
    assert message["Subject"].strip().startswith(f"[{namespace}] warning, raised: Full. Bcc: b@example.com . RCPT")
    assert box.recipients == [["ops@example.com", "more@example.com"]]
    assert "RCPT TO:<c@example.com>" in message.get_content()


async def test_an_alert_is_told_by_mail_when_it_is_raised_and_when_it_is_over(database, namespace, tmp_path):
    box = Box()
    async with mail_server(box) as port:
        told = settings(tmp_path, port, smtp_security="none")
        changed = {name: getattr(told, name) for name in ("smtp_host", "smtp_port", "mail_from", "mail_to")}
        async with storage_with(database.app, tmp_path, namespace, smtp_security="none", **changed) as storage:
            session = await session_of(storage, namespace)
            await session.raise_alert(Raised(AUDIENCE_STALE, "", "The warehouse is away."))
            await session.raise_alert(Raised(AUDIENCE_STALE, "", "The warehouse is away."))
            await session.resolve_alert(AUDIENCE_STALE, "")
            sender = HttpWebhooks(Reach.PUBLIC)
            deliveries = Deliveries(Courier(storage.outbox, sender, SmtpMailer(told), present, lambda: 0.0))
            while await deliveries.begin():
                await deliveries.settle()
    ours = [each for each in box.messages if each["Subject"].startswith(f"[{namespace}] ")]
    subjects = [each["Subject"] for each in ours]
    assert subjects == [f"[{namespace}] warning, {each}: {AUDIENCE_STALE.title}" for each in ("raised", "resolved")]
    assert "The warehouse is away." in ours[0].get_content()
