"""What does the predicted squat say beside studies of people? The part of docs/whatif.md that `kinechain lab whatif` writes.

Nothing is tuned to agree: the rows `squat_model.*` are judgements, made with an early planar sketch in view and not these studies,
and where model and study differ it stands there. The model's people are draws about one made-up person: their spread is not a
study's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.app.squatters import squatter_of
from kinechain.core.types import SIDES, Person, Protocol
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant, effects, studies
from kinechain.loads.predicted_squat import Postures
from kinechain.loads.squatter import RANGES, Change, People, Range, Squatter, range_draws, squatting
from kinechain.loads.what_if import ranged
from lab.realism import paragraph

#: The lines of the page between which the part lies.
MARKS = ("<!-- written by `kinechain lab whatif` -->", "<!-- end of what `kinechain lab whatif` writes -->")

#: Bend of the knee at which postures are compared, and the dorsiflexions of the two groups of the study of 30 and 35 degrees.
_AT_DEG, _DEEP_DEG, _LIMITED_DEG, _FREE_DEG = 80.0, 110.0, 27.0, 38.0
#: Dorsiflexions of the table of depth, and what an early planar sketch with textbook proportions reached there.
_SKETCH = {10: 80, 15: 90, 20: 105, 25: 115, 30: 130, 35: 145}
#: Where Ishida's people had their weight, shares of the foot from the heel; Macrum's wedge and Monteiro's.
_REAR, _FRONT, _WEDGE_DEG, _HEELS_M = 0.444, 0.535, 12.0, (0.025, 0.05)
_ARMS = "crossed"

Drawn = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Compared:
    """One row: what a study found, by its effect, and what the model says; whether they agree."""

    effect: str
    model: str
    agree: str


def made_person() -> Squatter:
    """Return the made-up person of the load engine's claim tests, whose ranges nobody measured."""
    person = Person(constant("claim_test.stature").si, constant("claim_test.mass").value)
    return squatter_of(person, Protocol(arms=_ARMS), {}, ())


def whatif_part(draws: int = 200) -> list[str]:
    """Return the part of the page, as lines of Markdown."""
    squatter, people = made_person(), People(0, draws)
    lines = [*_depths(squatter, people), "", "| study | it found | the model says | agree? |", "|---|---|---|---|"]
    for row in compared(squatter, people):
        effect = effects()[row.effect]
        study = studies()[effect.study]
        found = f"{effect.outcome}; {effect.comparison}: {_found(row.effect)}"
        name = " ".join(str(part) for part in (study.authors.split(",")[0], study.year) if part)
        lines.append(f"| {name}, n = {effect.n} | {found} | {row.model} | {row.agree} |".replace(" -", " −"))
    return lines


def compared(squatter: Squatter, people: People) -> Iterator[Compared]:
    """Yield each study beside the model."""
    yield from _wedged_toes(squatter, people)
    yield from _who_is_deep(squatter, people)
    yield _limited(squatter, people)
    yield from _heels(squatter, people)
    yield _forward(squatter, people)
    yield _shares(squatter, people)


def _wedged_toes(squatter: Squatter, people: People) -> Iterator[Compared]:
    shape = squatting(squatter, people).body.shape
    height = -float(np.sin(np.deg2rad(_WEDGE_DEG))) * abs(shape.ball - shape.heel)
    flat, wedged = (_deepest(one, people) for one in (squatter, squatter.changed((Change("heel_m", height),))))
    size = float((wedged - flat).mean() / flat.std())
    alike = 0.5 <= size / effects()["macrum-2012-knee"].estimate <= 2.0
    yield Compared(
        "macrum-2012-knee",
        f"{_told(wedged - flat)} degrees; {size:.1f} of the spread between the model's people, most of whom reach the knee's end",
        _direction(size < 0.0, "size alike" if alike else "size not alike: the model's people are told to go as deep as they can"),
    )


def _who_is_deep(squatter: Squatter, people: People) -> Iterator[Compared]:
    study, deep = effects()["kasuyama-2009-depth"], _deepest(squatter, people)
    could, can = 100.0 * (study.cases or 0) / (study.n or 1), deep >= constant("aim.deep").value
    ranges = {RANGES[measure]: range_draws(squatter, measure, people).min(axis=0) for measure in RANGES}
    apart = {link: float((own[can].mean() - own[~can].mean()) / own.std()) for link, own in ranges.items()}
    most = max(apart, key=lambda link: apart[link])
    said = ", ".join(f"{link} {by:.1f}" for link, by in apart.items())
    yield Compared(
        "kasuyama-2009-depth",
        f"{100.0 * can.mean():.0f} % reach {constant('aim.deep').value:.0f} degrees, against {could:.0f} %; by how "
        f"many of their spreads those who can are freer: {said}",
        _direction(most == "ankle", "what deep is, the study's abstract does not say"),
    )
    explained = _explained(np.column_stack([ranges["ankle"], ranges["hip"]]), deep)
    yield Compared(
        "kim-2015-depth",
        f"bend of ankle and hip explain {explained:.2f} of the differences between the model's people",
        _direction(explained > 0.0, "in people much else counts that the model does not have"),
    )


def _limited(squatter: Squatter, people: People) -> Compared:
    stiff, free = (_at(_with_ankle(squatter, degrees), people) for degrees in (_LIMITED_DEG, _FREE_DEG))
    lean, hip = stiff.lean[:, 0] - free.lean[:, 0], stiff.hip_flexion[:, 0] - free.hip_flexion[:, 0]
    return Compared(
        "limited-dorsiflexion-squat-trunk",
        f"at {_AT_DEG:.0f} degrees of knee flexion, ankles of {_LIMITED_DEG:.0f} against {_FREE_DEG:.0f}: trunk "
        f"{_told(DEGREES_PER_RADIAN * lean)} degrees further forward, hips bent {_told(DEGREES_PER_RADIAN * hip)} more; knees that "
        "fall inward it cannot tell",
        _direction(bool(np.nanmedian(lean) > 0.0 and np.nanmedian(hip) > 0.0)),
    )


def _heels(squatter: Squatter, people: People) -> Iterator[Compared]:
    lifted = {heel: squatter.changed((Change("heel_m", heel),)) for heel in _HEELS_M}
    flat, before = _deepest(squatter, people), _at(squatter, people, degrees=_DEEP_DEG)
    depths = {heel: _deepest(one, people) - flat for heel, one in lifted.items()}
    ways = {heel: _at(one, people, degrees=_DEEP_DEG) for heel, one in lifted.items()}
    mass = squatter.body.weight_n / constant("body.gravity").value
    leans = {heel: DEGREES_PER_RADIAN * (way.lean - before.lean)[:, 0] for heel, way in ways.items()}
    knees = {heel: (way.moments.knee - before.moments.knee)[:, 0] / mass for heel, way in ways.items()}
    for code, unit, found, sign in (
        ("depth", "degrees", depths, 1.0),
        ("trunk", "degrees", leans, -1.0),
        ("knee", "Nm/kg", knees, 1.0),
    ):
        decimals = 2 if unit == "Nm/kg" else 0
        said = "; ".join(f"{1000 * heel:.0f} mm: {_told(change, decimals)} {unit}" for heel, change in found.items())
        where = "" if code == "depth" else f", at {_DEEP_DEG:.0f} degrees of knee flexion"
        agrees = all(sign * np.nanmean(change) > 0.0 for change in found.values())
        little = any(abs(float(np.nanmedian(change))) < 0.2 * float(np.nanstd(change)) for change in found.values())
        beside = "but only on average: free ankles gain little" if little else "no size to compare"
        yield Compared(f"monteiro-2022-{code}", said + where, _direction(agrees, beside))


def _forward(squatter: Squatter, people: People) -> Compared:
    rear, front = (_at(squatter, people, np.full((people.draws + 1, 1), share)) for share in (_REAR, _FRONT))
    scale = constant("body.gravity").value / squatter.body.weight_n / constant("claim_test.stature").si
    knee, ankle = (scale * (getattr(front.moments, joint) - getattr(rear.moments, joint))[:, 0] for joint in ("knee", "ankle"))
    study = effects()["ishida-2022-knee"]
    middle = float(np.nanmedian(knee))
    where = "inside" if study.low <= middle <= study.high else "outside"
    return Compared(
        "ishida-2022-knee",
        f"at {_AT_DEG:.0f} degrees of knee flexion the knee {_told(knee, 3)}, the ankle {_told(ankle, 3)} Nm/kg/m",
        _direction(
            middle < 0.0 < float(np.nanmedian(ankle)),
            f"size {where} the study's interval",
        ),
    )


def _shares(squatter: Squatter, people: People) -> Compared:
    """Return how the knee's share goes with posture, among draws of which each has its weight elsewhere on the foot."""
    where = np.random.default_rng(0).uniform(_REAR, _FRONT, (people.draws + 1, 1))
    way = _at(squatter, people, where)
    moments = way.moments
    share = (moments.knee / (moments.hip + moments.knee + moments.ankle))[:, 0]
    posture = {"shin": way.shank[:, 0], "weight": way.pressure[:, 0], "trunk": way.lean[:, 0]}
    known = np.isfinite(share)
    goes = {name: _rank_correlation(values[known], share[known]) for name, values in posture.items()}
    agrees = goes["shin"] > 0.0 > max(goes["weight"], goes["trunk"])
    said = ", ".join(f"{name} {rank:.2f}" for name, rank in goes.items())
    return Compared(
        "support-moment-2022-share",
        f"at {_AT_DEG:.0f} degrees the knee's share goes by rank with {said}, one by one",
        _direction(agrees, "one by one, not beside each other as in the study"),
    )


def _depths(squatter: Squatter, people: People) -> Iterator[str]:
    reached = {degrees: _deepest(_with_ankle(squatter, float(degrees)), people) for degrees in _SKETCH}
    yield from paragraph(
        f"The made-up person is {constant('claim_test.stature').value:.0f} cm tall and weighs "
        f"{constant('claim_test.mass').value:.0f} kg, "
        f"with arms {_ARMS}; hip, knee, lengths, masses and where the foot carries weight are drawn {people.draws} times. "
        "The middle of the deepest knee flexions, in brackets where nine draws of ten lie:"
    )
    yield ""
    yield "| dorsiflexion, degrees | deepest knee flexion, degrees | planar sketch with textbook proportions |"
    yield "|---|---|---|"
    for degrees, deep in reached.items():
        yield f"| {degrees} | {_told(deep)} | {_SKETCH[degrees]} |"
    middles = [float(np.median(deep)) for deep in reached.values()]
    steep = (middles[2] - middles[0]) / 10.0
    yield ""
    yield from paragraph(
        f"From 10 to 20 degrees that is {steep:.1f} degrees of knee flexion for each of dorsiflexion, where the sketch had 2.5. "
        f"The sketch ended at 145 degrees, the model's knee ends at {constant('squat_model.most_knee').value:.0f}."
    )


def _with_ankle(squatter: Squatter, degrees: float) -> Squatter:
    """Return the person with ankles that are known to go so far."""
    ankle = Range(float(np.deg2rad(degrees)), 0.0, "typed")
    ranges = {**squatter.ranges, "knee_to_wall_deg": dict.fromkeys(SIDES, ankle)}
    return Squatter(squatter.body, squatter.lengths_sd, ranges, squatter.arms)


def _deepest(squatter: Squatter, people: People) -> Drawn:
    return np.asarray(DEGREES_PER_RADIAN * squatting(squatter, people).deepest())


def _at(
    squatter: Squatter, people: People, pressure: Float[np.ndarray, "draw 1"] | None = None, degrees: float = _AT_DEG
) -> Postures:
    depth = np.full((people.draws + 1, 1), np.deg2rad(degrees))
    return squatting(squatter, people).postures(depth, pressure)


def _told(drawn: Drawn, decimals: int = 0) -> str:
    value = ranged(drawn)
    middle, low, high = (
        f"{round(number, decimals) + 0.0:.{decimals}f}".replace("-", "−") for number in (value.value, value.low, value.high)
    )
    return f"{middle} ({low} to {high})"


def _found(key: str) -> str:
    effect = effects()[key]
    if np.isfinite(effect.low):
        return f"{effect.low:g} to {effect.high:g} {effect.unit}".replace("-", "−")
    return f"effect size {effect.estimate:g}".replace("-", "−") if np.isfinite(effect.estimate) else effect.note.rstrip(".")


def _direction(agrees: bool, beside: str = "") -> str:
    verdict = "direction agrees" if agrees else "**direction disagrees**"
    return f"{verdict}; {beside}" if beside else verdict


def _rank_correlation(one: Drawn, other: Drawn) -> float:
    first, second = (np.argsort(np.argsort(values)).astype(float) for values in (one, other))
    return float(np.corrcoef(first, second)[0, 1])


def _explained(causes: Float[np.ndarray, "draw cause"], outcome: Drawn) -> float:
    """Return the share of differences that straight lines explain."""
    table = np.column_stack([np.ones_like(outcome), causes])
    left = outcome - table @ np.linalg.lstsq(table, outcome, rcond=None)[0]
    return float(1.0 - left.var() / outcome.var())
