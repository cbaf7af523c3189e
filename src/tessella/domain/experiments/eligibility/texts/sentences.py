"""What is said of a dimension, by language: placeholders are filled in `telling`."""

from __future__ import annotations

from typing import Final

from tessella.domain.experiments.eligibility.state import EligibilityState

NOBODY: Final = {
    "en": "By {by}, nothing is known yet: no unit in such a segment has its attribution window over.",
    "es": "Por {by} todavía no se sabe nada: ninguna unidad de tales segmentos ha terminado su ventana de atribución.",
}
NO_CLUSTERS: Final = {
    "en": "By cluster, nothing is known: there are no clusters, and new units are in `default`. "
    "The status of clustering says why.",
    "es": "Por grupos no se sabe nada: no hay grupos, y las unidades nuevas están en `default`. "
    "El estado del clustering dice por qué.",
}
TOO_LITTLE: Final = {
    "en": "By {by}, {thick} of {segments} segments would have {least} rewards within {planned} units, and the others "
    "hold {thin} of the units; at least 2 are needed, and at most {most_thin} in the others.",
    "es": "Por {by}, {thick} de {segments} segmentos tendrían {least} recompensas en {planned} unidades, y los demás "
    "tienen el {thin} de las unidades; hacen falta al menos 2, y como mucho el {most_thin} en los demás.",
}
WEAK: Final = {
    "en": "By {by}, the evidence is {odds} for segments after {units} units; {enough} to 1 is enough.",
    "es": "Por {by}, la evidencia a favor de segmentar es de {odds} tras {units} unidades; basta con {enough} a 1.",
}
AGAINST: Final = {
    "en": "By {by}, the evidence is {odds} for segments after {units} units, and the chance that they bring a lift "
    "worth having is {chance}, below {unlikely}.",
    "es": "Por {by}, la evidencia a favor de segmentar es de {odds} tras {units} unidades, y la probabilidad de una "
    "mejora que valga la pena es del {chance}, inferior al {unlikely}.",
}
NEVER: Final = {
    "en": "By {by}, {thick} of {segments} segments would have {least} rewards within {planned} units, and the chance "
    "that segments bring a lift worth having is {chance}, below {unlikely}.",
    "es": "Por {by}, {thick} de {segments} segmentos tendrían {least} recompensas en {planned} unidades, y la "
    "probabilidad de una mejora que valga la pena es del {chance}, inferior al {unlikely}.",
}
WORSE: Final = {
    "en": "By {by}, the evidence is {odds} for segments after {units} units, and yet the lift is {lift}, surely below "
    "0.",
    "es": "Por {by}, la evidencia a favor de segmentar es de {odds} tras {units} unidades, pero la mejora es {lift}, "
    "seguramente menor que 0.",
}
WORSE_AS_IT_RAN: Final = {
    "en": "By {by}, segments as they ran brought {as_it_ran} over one variant for all, surely less than 0; of all "
    "{units} units, those before segments too, the foreseen lift is {lift}.",
    "es": "Por {by}, los segmentos tal como funcionaron aportaron {as_it_ran} frente a una sola variante para todos, "
    "seguramente menos que 0; en las {units} unidades, también las anteriores a los segmentos, la mejora prevista es "
    "{lift}.",
}
UNKNOWN_LIFT: Final = {
    "en": "By {by}, the evidence is {odds} for segments after {units} units; the lift is not yet known.",
    "es": "Por {by}, la evidencia a favor de segmentar es de {odds} tras {units} unidades; la mejora aún no se conoce.",
}
KNOWN_LIFT: Final = {
    "en": "By {by}, the evidence is {odds} for segments after {units} units; the lift is {lift}, which is {remark}.",
    "es": "Por {by}, la evidencia a favor de segmentar es de {odds} tras {units} unidades; la mejora es "
    "{lift}, {remark}.",
}
REMARKS: Final = {
    EligibilityState.ELIGIBLE: {
        "en": "not more than its standard error {error}",
        "es": "no más que su error estándar {error}",
    },
    EligibilityState.ACCEPTED: {
        "en": "more than its standard error {error}, and not yet surely above 0",
        "es": "más que su error estándar {error}, y aún no seguramente mayor que 0",
    },
    EligibilityState.CONFIRMED: {"en": "surely above 0", "es": "seguramente mayor que 0"},
}
A_UNIT: Final = {"en": "{value} a unit ({low} to {high})", "es": "{value} por unidad ({low} a {high})"}
TO_ONE: Final = {"en": "{first} to {second}", "es": "{first} a {second}"}
NOT_YET: Final = {"en": "not yet known", "es": "aún no se conoce"}
