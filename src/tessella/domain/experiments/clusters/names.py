"""Names of clusters, from what sets each apart from all units: "Instagram mobile users", "Business hours desktop"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import atan2, hypot, pi
from typing import Final
from urllib.parse import quote

from tessella.domain.experiments.clusters.fields import HOURS, RADIUS, Amount, Field, Hours, Levels, Point

#: A name has so many characters at most, and one word of a context so many.
NAME_MAX: Final = 60
_WORD_MAX: Final = 24
#: A level sets a cluster apart where at least this share of it has the level, and by so much more than of all units.
_LEAST_SHARE: Final = 0.6
_LEAST_GAIN: Final = 0.15
#: So do an amount so many standard deviations from the mean, and hours as close together as this.
_LEAST_DEVIATIONS: Final = 0.75
_LEAST_CLOSENESS: Final = 0.5
#: At most so many of them are in a name.
_TRAITS_MAX: Final = 3
_PLAIN: Final = " -_.+@/"
_OTHER: Final = "other"
#: A cluster that nothing sets apart.
_REMAINDER: Final = "Everybody else"
#: What each is called, up to before an hour.
_TIMES: Final = ((5, "late night"), (12, "morning"), (18, "afternoon"), (23, "evening"), (HOURS, "late night"))
_BUSINESS: Final = "business hours"
_FLAGS: Final = {
    ("is_weekend", "true"): "weekend", ("is_weekend", "false"): "weekday", ("is_business_hours", "true"): _BUSINESS,
}  # fmt: skip
#: Flags that say little: most hours are none of business.
_SILENT: Final = frozenset({("is_business_hours", "false")})
#: Where words stand in a name: those of time first, then whence, then how; all others at the end.
_WHENCE, _HOW, _REST = 1, 2, 3
_PLACES: Final = {"source": _WHENCE, "channel": _HOW, "device": _HOW}
_TIME: Final = 0


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that sets a cluster apart."""

    words: str
    place: int
    #: 0 to 1: how much it does.
    strength: float


def names_of(fields: Sequence[Field], overall: Sequence[Point], centroids: Sequence[Sequence[Point]]) -> list[str]:
    """A name for each cluster, all different. `overall` is the mean point of all units in each field."""
    names: list[str] = []
    for position, centroid in enumerate(centroids):
        traits = _told_once([each for parts in zip(fields, overall, centroid, strict=True) for each in _traits(*parts)])
        traits.sort(key=lambda trait: (-trait.strength, trait.place, trait.words))
        options = [*_options(traits), *([] if traits else [_REMAINDER])]
        names.append(next((each for each in options if each not in names), f"Group {position + 1}"))
    return names


def plain(text: str) -> str:
    """A level as it may stand in a name: letters, digits and few signs; anything else as in an address.

    >>> plain("instagram"), plain("<b>"), plain("a" * 99)[-3:]
    ('instagram', '%3Cb%3E', 'aa~')
    """
    safe = "".join(each if each.isalnum() or each in _PLAIN else quote(each) for each in text)
    return safe if len(safe) <= _WORD_MAX else f"{safe[: _WORD_MAX - 1]}~"


def _options(traits: Sequence[Trait]) -> Iterator[str]:
    """By the strongest traits, and by more of them where that is somebody's name already."""
    for count in range(_TRAITS_MAX, len(traits) + _TRAITS_MAX):
        if traits:
            yield _name(traits[:count])


def _name(traits: Sequence[Trait]) -> str:
    ordered = sorted(traits, key=lambda trait: trait.place)
    words = [each.words for each in ordered if each.place < _REST]
    if ordered[0].place != _TIME or len(words) < 2:
        words.append("users")
    words += [each.words for each in ordered if each.place == _REST]
    name = " ".join(words)
    return (name[0].upper() + name[1:])[:NAME_MAX].rstrip()


def _told_once(traits: list[Trait]) -> list[Trait]:
    """Business hours say which day and hour it is."""
    if all(each.words != _BUSINESS for each in traits):
        return traits
    return [each for each in traits if each.place != _TIME or each.words == _BUSINESS]


def _traits(field: Field, overall: Point, mean: Point) -> Iterator[Trait]:
    match field:
        case Levels():
            yield from _of_levels(field, overall, mean)
        case Hours():
            yield from _of_hours(overall, mean)
        case Amount():
            yield from _of_amount(field, overall, mean)


def _of_levels(field: Levels, overall: Point, mean: Point) -> Iterator[Trait]:
    for level, share, usual in zip((_OTHER, *field.levels), mean, overall, strict=True):
        if share >= _LEAST_SHARE and share - usual >= _LEAST_GAIN and (field.name, level) not in _SILENT:
            flag = _FLAGS.get((field.name, level))
            place = _TIME if flag else _PLACES.get(field.name, _REST)
            yield Trait(flag or _words(field.name, level), place, share - usual)


def _words(name: str, level: str) -> str:
    if name == "country":
        return f"from {plain(level)}"
    if name in _PLACES and level != _OTHER:
        return plain(level)
    called = plain(name).replace("_", " ")
    return f"{_OTHER} {called}" if level == _OTHER else f"{called} {plain(level)}"


def _of_hours(overall: Point, mean: Point) -> Iterator[Trait]:
    closeness = hypot(*mean) / RADIUS
    gain = hypot(mean[0] - overall[0], mean[1] - overall[1]) / RADIUS
    if closeness >= _LEAST_CLOSENESS and gain >= _LEAST_GAIN:
        hour = atan2(mean[0], mean[1]) / (2 * pi) * HOURS % HOURS
        yield Trait(next(words for before, words in _TIMES if hour < before), _TIME, min(gain, 1.0))


def _of_amount(field: Amount, overall: Point, mean: Point) -> Iterator[Trait]:
    called = plain(field.name).replace("_", " ")
    known = 1 - mean[1]
    if known < 1 - _LEAST_SHARE and mean[1] - overall[1] >= _LEAST_GAIN:
        yield Trait(f"no {called}", _REST, mean[1] - overall[1])
    elif known and abs(away := mean[0] / known) >= _LEAST_DEVIATIONS:
        yield Trait(f"{'high' if away > 0 else 'low'} {called}", _REST, min(abs(away) / 2, 1.0))
