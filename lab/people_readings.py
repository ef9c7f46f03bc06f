"""What does the model say where studies say something? Loads read near 80 to 90 degrees, at their peak and on the way down.

Only frames that muscles explain are judged. Forces in body weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite, nan

import numpy as np
from jaxtyping import Bool, Float
from numpy.polynomial.polynomial import polyval

from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import GROUPS
from kinechain.core.sourced import Sourced
from kinechain.core.types import Loads
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.evidence import constant
from kinechain.loads.peaks import knee_flexion, modelled, moment_per_kg
from lab.people import Shown

#: Knee flexion (degrees): where forces are compared, where a person stands, and where the vasti are read on the way down.
NEAR, STANDING, BENDS = (80.0, 90.0), 15.0, (20.0, 50.0, 80.0, 100.0)
VASTI = ("vasmed", "vaslat", "vasint")

Curve = Float[np.ndarray, " time"]
Frames = Bool[np.ndarray, " time"]


class Agreement(StrEnum):
    """How model and study lie to each other."""

    MEETS = "meets"
    DIFFERS = "does not meet"
    NOT_EXPLAINED = "not explained"
    CANNOT_JUDGE = "cannot judge"


@dataclass(frozen=True)
class Span:
    """A value and from where to where it may lie."""

    value: float
    low: float
    high: float

    def united(self, other: "Span") -> "Span":
        """Return the value with both spans together."""
        return Span(self.value, min(self.low, other.low), max(self.high, other.high))


@dataclass(frozen=True)
class Near:
    """Medians over the frames near 80 to 90 degrees that muscles explain, over all of them where they explain none.

    `frames` in all and how many of them are `explained`; the knee's moment in Nm/kg, `demand` as a share; forces in body weights:
    on the kneecap with its interval and with the spread of `methods`, between shin and thigh, and what the quadriceps pull.
    """

    frames: int
    explained: int
    moment: float
    demand: float
    kneecap: Span
    methods: Span
    shin: Span
    quadriceps: float


@dataclass(frozen=True)
class Peak:
    """The largest force between shin and thigh, and how far the knee is bent there."""

    force: Span
    degrees: float


def judge(model: Span, study: Span, explained: bool) -> Agreement:
    """Return how two spans lie to each other; where muscles do not explain the model's frames, nothing is judged.

    >>> judge(Span(5.0, 3.0, 8.0), Span(2.5, 2.0, 3.0), explained=True)
    <Agreement.MEETS: 'meets'>
    """
    if not explained:
        return Agreement.NOT_EXPLAINED
    if not all(isfinite(end) for end in (model.low, model.high, study.low, study.high)):
        return Agreement.CANNOT_JUDGE
    return Agreement.MEETS if model.low <= study.high and study.low <= model.high else Agreement.DIFFERS


def span_of(row: Sourced) -> Span:
    """Return what a study says: its mean with what nine of ten lie within, where it tells a spread, else the mean alone."""
    reach = INTERVAL_HALF_WIDTH * row.sd if isfinite(row.sd) else 0.0
    return Span(row.value, row.value - reach, row.value + reach)


def asked_of_kneecap() -> Span:
    """Return between what the kneecap's force (body weights) near 80 to 90 degrees should lie."""
    low, high = constant("people.patellofemoral_from").value, constant("people.patellofemoral_to").value
    return Span(0.5 * (low + high), low, high)


def read_near(shown: Shown, loads: Loads | None = None, bends: tuple[float, float] = NEAR) -> Near | None:
    """Return what a leg bears near 80 to 90 degrees; None where its knee is never bent so with its muscles known."""
    loads, side = loads or shown.loads, shown.side
    degrees = np.rad2deg(knee_flexion(loads, side))
    inside = (degrees >= bends[0]) & (degrees <= bends[1]) & modelled(loads)
    inside &= np.isfinite(loads.of_leg("patellofemoral_force", side))
    if not inside.any():
        return None
    explained = inside & loads.explained(side)
    told = explained if explained.any() else inside

    def force(name: str) -> Span:
        return Span(*(float(np.median(loads.of_leg(f"{name}{end}", side)[told])) / shown.weight_n for end in ("", "_low", "_high")))

    pull = np.sum([loads.of_leg("muscle_force", side, head) for head in GROUPS["quadriceps"]], axis=0)
    kneecap = force("patellofemoral_force")
    low, high = (np.median(loads.of_leg(f"patellofemoral_force_method_{end}", side)[told]) for end in ("low", "high"))
    return Near(
        frames=int(inside.sum()),
        explained=int(explained.sum()),
        moment=float(np.median(moment_per_kg(loads, "knee_extension_moment", side)[0][told])),
        demand=float(np.median(loads.of_leg("quadriceps_demand", side)[told])),
        kneecap=kneecap,
        methods=Span(kneecap.value, float(low) / shown.weight_n, float(high) / shown.weight_n),
        shin=force("tibiofemoral_force"),
        quadriceps=float(np.median(pull[told])) / shown.weight_n,
    )


def read_peak(shown: Shown, from_degrees: float = NEAR[0]) -> Peak | None:
    """Return the largest force between shin and thigh with the knee well bent, where muscles explain it; None where they do not."""
    loads, side = shown.loads, shown.side
    degrees = np.rad2deg(knee_flexion(loads, side))
    told = loads.explained(side) & (degrees >= from_degrees)
    force = np.where(told, loads.of_leg("tibiofemoral_force", side), np.nan)
    if not np.isfinite(force).any():
        return None
    frame = int(np.nanargmax(force))
    low, high = (float(loads.of_leg(f"tibiofemoral_force_{end}", side)[frame]) / shown.weight_n for end in ("low", "high"))
    return Peak(Span(float(force[frame]) / shown.weight_n, low, high), float(degrees[frame]))


def read_on_the_way_down(shown: Shown, curve: Curve, bends: Sequence[float] = BENDS) -> list[tuple[float, bool]]:
    """Return a curve where the knee bends past each of `bends` (degrees), mean of the squats, and whether muscles explain it.

    NaN where no squat passes a bend.
    """
    degrees = np.rad2deg(knee_flexion(shown.loads, shown.side))
    explained = shown.loads.explained(shown.side)
    read = []
    for bend in bends:
        passed = [_at_bend(degrees, start, deepest, bend) for start, deepest in shown.squats]
        known = [place for place in passed if place is not None]
        values = [float(curve[before] + share * (curve[before + 1] - curve[before])) for before, share in known]
        fine = all(explained[before] and explained[before + 1] for before, _ in known)
        read.append((float(np.mean(values)), fine) if values else (nan, False))
    return read


def _at_bend(degrees: Curve, start: int, deepest: int, bend: float) -> tuple[int, float] | None:
    """Return the last frame of the way down before a bend, and which share of the step to the next one leads to it."""
    down = degrees[start : deepest + 1]
    before = np.flatnonzero((down[:-1] <= bend) & (down[1:] > bend))
    if before.size == 0:
        return None
    at = start + int(before[-1])
    return at, float((bend - degrees[at]) / (degrees[at + 1] - degrees[at]))


def read_standing(shown: Shown) -> Span | None:
    """Return the force between shin and thigh of a leg that stands, where muscles explain it; None where they do not."""
    loads, side = shown.loads, shown.side
    degrees = np.rad2deg(knee_flexion(loads, side))
    standing = (degrees < STANDING) & loads.explained(side) & np.isfinite(loads.of_leg("tibiofemoral_force", side))
    if not standing.any():
        return None
    ends = ("", "_low", "_high")
    return Span(*(float(np.median(loads.of_leg(f"tibiofemoral_force{end}", side)[standing])) / shown.weight_n for end in ends))


def quadriceps_arm_mm(model: BodyModel, degrees: float, heads: Sequence[str] = GROUPS["quadriceps"]) -> float:
    """Return the generic leg's moment arm of the quadriceps at a bend of the knee, mean of their heads by strength."""
    values = np.array([[model.rest[name] for name in model.tree.coordinates]])
    values[0, model.tree.at["knee_angle_r"]] = np.deg2rad(degrees)
    arms = model.geometry.moment_arms(values, model.tree.coordinates)[0, :, model.tree.at["knee_angle_r"]]
    strength = {muscle.name: muscle.max_isometric_force_n for muscle in model.muscles}
    names = [f"{head}_r" for head in heads]
    own = [-1000.0 * float(arms[model.geometry.muscles.index(name)]) for name in names]
    return float(np.average(own, weights=[strength[name] for name in names]))


def formulae_mm(degrees: float) -> tuple[float, float]:
    """Return the lever arms of both published methods at a bend between 60 and 90 degrees."""
    cubic = polyval(degrees, [constant(f"patellofemoral.van_eijden_arm_{power}").value for power in range(4)])
    arm, slope = (constant(f"patellofemoral.piecewise_third_{what}").value for what in ("arm", "slope"))
    return float(cubic), 10.0 * (arm + slope * degrees)


def judge_kneecap(near: Near) -> Agreement:
    """Return whether the kneecap's force near 80 to 90 degrees, interval and methods together, meets what is asked of it."""
    return judge(near.kneecap.united(near.methods), asked_of_kneecap(), near.explained > 0)


def judge_shin(peak: Peak | None) -> Agreement:
    """Return whether the largest force between shin and thigh meets what implants measured of a knee bend."""
    study = span_of(constant("people.tibiofemoral_knee_bend"))
    return judge(Span(nan, -inf, inf), study, False) if peak is None else judge(peak.force, study, True)
