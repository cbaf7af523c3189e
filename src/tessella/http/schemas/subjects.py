"""What is stored about a subject."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tessella.domain.identifiers import FeatureName, Json


class FactShown(msgspec.Struct, frozen=True):
    """One stored value."""

    value: Json
    #: When it was true.
    as_of: str


class SettingsShown(msgspec.Struct, frozen=True):
    """What the subject has agreed to."""

    personalization_enabled: bool
    data_sharing_consent: bool


class SubjectShown(msgspec.Struct, frozen=True):
    """A subject."""

    subject_id: str
    facts: Mapping[FeatureName, FactShown]
    settings: SettingsShown
