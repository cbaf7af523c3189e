"""Where webhooks may lead, and the mail server."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from tessella.domain.notices.urls import Reach
from tessella.settings.home import HomeSettings

SmtpSecurity = Literal["starttls", "tls", "none"]
MailLanguage = Literal["en", "es"]


class NoticeSettings(HomeSettings):
    """Where webhooks may lead, and the mail server."""

    #: Whether webhooks may lead to private, loopback and link-local addresses, and to any port.
    webhook_private_addresses: bool = False
    #: The mail server for alerts. There is e-mail when this, `mail_from` and `mail_to` are set: all three or none.
    smtp_host: str = ""
    #: 587 for starttls, 465 for tls, 25 for none when it is not set.
    smtp_port: int | None = Field(default=None, ge=1, le=65535)
    #: How the line to it is protected. With none there is no user and password.
    smtp_security: SmtpSecurity = "starttls"
    #: The account there, if it asks for one.
    smtp_user: str = ""
    #: Its password.
    smtp_password: SecretStr | None = None
    #: The sender.
    mail_from: str = ""
    #: Who gets alerts, with commas between; and e-mails about experiments that name nobody themselves.
    mail_to: str = ""
    #: The language of e-mails about experiments: English or Spanish. Alerts are in English.
    mail_language: MailLanguage = "en"

    @property
    def mails_alerts(self) -> bool:
        """Whether alerts go out by e-mail: there is a mail server, a sender, and somebody to send to."""
        return all((self.smtp_host, self.mail_from, self.mail_to))

    @property
    def webhook_reach(self) -> Reach:
        """How far webhooks reach."""
        return Reach.ANYWHERE if self.webhook_private_addresses else Reach.PUBLIC
