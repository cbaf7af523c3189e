"""E-mail over SMTP: `ports.Mailer`."""

from __future__ import annotations

import asyncio
import ssl
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate
from typing import Final

import aiosmtplib

from tessella.domain.errors import ReceiverAway
from tessella.domain.notices.mail import Mail
from tessella.settings import Settings

TIMEOUT_SECONDS: Final = 30.0
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}


class SmtpMailer:
    """Hands messages to the mail server of the settings."""

    def __init__(self, settings: Settings, *, tls: ssl.SSLContext | None = None) -> None:
        self._settings = settings
        self._tls = tls or ssl.create_default_context()

    async def send(self, mail: Mail, delivery_id: str) -> None:
        """Hand it over. Raises `ReceiverAway`."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await self._hand_over(_message(mail, delivery_id, self._settings))
        except TimeoutError:
            raise ReceiverAway(f"the mail server took longer than {TIMEOUT_SECONDS:g} s") from None
        except (aiosmtplib.SMTPException, MessageError, OSError, ValueError) as error:
            raise ReceiverAway(f"{error}") from error

    async def _hand_over(self, message: EmailMessage) -> None:
        settings, security = self._settings, self._settings.smtp_security
        account = settings.smtp_user if security != "none" else ""
        password = settings.smtp_password
        await aiosmtplib.send(
            message,
            hostname=settings.smtp_host,
            port=settings.smtp_port or _PORTS[security],
            use_tls=security == "tls",
            start_tls=security == "starttls",
            username=account or None,
            password=password.get_secret_value() if account and password else None,
            tls_context=None if security == "none" else self._tls,
            timeout=TIMEOUT_SECONDS,
        )


def _message(mail: Mail, delivery_id: str, settings: Settings) -> EmailMessage:
    """The message. The policy refuses line breaks in a header, whatever they came from."""
    message = EmailMessage(policy=SMTP)
    message["From"] = settings.mail_from
    message["To"] = ", ".join(mail.to) or settings.mail_to
    message["Subject"] = mail.subject
    message["Date"] = formatdate()
    message["Message-ID"] = f"<{delivery_id}@tessella>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
