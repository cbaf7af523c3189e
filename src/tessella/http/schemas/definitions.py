"""Definitions as they are written: the schemas of what `domain.definitions` reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from tessella.domain.definitions import AuditMode
from tessella.domain.experiments.setup.checks import FEWEST_VARIANTS, MOST_VARIANTS
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.identifiers import DEFINITION_PATTERN
from tessella.domain.privacy.subject_ids import SubjectIds
from tessella.domain.ranking.catalogue.item import ITEM_ID_MAX_LENGTH
from tessella.domain.ranking.knobs import GROUPS, KNOBS
from tessella.domain.ranking.profile import MOST_PINS

_NAME: Final = {"type": "string", "pattern": f"^{DEFINITION_PATTERN.pattern}$"}
_TEXT: Final = {"type": "string"}
_TIME: Final = {"anyOf": [{"type": "string"}, {"type": "null"}]}
_FLAT: Final = {name: knob.json_schema() for name, knob in KNOBS.items()}


def _group(name: str) -> dict[str, Any]:
    knobs = {each.name: each.json_schema() for each in KNOBS.values() if each.group == name}
    return {"type": "object", "properties": knobs, "additionalProperties": False}


_KNOBS: Final = {**_FLAT, **{name: _group(name) for name in GROUPS}}


def _record(title: str, properties: Mapping[str, Any], *required: str) -> dict[str, Any]:
    named = {"title": title, "type": "object", "additionalProperties": False}
    return {**named, "properties": dict(properties), "required": list(required)}


_AUDIT: Final = {
    "type": "string",
    "enum": [mode.value for mode in AuditMode],
    "default": AuditMode.BEST_EFFORT.value,
    "description": "best_effort: a decision that cannot be recorded is given all the same. required: it is not given, "
    "and the answer is 503.",
}
_SUBJECT_IDS: Final = {
    "type": "string",
    "enum": [each.value for each in SubjectIds],
    "default": SubjectIds.OPAQUE.value,
    "description": "opaque: an id that looks like an e-mail address or a telephone number is refused. addresses: ids "
    "may be such.",
}
_RANKING: Final = {"$ref": "#/components/schemas/RankingSetup"}
_RFM: Final = {"$ref": "#/components/schemas/RfmSetup"}
_ITEM_FILTER: Final = {
    "type": ["object", "null"],
    "description": "A rule over features of items (item.brand, item.price, ...), of the request and of the subject. "
    "Only items that pass are shown; the filters of the defaults, of the profile and of the campaign all hold.",
}
_PINS: Final = {
    "type": "array",
    "items": {"type": "string", "minLength": 1, "maxLength": ITEM_ID_MAX_LENGTH},
    "maxItems": MOST_PINS,
    "uniqueItems": True,
    "description": "Ids of items that come first in a list, in this order, as far as they may be shown.",
}
_PROFILE: Final = {"profile_id": _NAME, "name": _TEXT, "description": _TEXT, "item_filter": _ITEM_FILTER}
_CAMPAIGN: Final = {
    "campaign_id": _NAME,
    "starts_at": _TIME,
    "ends_at": _TIME,
    "item_filter": _ITEM_FILTER,
    "pins": _PINS,
}


def _experiment_body() -> dict[str, Any]:
    """An experiment without what is made where it is left out: ids. Segmentation may stand in `config`."""
    _, found = msgspec.json.schema_components([Experiment], ref_template="#/components/schemas/{name}")
    segmentation = {"$ref": "#/components/schemas/SegmentationBody"}
    variant = found["Variant"] | {"title": "VariantBody", "required": ["name"]}
    told = {
        "variants": {"type": "array", "items": variant, "minItems": FEWEST_VARIANTS, "maxItems": MOST_VARIANTS},
        "segmentation": segmentation,
        "config": _record("ExperimentConfig", {"segmentation": segmentation}),
        "user_id": {"type": "string", "description": "It is read and not kept: the history tells who changed what."},
    }
    return _record("ExperimentBody", found["Experiment"]["properties"] | told, "name", "variants")


#: Written with flat or nested knobs, read with flat ones.
WRITTEN: Final[Mapping[str, Any]] = {
    "Knobs": _record("Knobs", _KNOBS),
    "Defaults": _record(
        "Defaults",
        {
            **_KNOBS,
            "audit": _AUDIT,
            "ranking": _RANKING,
            "item_filter": _ITEM_FILTER,
            "rfm": _RFM,
            "subject_ids": _SUBJECT_IDS,
        },
    ),
    "Profile": _record("Profile", {**_PROFILE, **_KNOBS}, "profile_id"),
    "ExperimentBody": _experiment_body(),
    "Campaign": _record("Campaign", {**_CAMPAIGN, "overrides": {"$ref": "#/components/schemas/Knobs"}}, "campaign_id"),
}
