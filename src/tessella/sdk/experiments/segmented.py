"""Experiments that learn by segment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tessella import usecases
from tessella.domain.experiments.context.channel import ChannelType
from tessella.domain.identifiers import Json
from tessella.sdk.open import Tessella

#: What is told of a variant.
_VARIANT: Final = ("variant_id", "name", "content", "overrides")


class SegmentedExperimentService:
    """Source: requirement B, "Usar Servicio Segmentado"."""

    def __init__(self, tessella: Tessella) -> None:
        self._tessella = tessella

    async def create_experiment(
        self,
        user_id: str,
        name: str,
        variants_data: Sequence[Mapping[str, Json]],
        config: Mapping[str, Json] | None = None,
    ) -> dict[str, Any]:
        """Publish an experiment, which runs from now on: `{experiment_id, name, status, variants}`.

        The first variant is the control. `user_id` is who asks for it; nothing is done with it. Raises `Faults` with
        pointers such as `/variants/1/name`.
        """
        body = {"user_id": user_id, "name": name, "variants": list(variants_data), "config": dict(config or {})}
        async with self._tessella.session() as session:
            experiment = await usecases.create_experiment(session, body)
        variants = [{"variant_id": each.variant_id, "name": each.name} for each in experiment.variants]
        told = {"experiment_id": experiment.experiment_id, "name": experiment.name, "status": experiment.status.value}
        return {**told, "variants": variants}

    async def allocate_user_to_variant(
        self,
        experiment_id: str,
        user_identifier: str,
        context: Mapping[str, Json] | None = None,
        channel: ChannelType = ChannelType.WEB,
    ) -> dict[str, Any]:
        """The variant that a user gets, now and for ever: `{variant_id, variant, segment_key, recorded, reason}`.

        `reason` says why nothing is recorded; None where it is. Raises `NoSuch` for no such experiment.
        """
        found = await self._tessella.allocate(experiment_id, user_identifier, context, channel)
        return {
            "variant_id": found.variant.variant_id,
            "variant": {name: getattr(found.variant, name) for name in _VARIANT},
            "segment_key": found.segment_key,
            "recorded": found.assignment is not None,
            "reason": None if found.reason is None else found.reason.value,
        }
