"""What does the page about good and bad deep squats say? From stored figures to `docs/deep_squats.md`, the same bytes each time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from lab.deep_squats import FAULTS, SCORE_CUT_OFF, Fault, area_under_curve, faulty, score_takes

Values = Float[np.ndarray, " take"]
Kinds = Bool[np.ndarray, " take"]

#: Ways to find three points, as stored and as the page calls them.
_WAYS = {
    "fitted_hips_peak_deg": "same centres, the fit's hips",
    "three_point_peak_deg": "same centres",
    "textbook_peak_deg": "textbook centres",
}

#: The area under the curve that was aimed at.
_AIM = 0.9

#: What is called agreement of two ways to measure a knee's peak (deg).
_AGREE_DEG = 3.0


@dataclass(frozen=True)
class Told:
    """A figure of all takes, and its 90 % interval when persons are drawn anew."""

    value: float
    low: float
    high: float


def over_people(figure: Callable[[Int[np.ndarray, " take"]], float], people: Sequence[str]) -> Told:
    """Return a figure of takes (given by their numbers), its interval being over all ways to draw as many persons with replacement.

    Persons are drawn, not takes: ten squats of one person are not ten witnesses. Scores stay as they are.
    """
    person = np.array(people)
    of_each = [np.flatnonzero(person == one) for one in np.unique(person)]
    drawn = [tuple(sorted(some)) for some in product(range(len(of_each)), repeat=len(of_each))]
    figures = {some: figure(np.concatenate([of_each[one] for one in some])) for some in set(drawn)}
    low, high = np.quantile([figures[some] for some in drawn], [0.05, 0.95])
    return Told(figure(np.arange(person.size)), float(low), float(high))


_PAGE = """\
# Good and bad deep squats told apart

UI-PRMD (Vakanski et al. 2018) holds overhead deep squats of five people before a marker system (Vicon, 100 Hz): ten done well and
ten done badly on purpose by each. The markers go through the same fit as a film. `kinechain lab squats` writes this page. What is
measured, and every cut-off, were committed before any of the five numbers of section 2 was computed; nothing was changed after.
Peak knee flexion of the takes, which is none of the five, had been stored before, for section 1.

## 1. The knee's angle

Peak knee flexion of the fit beside a plain three-point computation, each frame by itself from the same markers. Hip joint centres
are those of the regression of Harrington et al. 2007 in both. *Same centres*: knee and ankle lie beside their markers where the fit
found them. *The fit's hips*: where its rigid pelvis carries them, while the regression follows each frame's markers on soft skin.
*Textbook centres*: half a usual joint's width inward of the markers. Degrees, fit less three points, {legs} legs:

| three points through | mean | mean absolute | worst | within 3 degrees |
|---|---|---|---|---|
{knee}

The aim was 3 degrees. What parts the rows is where the centres lie, not how angles are computed: through the fit's own centres
plain lines read what the fit reads; skin that moves at the pelvis and at the thigh makes the rest, for the fit finds these knee
markers {up:.0f} cm above the joint's centre. Nothing here says which of them is nearer the truth; see [accuracy.md](accuracy.md).

## 2. What was written down before looking

Of each take five numbers are read, larger meaning worse:

| fault | what is read | counts as a fault above |
|---|---|---|
{faults}

The score is the sum, over the five, of how many spreads a take is past the mean of the correct takes of the *other* four people;
better than that mean counts as nothing. A spread is never taken to be less than this:
{least}. The aim was an area of {aim:g}.

The cut-offs of depth, trunk, knees and heels follow the criteria of the Functional Movement Screen's deep squat as the field hands
them on: thighs below level, trunk no further forward than the shins, knees over the feet, heels down. The margins, and symmetry,
are ours.

## 3. What came

Area under the curve: how often an incorrect take scores above a correct one, over all {takes} takes and within each person.
Intervals (90 %) are over all {draws} ways to draw as many persons with replacement. Five people are few: the intervals are rough,
and rather too narrow.

| number | area | interval | {people} |
|---|---|---|{rules}|
{areas}

The aim of {aim:g} is {met}.

| called incorrect where | sensitivity | interval | specificity | interval |
|---|---|---|---|---|
{calls}

The middle of each person's correct takes, then of the incorrect ones (degrees; knees without a unit; heels in cm):

| fault | {people} |
|---|{rules}|
{middles}

Squats done badly on purpose are plainer than those of a person who cannot do better. These figures say that the numbers are read
well enough to tell such takes apart, not that they find what ails anybody.
"""


def deep_squats_page(rows: Sequence[Mapping[str, Any]], markers: Mapping[str, Any]) -> str:
    """Return the page in Markdown, from the stored figures of this module and of `lab.markers`."""
    people = [row["person"] for row in rows]
    correct = np.array([row["kind"] == "correct" for row in rows])
    sizes = np.array([[row[fault.name] for fault in FAULTS] for row in rows], dtype=float)
    scores, past = score_takes(sizes, people, correct), faulty(sizes)
    names = sorted(set(people))
    numbers = {"**the score**": scores, **{f"{fault.name} alone": sizes[:, at] for at, fault in enumerate(FAULTS)}}
    rules = {
        f"**the score is above {SCORE_CUT_OFF:g}**": scores > SCORE_CUT_OFF,
        "**any fault is past its cut-off**": np.asarray(past.any(axis=1)),
        **{f"past its cut-off: {fault.name}": past[:, at] for at, fault in enumerate(FAULTS)},
    }
    return _PAGE.format(
        takes=len(rows),
        legs=2 * len(markers["takes"]),
        knee="\n".join(_knee_row(markers, *way) for way in _WAYS.items()),
        up=np.mean([take["knee_marker_up_mm"] for take in markers["takes"]]) / 10.0,
        faults="\n".join(f"| {fault.name} | {fault.what} | {_shown(fault, fault.cut_off)} |" for fault in FAULTS),
        least=", ".join(f"{_shown(fault, fault.least_spread)} ({fault.name})" for fault in FAULTS),
        aim=_AIM,
        met="met" if area_under_curve(scores[~correct], scores[correct]) >= _AIM else "missed",
        draws=len(names) ** len(names),
        people=" | ".join(names),
        rules="|".join("---" for _ in names),
        areas="\n".join(_area_row(name, values, people, correct) for name, values in numbers.items()),
        calls="\n".join(_call_row(name, called, people, correct) for name, called in rules.items()),
        middles="\n".join(_middle_row(fault, sizes[:, at], people, correct) for at, fault in enumerate(FAULTS)),
    )


def _knee_row(markers: Mapping[str, Any], way: str, name: str) -> str:
    off = np.array([np.subtract(take["fit_peak_deg"], take[way]) for take in markers["takes"]]).ravel()
    size = np.abs(off)
    within = 100.0 * (size <= _AGREE_DEG).mean()
    return f"| {name} | {off.mean():+.1f} | {size.mean():.1f} | {off[size.argmax()]:+.1f} | {within:.0f} % |"


def _area_row(name: str, values: Values, people: Sequence[str], correct: Kinds) -> str:
    def area(some: Int[np.ndarray, " drawn"]) -> float:
        return area_under_curve(values[some][~correct[some]], values[some][correct[some]])

    told = over_people(area, people)
    return f"| {name} | {told.value:.2f} | {told.low:.2f} to {told.high:.2f} | {_each(area, people, '.2f')} |"


def _call_row(name: str, called: Kinds, people: Sequence[str], correct: Kinds) -> str:
    def caught(some: Int[np.ndarray, " drawn"]) -> float:
        return float(called[some][~correct[some]].mean())

    def passed(some: Int[np.ndarray, " drawn"]) -> float:
        return float(1.0 - called[some][correct[some]].mean())

    cells = [over_people(figure, people) for figure in (caught, passed)]
    return f"| {name} | " + " | ".join(f"{one.value:.2f} | {one.low:.2f} to {one.high:.2f}" for one in cells) + " |"


def _middle_row(fault: Fault, values: Values, people: Sequence[str], correct: Kinds) -> str:
    person = np.array(people)
    middles = [[float(np.median(values[(person == one) & kind])) for kind in (correct, ~correct)] for one in sorted(set(people))]
    return f"| {fault.name} | " + " | ".join(f"{_number(fault, good)}, {_number(fault, bad)}" for good, bad in middles) + " |"


def _each(figure: Callable[[Int[np.ndarray, " drawn"]], float], people: Sequence[str], style: str) -> str:
    person = np.array(people)
    return " | ".join(f"{figure(np.flatnonzero(person == one)):{style}}" for one in sorted(set(people)))


def _number(fault: Fault, value: float) -> str:
    """Return a size in the unit a person reads: whole degrees, a plain ratio, centimetres."""
    return {"deg": f"{value:.0f}", "1": f"{value:.2f}", "m": f"{100.0 * value:.1f}"}[fault.unit]


def _shown(fault: Fault, value: float) -> str:
    return {"deg": f"{value:g} degrees", "1": f"{value:g}", "m": f"{100.0 * value:g} cm"}[fault.unit]
