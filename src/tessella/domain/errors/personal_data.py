"""What is refused because it is personal data: names of features, their values, and what they are computed from."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class NamesPersonalData(Invalid):
    """The name "{name}" says that it is personal data, and the feature is not declared as such."""

    pointer: str
    name: str

    def hint(self) -> str:
        """How to go on."""
        return (
            "Declare it with personal: true, so that no rule, fact or sample has it; "
            "or name what it tells of many, such as email_opens_30d."
        )


@dataclass(eq=False)
class PersonalDataComputed(Invalid):
    """The feature "{name}" would be personal data that is computed from events: {reason}."""

    pointer: str
    name: str
    reason: str

    def hint(self) -> str:
        """How to go on."""
        return "Compute something that many share: a count, a share, a category."


@dataclass(eq=False)
class PersonalValue(Invalid):
    """A value of the feature "{name}" looks like {what}: personal data is not stored."""

    pointer: str
    name: str
    what: str

    def hint(self) -> str:
        """How to go on. The value itself is not told: errors are logged and shown."""
        return "Send a category or a figure that many share, or leave the value out."
