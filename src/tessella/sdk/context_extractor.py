"""Contexts of users, extracted without an installation."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.extract import extract_context
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import Json
from tessella.sdk.engine import Moment, instant


class ContextExtractor:
    """Brings what is known of a visit into one record, whatever its channel.

    >>> ContextExtractor().extract(ChannelType.WEB, {"utm_source": "instagram"})["source"]
    'instagram'
    """

    def extract(
        self, channel: ChannelType, raw: Mapping[str, Json], at: Moment | None = None
    ) -> dict[str, Value | None]:
        """The record of `domain.experiments.context.extract` at a moment: now if it is left out."""
        return extract_context(channel, raw, instant(at))
