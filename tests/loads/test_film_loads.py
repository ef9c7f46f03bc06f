"""A film from the side: one leg, every draw of its angles, and nothing where it shows nothing."""

from functools import cache

import numpy as np
import pytest
import xarray as xr

from bodies import PERSON, body, squat_posture, strong
from kinechain.app.loads import body_loads
from kinechain.core.types import SIDES, Loads, Motion
from kinechain.loads.film import film_loads
from kinechain.loads.posture import SagittalPosture, take_posture
from kinechain.loads.uncertainty import Chance

TOLD = {"mass_kg": PERSON.mass_kg, "load_kg": 0.0, "body_model": "test"}
DEEPEST = 75
NEEDED = ("knee_flexion", "shank_inclination", "trunk_lean", "foot_pitch")


def filmed(spread_deg: float, draws: int = 60, deepest_deg: float = 90.0, seconds: float = 4.0) -> Motion:
    """A squat of the right leg as a film tells it; every draw is off by one shift of each angle."""
    posture = squat_posture(deepest_deg, seconds)
    rng = np.random.default_rng(4)
    curves = {name: getattr(posture, name) for name in NEEDED}
    variables, drawn = {}, {}
    for name, curve in curves.items():
        sided = name != "trunk_lean"
        dims: tuple[str, ...] = ("time", "side") if sided else ("time",)
        values = np.column_stack([np.full_like(curve, np.nan), curve]) if sided else curve
        spread = np.where(np.isfinite(values), np.deg2rad(spread_deg), np.nan)
        variables |= {name: (dims, values, {"units": "rad"}), f"{name}_sd": (dims, spread, {"units": "rad"})}
        shifts = np.deg2rad(spread_deg) * rng.normal(size=draws) * (name != "foot_pitch")
        drawn[name] = (("draw", *dims), values + shifts.reshape(-1, *([1] * values.ndim)), {"units": "rad"})
    coordinates = {"time": posture.time_s, "side": list(SIDES)}
    return Motion(xr.Dataset(variables, coords=coordinates), xr.Dataset(drawn, coords=coordinates))


@cache
def plain() -> Loads:
    """The loads of a film whose angles are good to a degree."""
    return loads_of(filmed(1.0))


def loads_of(motion: Motion) -> Loads:
    loads = film_loads(motion, "right", slice(0, motion.time_s.size), strong(), body().tree, TOLD, Chance(draws=40))
    assert loads is not None
    return loads


def test_a_plain_squat_to_ninety_degrees_asks_of_the_knee_what_textbooks_show() -> None:
    loads = plain()
    extension = -loads.values("moment", "right", "knee_angle") / PERSON.mass_kg
    flexion = np.rad2deg(loads.values("angle", "right", "knee_angle"))
    assert flexion.max() == pytest.approx(90.0, abs=2.0)
    assert 0.5 < extension.max() < 1.1
    assert abs(int(np.argmax(extension)) - DEEPEST) < 10
    assert extension[:10].max() < 0.2


def test_the_leg_that_nobody_saw_has_no_moments() -> None:
    dataset = plain().dataset
    assert np.isnan(dataset["moment"].sel(side="left").values).all()
    assert dataset.attrs["seen"] == "right"


@pytest.mark.soak
def test_angles_less_sure_make_moments_less_sure() -> None:
    spreads = [loads_of(filmed(deg)).values("moment_sd", "right", "knee_angle")[DEEPEST] for deg in (0.01, 3.0, 6.0)]
    assert spreads[0] < spreads[1] < spreads[2]
    # What the draws bring in adds as variances: twice the error, four times the variance.
    between = [spread**2 - spreads[0] ** 2 for spread in spreads[1:]]
    assert between[1] == pytest.approx(4.0 * between[0], rel=0.35)


def test_the_interval_holds_the_moments_of_the_draws() -> None:
    motion = filmed(4.0)
    loads = loads_of(motion)
    value, spread = (loads.values(name, "right", "knee_angle")[DEEPEST] for name in ("moment", "moment_sd"))
    assert motion.draws is not None
    others = []
    for number in range(40):
        drawn = {name: motion.drawn(name, None if name == "trunk_lean" else "right")[number] for name in NEEDED}
        borne = body_loads(body(), take_posture(body(), SagittalPosture(motion.time_s, **drawn)), PERSON)
        others.append(borne.values("moment", "right", "knee_angle")[DEEPEST])
    assert np.mean(np.abs(np.array(others) - value) < 1.645 * spread) >= 0.8


def test_a_film_of_half_a_second_tells_nothing() -> None:
    motion = filmed(1.0)
    short = Motion(motion.dataset.isel(time=slice(0, 15)), None)
    assert film_loads(short, "right", slice(0, 15), strong(), body().tree, TOLD) is None


def test_a_long_gap_parts_the_film_and_the_longer_part_is_told() -> None:
    motion = filmed(1.0)
    gap = motion.dataset.copy()
    gap["knee_flexion"] = gap["knee_flexion"].where((gap["time"] < 1.2) | (gap["time"] > 1.8))
    loads = loads_of(Motion(gap, motion.draws))
    assert loads.time_s[0] == pytest.approx(1.8, abs=0.05)


def test_the_same_film_gives_the_same_loads() -> None:
    xr.testing.assert_identical(plain().dataset, loads_of(filmed(1.0)).dataset)
