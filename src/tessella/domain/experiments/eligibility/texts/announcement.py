"""What is told when an experiment has begun to be segmented by itself."""

from __future__ import annotations

from typing import Final

from tessella.domain.experiments.eligibility.activation import Choice
from tessella.domain.experiments.eligibility.finding import Finding, Texts
from tessella.domain.experiments.eligibility.texts.languages import LANGUAGES, Language
from tessella.domain.experiments.eligibility.texts.telling import told_lift
from tessella.domain.experiments.setup.experiment import Experiment
from tessella.domain.experiments.setup.segmentation import SegmentationMode
from tessella.domain.identifiers import Json

_SUBJECT: Final = {
    "en": "Experiment {name}: segmentation was switched on",
    "es": "Experimento {name}: se ha activado la segmentación",
}
_TEXT: Final = {
    "en": "The experiment {name} ({id}) is now segmented by {by}.\n\n"
    "Expected lift: {lift}.\n"
    "Traffic: {traffic} units in the last 24 hours; it is switched on from {threshold}.\n"
    "{reason}\n"
    "Units that have a variant keep it.\n",
    "es": "El experimento {name} ({id}) se segmenta ahora por {by}.\n\n"
    "Mejora esperada: {lift}.\n"
    "Tráfico: {traffic} unidades en las últimas 24 horas; se activa a partir de {threshold}.\n"
    "{reason}\n"
    "Las unidades que ya tienen una variante la conservan.\n",
}
_CLUSTERS: Final = {"en": "clusters of contexts", "es": "grupos de contextos"}
_BY_TRAFFIC: Final = {
    "en": "It was switched on by traffic alone: evidence was not asked for.",
    "es": "Se ha activado solo por el tráfico: no se pedía evidencia.",
}


def announcement(experiment: Experiment, choice: Choice, traffic: int, finding: Finding | None) -> dict[str, Json]:
    """The data of a notice, with the subject and the text of an e-mail by language.

    `traffic` is units a day; `finding` is what speaks for it, or None where it is the traffic alone.
    """
    lift = None if finding is None else finding.lift
    return {
        "experiment": {
            "experiment_id": experiment.experiment_id, "name": experiment.name, "mode": choice.mode,
            "segment_by": [*choice.segment_by], "traffic": traffic, "lift": None if lift is None else lift.value,
            "lift_interval": None if lift is None else [lift.low, lift.high],
        },
        "subject": {each.code: _SUBJECT[each.code].format(name=experiment.name) for each in LANGUAGES},
        "text": {each.code: _text(experiment, choice, traffic, finding, each) for each in LANGUAGES},
    }  # fmt: skip


def _text(experiment: Experiment, choice: Choice, traffic: int, finding: Finding | None, language: Language) -> str:
    return _TEXT[language.code].format(
        name=experiment.name,
        id=experiment.experiment_id,
        by=_CLUSTERS[language.code] if choice.mode is SegmentationMode.AUTO else language.names(choice.segment_by),
        lift=told_lift(None if finding is None else finding.lift, language),
        traffic=language.number(traffic),
        threshold=language.number(experiment.segmentation.auto_activation_threshold),
        reason=_reason(finding)[language.code],
    )


def _reason(finding: Finding | None) -> Texts:
    return _BY_TRAFFIC if finding is None else finding.explanation
