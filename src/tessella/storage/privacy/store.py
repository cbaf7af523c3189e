"""What sessions need to find subjects, and to remove what is known of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tessella.domain.identifiers import Namespace, Pseudonym, SubjectId
from tessella.domain.own_places import OwnPlaces
from tessella.domain.privacy.pseudonyms import pseudonym
from tessella.domain.privacy.terms import Terms
from tessella.settings import Settings
from tessella.storage.audiences.files import AudienceFolder
from tessella.storage.installation.secret_files import secret
from tessella.storage.memory.forgetting import Listener
from tessella.storage.predictions.scores import ScoreFolder
from tessella.storage.predictions.store import segment_prediction_store


@dataclass(frozen=True, slots=True)
class PrivacyStore:
    """Keys, terms, and the folders that hold subjects."""

    #: Of the pseudonyms: the first names subjects, the others have named them before.
    keys: tuple[bytes, ...]
    terms: Terms
    audiences: AudienceFolder
    scores: ScoreFolder
    exports: Callable[[Namespace], OwnPlaces]
    #: Who else remembers subjects, and is to forget those who are erased.
    listeners: list[Listener] = field(default_factory=list)

    def pseudonyms(self, namespace: Namespace, subject_id: SubjectId) -> tuple[Pseudonym, ...]:
        """All that a subject may be named by; the first is the one in use."""
        return tuple(pseudonym(namespace, subject_id, key=key) for key in self.keys)


def privacy_store(settings: Settings) -> PrivacyStore:
    """As the settings want it."""
    before = settings.pseudonym_key_before
    former = () if before is None else (before.get_secret_value().encode(),)
    return PrivacyStore(
        (secret(settings.home, "pseudonym_key", settings.pseudonym_key), *former), settings.terms,
        AudienceFolder(settings.audience_folder or settings.home / "audiences"),
        segment_prediction_store(settings).scores, settings.export_places,
    )  # fmt: skip
