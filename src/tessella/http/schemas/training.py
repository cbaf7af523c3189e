"""What a training is asked for."""

from __future__ import annotations

from typing import Annotated

import msgspec

from tessella.http.schemas.decide import TimeText


class TrainBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """On what a model is trained; without a body on what the prediction declares."""

    #: `events`, or a source of customers, in place of the declared one.
    source: Annotated[str, msgspec.Meta(min_length=1, max_length=128)] | None = None
    #: Nothing later is read; all that is stored when it is absent.
    as_of: TimeText | None = None
