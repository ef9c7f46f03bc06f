"""What would change if one link were freer? One person's predicted squat, before and after, of the same draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import UsageError
from kinechain.core.types import Ranged
from kinechain.core.units import INTERVAL_LEVEL
from kinechain.evidence import constant
from kinechain.loads.patellofemoral import classify
from kinechain.loads.predicted_squat import Postures
from kinechain.loads.sagittal_chain import Places
from kinechain.loads.squat_loads import squat_loads
from kinechain.loads.squatter import Change, People, Squatter, squatting
from kinechain.loads.uncertainty import Chance
from kinechain.maths.draws import interval_of

#: The rows of an answer with their units; of the deepest squat first, then where both, before and after, are well in reach.
ROWS: Mapping[str, str] = {
    "depth": "rad",
    "thigh": "rad",
    "lean_deepest": "rad",
    "lean": "rad",
    "knee_moment": "Nm/kg",
    "demand": "1",
    "kneecap": "BW",
}


@dataclass(frozen=True)
class Row:
    """One quantity before and after; `at` is the bend of the knee (rad) at which both are told, NaN for the deepest of each."""

    code: str
    unit: str
    at: float
    before: Ranged
    after: Ranged
    change: Ranged


@dataclass(frozen=True)
class Figure:
    """Where the joints of the person in the middle of all draws are at the deepest (forward, up, m, from the ankle).

    `centre` is how far forward the body's weight lies, `knee` the bend of the knee and `lean` that of the trunk (rad).
    """

    points: Mapping[str, complex]
    centre: float
    knee: float
    lean: float
    heel_m: float


@dataclass(frozen=True)
class WhatIf:
    """An answer: what was changed, how ranges are known, and the squat before and after.

    `kneecap_class` are places in `Loads.CLASSES` at `at` (rad), before and after, -1 where none is told. `reached` is the share of
    draws that reach the bend `at`, before and after.
    """

    before: Squatter
    after: Squatter
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    at: float
    kneecap_class: tuple[int, int]
    reached: tuple[float, float]
    figures: tuple[Figure, Figure]
    chance: Chance


def compare(squatter: Squatter, changes: Sequence[Change], chance: Chance | None = None) -> WhatIf:
    """Return what changes would do to someone's squat, all of them together."""
    if not changes:
        do = "Say for instance --dorsiflexion +5 or --heel-cm 2."
        raise UsageError("something to change", "nothing", do)
    chance = chance or Chance()
    people = People.by(chance)
    both = squatter, squatter.changed(changes)
    deepest = [squatting(one, people).deepest() for one in both]
    share, step = constant("squat_model.compared_at").value, constant("squat_model.compared_step").si
    middle = [float(np.median(deep)) for deep in deepest]
    at = float(np.floor(share * min(middle) / step + 1e-9) * step)
    typical = int(np.argmin(sum(np.abs(deep - half) for deep, half in zip(deepest, middle, strict=True))))
    squats = [_Squat.of(one, deep, at, typical, people) for one, deep in zip(both, deepest, strict=True)]
    rows = (
        Row(
            code,
            ROWS[code],
            place,
            ranged(squats[0].values[code]),
            ranged(squats[1].values[code]),
            ranged(squats[1].values[code] - squats[0].values[code]),
        )
        for code, place in squats[0].places.items()
    )
    return WhatIf(
        before=squatter,
        after=both[1],
        changes=tuple(changes),
        rows=tuple(rows),
        at=at,
        kneecap_class=(squats[0].kneecap_class, squats[1].kneecap_class),
        reached=tuple(float((deep >= at).mean()) for deep in deepest),  # type: ignore[arg-type] # of two there are two
        figures=(squats[0].figure, squats[1].figure),
        chance=chance,
    )


@dataclass(frozen=True)
class _Squat:
    """One squat of all draws: by row its values and the bend at which they are told, the kneecap's class, a typical figure."""

    values: Mapping[str, Float[np.ndarray, " draw"]]
    places: Mapping[str, float]
    kneecap_class: int
    figure: Figure

    @classmethod
    def of(cls, squatter: Squatter, deepest: Float[np.ndarray, " draw"], at: float, typical: int, people: People) -> "_Squat":
        """Return a squat, told at its deepest, at a bend of the knee `at`, and for the kneecap no deeper than numbers are told.

        The draw `typical` stands for all in the picture.
        """
        numbers = min(at, constant("patellofemoral.numbers_up_to").value * np.pi / 180.0)
        places = np.column_stack([deepest, np.full_like(deepest, at), np.full_like(deepest, numbers)])
        postures = squatting(squatter, people).postures(places)
        loads = squat_loads(squatter, postures, people)
        weight = squatter.body.weight_n
        mass = weight / constant("body.gravity").value
        values = {
            "depth": deepest,
            "thigh": postures.thigh_lean[:, 0] - 0.5 * np.pi,
            "lean_deepest": postures.lean[:, 0],
            "lean": postures.lean[:, 1],
            "knee_moment": postures.moments.knee[:, 1] / mass,
            "demand": loads.demand[:, 1],
            "kneecap": loads.kneecap[:, 2] / weight,
        }
        told = dict(zip(ROWS, (np.nan, np.nan, np.nan, at, at, at, numbers), strict=True))
        order = classify(np.array([ranged(loads.unclassed[:, 1]).value]), np.array([at]), weight)
        return cls(values, told, int(order[0]), _figure(squatter, postures, typical))


def _figure(squatter: Squatter, postures: Postures, draw: int) -> Figure:
    legs, upper = postures.legs, postures.upper

    def of(place: Places) -> complex:
        return complex(place[draw, 0])

    hip = of(legs.hip)
    points = {
        "heel": of(postures.soles[0]),
        "toe": of(postures.soles[1]),
        "ankle": 0j,
        "knee": of(legs.knee),
        "hip": hip,
        "back": hip + of(upper.back),
        "shoulder": hip + of(upper.shoulder),
        "hand": hip + of(upper.hand),
    }
    heel, toe = points["heel"].real, points["toe"].real
    centre = heel + float(postures.pressure[draw, 0]) * (toe - heel)
    return Figure(points, centre, float(postures.knee[draw, 0]), float(postures.lean[draw, 0]), squatter.heel_m)


def ranged(drawn: Float[np.ndarray, " draw"]) -> Ranged:
    """Return the middle of what might be so, and its interval; NaN where half of the draws or more tell nothing.

    The middle, not what the likeliest lengths and ranges give: depth ends at the knee's own end, so that most that is not known
    can only take from it.
    """
    known = np.isfinite(drawn)
    value = np.median(drawn[known]) if known.mean() > 0.5 else np.nan
    low, high = interval_of(np.array([value]), drawn[:, None], INTERVAL_LEVEL)
    return Ranged(float(value), float(low[0]), float(high[0]))
