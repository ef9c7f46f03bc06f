"""Which effects may be put together, and which only look alike? The rule, its refusals with reasons, and the stored summaries.

Effects belong together where the kind of comparison (its words without dose and detail between commas), people, outcome, window of
follow-up, measure and unit are the same, each has an estimate with an interval that was read (not one from memory), each comes from
another study, and no trial is counted twice through a review. What the rule lets through is summed up in `pooled.toml` by
`kinechain lab pool`; nothing is computed here.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Literal, TypeVar, get_args

from kinechain.core.errors import DataFileError
from kinechain.evidence.effects import Effect, effects
from kinechain.evidence.ledger import Study, constant, studies
from kinechain.evidence.rows import among, build, in_order, known_unit, parse, shipped

#: How a measure is treated while it is summed up: as it is, by its logarithm, or by the logarithm of its odds.
Scale = Literal["plain", "log", "logit"]

#: Why effects are not put together. The first five follow the order in which the rule asks.
Reason = Literal[
    "comparison",
    "people",
    "outcome",
    "time",
    "measure",
    "assumed",
    "no_interval",
    "same_study",
    "same_trials",
    "maybe_same_trials",
]

Window = Literal["at_once", "short", "medium", "long"]

_SCALES: dict[str, Scale] = {"MD": "plain", "SMD": "plain", "ES": "plain", "OR": "log", "RR": "log", "LR": "log", "share": "logit"}
_REVIEWS = frozenset({"review", "meta-analysis", "guideline"})
_YEARS = {"day": 1.0 / 365.0, "week": 1.0 / 52.0, "month": 1.0 / 12.0, "year": 1.0}
_ANEW = "Write it anew with `kinechain lab pool`."
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(day|week|month|year)s?\b")


@dataclass(frozen=True)
class Question:
    """Effects of one claim (its letter) that a reader may be tempted to put together; whether they may is for the rule to say."""

    key: str
    claim: str
    effects: tuple[str, ...]


@dataclass(frozen=True)
class Pool:
    """Effects, by their keys, that answer one question and may be summed up on this scale."""

    key: str
    claim: str
    effects: tuple[str, ...]
    scale: Scale


@dataclass(frozen=True)
class Refusal:
    """Effects, by their keys, that are not put together, and why."""

    claim: str
    reason: Reason
    effects: tuple[str, ...]


@dataclass(frozen=True)
class Pooled:
    """A stored summary of the effects of one pool.

    `estimate`, its interval and the interval that a further study's true effect is expected in (NaN below three effects) are in the
    measure's own unit; `tau2`, the variance between studies, is on the scale that was summed up on; `i2` is a share of 1. From
    `alike_low` to `alike_high` the interval would reach if every study measured one and the same effect (a fixed-effect summary):
    two studies cannot tell how much studies differ, so that their own interval is very wide.
    """

    key: str
    claim: str
    effects: tuple[str, ...]
    model: str
    scale: Scale
    measure: str
    unit: str
    level: float
    estimate: float
    low: float
    high: float
    tau2: float
    i2: float
    k: int
    alike_low: float
    alike_high: float
    prediction_low: float = math.nan
    prediction_high: float = math.nan


_Row = TypeVar("_Row", Question, Pooled)
_Property = Callable[[Effect, Study], object]


@cache
def questions() -> dict[str, Question]:
    """Return the shipped questions by key."""
    return read_questions(shipped("questions.toml"), "questions.toml", effects())


@cache
def pooled() -> dict[str, Pooled]:
    """Return the stored summaries by key; their estimates are of kind `derived`."""
    return read_pooled(shipped("pooled.toml"), "pooled.toml", effects())


def pools() -> tuple[Pool, ...]:
    """Return every pool that the rule lets through, in the order of the questions."""
    return tuple(pool for question in questions().values() for pool in sort_question(question, effects(), studies())[0])


def refusals() -> tuple[Refusal, ...]:
    """Return every refusal, in the order of the questions."""
    return tuple(refusal for question in questions().values() for refusal in sort_question(question, effects(), studies())[1])


def sort_question(
    question: Question, known: Mapping[str, Effect], read: Mapping[str, Study]
) -> tuple[tuple[Pool, ...], tuple[Refusal, ...]]:
    """Return what may be put together of a question's effects, and what may not, with the reason.

    Effects are parted wherever they differ, by one property after the other; a refusal names all those that were parted by the
    first property in which they do. What is alike in all is then freed of everything that would be counted twice.
    """
    refused: list[Refusal] = []

    def refuse(reason: Reason, group: Sequence[Effect]) -> None:
        refused.append(Refusal(question.claim, reason, _keys(group)))

    rows = [known[key] for key in question.effects]
    groups = [rows]
    for reason, property_of in _PROPERTIES.items():
        parted = [_parted(group, property_of, read) for group in groups]
        for group, parts in zip(groups, parted, strict=True):
            if len(parts) > 1:
                refuse(reason, group)
        groups = [part for parts in parted for part in parts]
    kept = [_countable(group, read, refuse) for group in groups if len(group) > 1]
    alike = [group for group in kept if len(group) > 1]
    found = tuple(
        Pool(f"{question.key}_{number}" if number > 1 else question.key, question.claim, _keys(group), scale_of(group[0]))
        for number, group in enumerate(alike, start=1)
    )
    return found, tuple(refused)


def comparable(known: Mapping[str, Effect], read: Mapping[str, Study]) -> tuple[tuple[str, ...], ...]:
    """Return every set of two or more effects, whatever claim they stand under, that the rule finds alike.

    A test holds the questions against it, so that nothing that could be put together is overlooked.
    """
    groups = [list(known.values())]
    for property_of in _PROPERTIES.values():
        groups = [part for group in groups for part in _parted(group, property_of, read)]
    kept = [_countable(group, read, _say_nothing) for group in groups if len(group) > 1]
    return tuple(_keys(group) for group in kept if len(group) > 1)


def scale_of(effect: Effect) -> Scale:
    """Return on which scale an effect is summed up. Raises KeyError for a measure that cannot be."""
    return _SCALES[effect.measure]


def on_scale(effect: Effect) -> tuple[float, float]:
    """Return an effect's estimate and standard error on the scale of its measure, NaN where the row does not tell them.

    The error follows from the width of the interval, which is taken as normal on that scale; a share's from the number of people:
    1 / sqrt(n p (1 - p)).
    """
    if effect.measure not in _SCALES:
        return math.nan, math.nan
    if effect.measure == "share":
        return _share_on_scale(effect)
    there = math.log if scale_of(effect) == "log" else float
    if not all(math.isfinite(number) for number in (effect.estimate, effect.low, effect.high)):
        return math.nan, math.nan
    reach = NormalDist().inv_cdf(0.5 + 0.5 * effect.level)
    return there(effect.estimate), (there(effect.high) - there(effect.low)) / (2.0 * reach)


def from_scale(value: float, scale: Scale, unit: str) -> float:
    """Return a value on a scale in the unit of its measure."""
    if scale == "plain":
        return value
    if scale == "log":
        return math.exp(value)
    return _whole(unit) / (1.0 + math.exp(-value))


def window_of(follow_up: str) -> Window:
    """Return the window that a follow-up lies in; the last length that the words name counts, none means at once.

    >>> window_of("after 12 weeks of training")
    'short'
    """
    found = _LENGTH.findall(follow_up)
    if not found:
        return "at_once"
    number, unit = found[-1]
    years = float(number) * _YEARS[unit]
    if years <= float(constant("pooling.short_follow_up")) + 1e-9:
        return "short"
    return "long" if years >= float(constant("pooling.long_follow_up")) - 1e-9 else "medium"


def read_questions(text: str, name: str, known: Mapping[str, Effect]) -> dict[str, Question]:
    """Read questions from TOML `text`. Raises DataFileError for a row without claim, or with fewer than two known effects."""
    rows = {key: build(Question, table, f"{key} of {name}", key=key) for key, table in parse(text, name).items()}
    return {key: _checked(row, name, known) for key, row in rows.items()}


def read_pooled(text: str, name: str, known: Mapping[str, Effect]) -> dict[str, Pooled]:
    """Read summaries from TOML `text`.

    Raises DataFileError for a row that lacks a field, has an unknown one, names an unknown effect, unit or scale, or whose interval
    does not hold its estimate.
    """
    found = {}
    for key, table in parse(text, name).items():
        where = f"{key} of {name}"
        among(table.get("scale", "none"), get_args(Scale), "a scale", where, _ANEW)
        row = _checked(build(Pooled, table, where, key=key), name, known)
        known_unit(row.unit, where)
        in_order(row.low, row.estimate, row.high, where)
        in_order(row.prediction_low, row.estimate, row.prediction_high, where)
        if row.k != len(row.effects):
            raise DataFileError(f"k = {len(row.effects)}, the number of its effects", f"{row.k} in {where}", _ANEW)
        found[key] = row
    return found


def _checked(row: _Row, name: str, known: Mapping[str, Effect]) -> _Row:
    where = f"{row.key} of {name}"
    different = len(set(row.effects))
    if different < 2:
        raise DataFileError("two different effects or more", f"{different} in {where}", "A single effect needs no summary.")
    for key in row.effects:
        if key not in known:
            raise DataFileError("the key of an effect", f"{key!r} in {where}", "Add the effect to effects.toml.")
    return row


def _keys(group: Iterable[Effect]) -> tuple[str, ...]:
    return tuple(effect.key for effect in group)


def _parted(group: Sequence[Effect], property_of: _Property, read: Mapping[str, Study]) -> list[list[Effect]]:
    parts: dict[object, list[Effect]] = {}
    for effect in group:
        parts.setdefault(property_of(effect, read[effect.study]), []).append(effect)
    return list(parts.values())


def _countable(
    group: Sequence[Effect], read: Mapping[str, Study], refuse: Callable[[Reason, Sequence[Effect]], None]
) -> list[Effect]:
    """Return those of a group of like effects that can be summed up without counting anybody twice."""
    left = list(group)
    for reason, stands_out in _DOUBTS.items():
        out = [row for row in left if stands_out(row, left, read)]
        if out and len(left) > 1:
            refuse(reason, left if reason in ("same_trials", "maybe_same_trials") else out)
        left = [row for row in left if row not in out]
    return left


def _say_nothing(_reason: Reason, _group: Sequence[Effect]) -> None:
    pass


def _may_hold(review: Effect, other: Effect, read: Mapping[str, Study]) -> bool:
    """Whether a review may hold another study, being no older, as far as is known; of two reviews the older gives way."""
    there, here = read[review.study], read[other.study]
    if review is other or there.design not in _REVIEWS:
        return False
    if there.year is None or here.year is None:
        return here.design not in _REVIEWS or review.key > other.key
    return (there.year, review.key) > (here.year, other.key) if here.design in _REVIEWS else there.year >= here.year


def _share_on_scale(effect: Effect) -> tuple[float, float]:
    share = effect.cases / effect.n if effect.cases and effect.n else effect.estimate / _whole(effect.unit)
    if not effect.n or not 0.0 < share < 1.0:
        return math.nan, math.nan
    return math.log(share / (1.0 - share)), 1.0 / math.sqrt(effect.n * share * (1.0 - share))


def _whole(unit: str) -> float:
    """Return what a whole is in the unit of a share."""
    return 100.0 if unit == "%" else 1.0


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _kind_of(comparison: str) -> str:
    """Return what is compared with what, without dose and detail: what stands before the first comma, and against what."""
    first, *others = (part.strip() for part in _plain(comparison).split(","))
    return " ".join([first, *(part for part in others if part.startswith("against "))])


#: What has to be the same, in the order in which the rule asks. People of whom nobody told whether they have pain are like none but
#: those of their own study.
_PROPERTIES: dict[Reason, _Property] = {
    "comparison": lambda effect, _: _kind_of(effect.comparison),
    "people": lambda _, study: study.key if study.pain is None else study.pain,
    "outcome": lambda effect, _: _plain(effect.outcome),
    "time": lambda effect, _: window_of(effect.follow_up),
    "measure": lambda effect, _: (effect.measure, effect.unit),
}

#: What keeps an effect out of a group that it is like, in the order in which the rule asks. A trial that a review of the group
#: holds gives way to it; so does one that the review is young enough to hold, for nobody says that it does not.
_DOUBTS: dict[Reason, Callable[[Effect, Sequence[Effect], Mapping[str, Study]], bool]] = {
    "assumed": lambda row, _rows, _read: row.kind == "assumed",
    "no_interval": lambda row, _rows, _read: not all(math.isfinite(number) for number in on_scale(row)),
    "same_study": lambda row, rows, _read: any(other.study == row.study for other in rows if other is not row),
    "same_trials": lambda row, rows, _read: any(other.study in row.in_reviews for other in rows),
    "maybe_same_trials": lambda row, rows, read: any(_may_hold(other, row, read) for other in rows),
}
