"""What a subject has agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, slots=True)
class Consent:
    """A subject's settings. Without a stored row, the defaults hold."""

    #: False stops all processing of this subject's data: the default is served.
    personalization_enabled: bool = True
    #: False keeps the subject out of exports, webhooks and the training of models; the rest works.
    data_sharing_consent: bool = False


DEFAULT_CONSENT: Final = Consent()


class Whose(StrEnum):
    """Whose rows may be read for what."""

    #: To serve: of everybody who has not opted out.
    PERSONALIZED = "personalized"
    #: To train models, and for what leaves the house: only of those who agreed to that.
    SHARED = "shared"


@dataclass(frozen=True, slots=True)
class ConsentChange:
    """What a subject changes of their settings; None: nothing."""

    personalization_enabled: bool | None = None
    data_sharing_consent: bool | None = None


def whole(consent: Consent) -> ConsentChange:
    """The change that leaves a subject with these settings.

    >>> whole(DEFAULT_CONSENT)
    ConsentChange(personalization_enabled=True, data_sharing_consent=False)
    """
    return ConsentChange(consent.personalization_enabled, consent.data_sharing_consent)
