"""What a subject has agreed to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Consent:
    """A subject's settings. Without a stored row, the defaults hold."""

    #: False stops all processing of this subject's data: the default is served.
    personalization_enabled: bool = True
    data_sharing_consent: bool = False


DEFAULT_CONSENT: Final = Consent()
