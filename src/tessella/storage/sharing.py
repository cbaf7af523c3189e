"""Whose rows may be read for what, as SQL over the settings of subjects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tessella.domain.privacy.consent import Whose


def is_personalized(namespace: str, subject_id: str) -> str:
    """SQL: whether a subject has not opted out; the arguments are SQL too."""
    return f"""NOT EXISTS (SELECT FROM tessella.personalization_settings AS settings
                          WHERE settings.namespace = {namespace} AND settings.subject_id = {subject_id}
                            AND NOT settings.personalization_enabled)"""


def is_personalized_by_row(namespace: str, subject_id: str) -> str:
    """The same, asked of each row by itself, where a join would read the settings of everybody.

    There are no statistics of ids, so the planner cannot know that few are asked about.
    """
    return f"""coalesce((SELECT settings.personalization_enabled FROM tessella.personalization_settings AS settings
                       WHERE settings.namespace = {namespace} AND settings.subject_id = {subject_id}), true)"""


def shares_data(namespace: str, subject_id: str) -> str:
    """SQL: whether a subject shares data, and has not opted out. Nobody shares who has no settings."""
    return f"""EXISTS (SELECT FROM tessella.personalization_settings AS settings
                      WHERE settings.namespace = {namespace} AND settings.subject_id = {subject_id}
                        AND settings.personalization_enabled AND settings.data_sharing_consent)"""


#: The condition by what rows are read for, over a table `held` with the columns `namespace` and `subject_id`.
MAY_BE_READ: Final[Mapping[Whose, str]] = {
    Whose.PERSONALIZED: is_personalized("held.namespace", "held.subject_id"),
    Whose.SHARED: shares_data("held.namespace", "held.subject_id"),
}
