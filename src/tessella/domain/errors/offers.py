"""Why nothing can be said of offers."""

from __future__ import annotations

from dataclasses import dataclass

from tessella.domain.errors.base import Invalid


@dataclass(eq=False)
class NothingOffered(Invalid):
    """No event of the type offer_shown or offer_accepted names an offer: nothing is known of who takes which one."""

    def hint(self) -> str:
        """How to go on."""
        return "Send both as events, with the offer's id as `item_id`."
