"""What is stored about a subject."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.identifiers import FeatureName, Json
from tessella.http.schemas.decide import SubjectText


class FactShown(msgspec.Struct, frozen=True):
    """One stored value."""

    value: Json
    #: When it was true.
    as_of: str


class SettingsShown(msgspec.Struct, frozen=True):
    """What the subject has agreed to."""

    personalization_enabled: bool
    data_sharing_consent: bool


class SettingsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes; what is not sent stays as it is."""

    personalization_enabled: bool | msgspec.UnsetType = msgspec.UNSET
    data_sharing_consent: bool | msgspec.UnsetType = msgspec.UNSET
    #: Whose; a key or token of a subject is their own.
    subject_id: SubjectText | msgspec.UnsetType = msgspec.UNSET


class SubjectShown(msgspec.Struct, frozen=True):
    """A subject."""

    subject_id: str
    facts: Mapping[FeatureName, FactShown]
    settings: SettingsShown
