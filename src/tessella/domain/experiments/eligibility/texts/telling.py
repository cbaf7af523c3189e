"""A finding in one sentence with its numbers, in English and in Spanish."""

from __future__ import annotations

from tessella.domain.experiments.eligibility.finding import Finding, LiftFound, Texts
from tessella.domain.experiments.eligibility.state import MOST_THIN, UNLIKELY, EligibilityState
from tessella.domain.experiments.eligibility.texts import sentences
from tessella.domain.experiments.eligibility.texts.languages import LANGUAGES, Language
from tessella.domain.experiments.inference.estimates.heterogeneity import ENOUGH


def told(finding: Finding) -> Texts:
    """The sentence that says why the finding's state is what it is, by language."""
    return {each.code: _sentence(finding, each) for each in LANGUAGES}


def told_lift(lift: LiftFound | None, language: Language) -> str:
    """A lift with its interval: as a share of what one best variant brings, or a unit's amount where that is 0."""
    if lift is None:
        return sentences.NOT_YET[language.code]
    shares = [lift.share(each) for each in (lift.value, lift.low, lift.high)]
    written = [
        language.signed(amount) if share is None else language.percent(share, "+")
        for amount, share in zip((lift.value, lift.low, lift.high), shares, strict=True)
    ]
    if None in shares:
        return sentences.A_UNIT[language.code].format(value=written[0], low=written[1], high=written[2])
    return f"{written[0]} ({sentences.TO_ONE[language.code].format(first=written[1], second=written[2])})"


def _sentence(finding: Finding, language: Language) -> str:
    words = {
        "by": language.names(finding.segment_by),
        "units": language.number(finding.units),
        "planned": language.number(finding.planned_units),
        "segments": language.number(finding.segments),
        "thick": language.number(finding.thick_segments),
        "least": language.number(finding.least_rewards),
        "thin": language.percent(finding.thin_share),
        "most_thin": language.percent(MOST_THIN),
        "enough": language.number(ENOUGH),
        "unlikely": language.percent(UNLIKELY),
        "chance": language.percent(finding.chance_of_lift or 0.0),
        "odds": _odds(finding.evidence, language),
        "lift": told_lift(finding.lift, language),
        "as_it_ran": told_lift(finding.as_it_ran, language),
        "remark": _remark(finding, language),
    }
    return _template(finding)[language.code].format(**words)


def _template(finding: Finding) -> Texts:
    if finding.bayes_factor is None:
        return sentences.NOBODY
    if finding.state is EligibilityState.DISMISSED:
        return _dismissed(finding)
    if finding.state is EligibilityState.COLLECTING:
        return sentences.WEAK if finding.is_traffic_enough else sentences.TOO_LITTLE
    return sentences.UNKNOWN_LIFT if finding.lift is None else sentences.KNOWN_LIFT


def _dismissed(finding: Finding) -> Texts:
    if finding.as_it_ran is not None and finding.as_it_ran.high < 0:
        return sentences.WORSE_AS_IT_RAN
    if finding.lift is not None and finding.lift.high < 0:
        return sentences.WORSE
    return sentences.AGAINST if finding.is_traffic_enough else sentences.NEVER


def _remark(finding: Finding, language: Language) -> str:
    if finding.lift is None or finding.state not in sentences.REMARKS:
        return ""
    share = finding.lift.share(finding.lift.standard_error)
    error = language.signed(finding.lift.standard_error) if share is None else language.percent(share)
    return sentences.REMARKS[finding.state][language.code].format(error=error)


def _odds(factor: float, language: Language) -> str:
    """In favour of segments: "20 to 1", or "1 to 20"."""
    first, second = (language.odds(factor), "1") if factor >= 1 else ("1", language.odds(1 / factor))
    return sentences.TO_ONE[language.code].format(first=first, second=second)
