"""What is wrong with who is named, and with what may be known of them."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class SubjectNotNamed(Invalid):
    """Nobody is named: this key is not one of a subject's own."""

    pointer: str

    def hint(self) -> str:
        """How to name somebody."""
        return "Send subject_id, or use a key or token of the subject."


@dataclass(eq=False)
class SubjectIsAddress(Invalid):
    """The subject's id looks like {what}, which tells who the person is."""

    pointer: str
    what: str

    def hint(self) -> str:
        """What to name subjects by, and how to go on if there is no other id."""
        return 'Name subjects by an id that tells nothing. Or write "subject_ids": "addresses" into the defaults.'
