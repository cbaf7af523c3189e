"""What is wrong with a reward, with a refresh, or with a recommendation of segments."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Conflict, Invalid, Stale, Unavailable


@dataclass(eq=False)
class AssignmentInDoubt(Unavailable):
    """It is not known yet whether a variant of experiment "{experiment}" was stored for "{user}"."""

    experiment: str
    user: str

    def hint(self) -> str:
        """How to go on."""
        return "Ask again in a moment: any variant that was told now might not be the one that is stored."


@dataclass(eq=False)
class NotAssigned(Invalid):
    """No variant of experiment "{experiment}" was given to "{user}", so there is nothing to reward."""

    experiment: str
    user: str

    def hint(self) -> str:
        """How to go on."""
        return "Allocate the user first: only an assignment that was recorded can be rewarded."


@dataclass(eq=False)
class RewardBeforeAssignment(Invalid):
    """The reward "{event_id}" of "{user}" happened more than 5 minutes before the user was given a variant."""

    event_id: str
    user: str

    def hint(self) -> str:
        """How to go on."""
        return "Send the time at which it happened; what happened before an assignment is no result of it."


@dataclass(eq=False)
class PolicyPublished(Stale):
    """Version {version} of the policy of experiment "{experiment}" was published by another refresh."""

    experiment: str
    version: int

    def hint(self) -> str:
        """How to go on."""
        return "Refresh again."


@dataclass(eq=False)
class AlreadyDecided(Conflict):
    """Recommendation "{recommendation}" is {state}: it cannot be decided again."""

    recommendation: str
    state: str

    def hint(self) -> str:
        """How to go on."""
        return "Change how the experiment is segmented in its config, or wait for the next recommendation."
