"""One record of a context, whatever the channel."""

from __future__ import annotations

from collections.abc import Mapping

from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.experiments.context.extract import extract_context
from tessella.domain.features.gate import Value
from tessella.domain.identifiers import Json
from tessella.ports.clock import present
from tessella.sdk.engine import Moment, instant


class ContextExtractor:
    """Source: requirement B, "Context Multi-Canal"."""

    def extract(
        self, channel: ChannelType, context: Mapping[str, Json], *, at: Moment | None = None
    ) -> dict[str, Value | None]:
        """The uniform fields, and the channel's own, of what a caller sent; `at` is now where it is left out.

        It cannot fail: what is not of a field's type is as if it had not been sent.
        """
        return extract_context(channel, context, present() if at is None else instant(at))
