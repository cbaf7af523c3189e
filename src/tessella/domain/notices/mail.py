"""What happened, as an e-mail."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

#: What is wrong with a setting that is missing beside others.
HALF_SET: Final = "it is not set, though other settings of e-mail are"
#: The settings of e-mail, and those that do nothing without them.
_NEEDED: Final = ("smtp_host", "mail_from", "mail_to")
_ACCOUNT: Final = ("smtp_user", "smtp_password")
_ANY: Final = frozenset((*_NEEDED, *_ACCOUNT, "smtp_port", "smtp_security"))

_SUBJECT_MAX_LENGTH: Final = 200
_STATES: Final = {"alert.raised": "raised", "alert.resolved": "resolved"}


@dataclass(frozen=True, slots=True)
class Mail:
    """What is sent."""

    #: One line, whatever was in it.
    subject: str
    text: str
    #: The addresses; empty: those of the setting `mail_to`.
    to: tuple[str, ...] = ()


def missing_settings(made: Collection[str]) -> list[str]:
    """The settings without which those that are made do nothing; none where there is to be no e-mail.

    >>> missing_settings({"home", "smtp_host", "mail_from", "smtp_user"})
    ['mail_to', 'smtp_password']
    """
    if _ANY.isdisjoint(made):
        return []
    account = () if set(_ACCOUNT).isdisjoint(made) else _ACCOUNT
    return [each for each in (*_NEEDED, *account) if each not in made]


def mail_of(body: str, language: str = "en") -> Mail:
    """The e-mail for the body of a delivery. Alerts are told in English; what says so in several languages, in one."""
    told: dict[str, Any] = msgspec.json.decode(body)
    return _alert_mail(told) if "alert" in told else _told_mail(told, language)


def _alert_mail(told: Mapping[str, Any]) -> Mail:
    alert, became = told["alert"], _STATES[told["event"]]
    subject = f"[{told['namespace']}] {alert['severity']}, {became}: {alert['title']}"
    lines = [
        alert["title"], "", alert["detail"], "",
        f"Namespace: {told['namespace']}", f"Rule: {alert['rule']}, severity: {alert['severity']}",
        f"First seen: {alert['first_seen_at']}, last seen: {alert['last_seen_at']}, times: {alert['seen']}",
        f"Alert: {alert['alert_id']}, {became}",
    ]  # fmt: skip
    return Mail(_one_line(subject), "\n".join(lines) + "\n")


def _told_mail(told: Mapping[str, Any], language: str) -> Mail:
    """Of a notice that has a subject and a text by language."""
    subject = f"[{told['namespace']}] {told['subject'][language]}"
    return Mail(_one_line(subject), told["text"][language], tuple(told.get("mail_to", ())))


def _one_line(text: str) -> str:
    r"""Without anything that could end a header.

    >>> _one_line("a\r\nBcc: b@example.com\u2028")
    'a Bcc: b@example.com'
    """
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:_SUBJECT_MAX_LENGTH]
