"""What muscles, kneecap and knee bear over a movement, and how sure that is: read from whole `Loads`, drawn a few times."""

import io
from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import xarray as xr

import kinechain.loads.uncertainty as uncertainty
from bodies import PERSON, held, squat_posture, strong
from kinechain.app.loads import strong_body
from kinechain.body.strength import Reading, knee_extension_norm
from kinechain.core.sourced import Sourced
from kinechain.core.types import SIDES, Coordinates, Loads, Motion
from kinechain.evidence import constant
from kinechain.io.tables import loads_bytes
from kinechain.loads.film import film_loads
from kinechain.loads.joint_moments import as_loads, compute_borne
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.motion import differentiate
from kinechain.loads.muscle_loads import Frames, add_muscles, thinned
from kinechain.loads.patellofemoral import compute_contact_area
from kinechain.loads.posture import take_posture
from kinechain.loads.uncertainty import Chance, Unknowns

WEIGHT_N = PERSON.mass_kg * constant("body.gravity").value
TOLD: Mapping[str, str | float] = {"mass_kg": PERSON.mass_kg, "load_kg": 0.0, "body_model": "test", "ground": "estimated"}
DRAWS = 40


def loads_of(
    motion: Coordinates,
    body: StrongBody | None = None,
    chance: Chance | None = None,
    every: int = 1,
    sides: tuple[str, ...] = SIDES,
) -> Loads:
    """The loads of a motion as it is; `every` how many frames is drawn."""
    body, chance = body or strong(), chance or Chance(DRAWS)
    moving = differentiate(body.model.tree, motion, dict(body.model.rest))
    borne = compute_borne(moving, body.model.within(moving.coordinates, body.model.leg_coordinates))
    frames = np.arange(moving.time_s.size)
    thin = np.unique(np.append(frames[::every], frames[-1]))
    rows = Frames(frames, np.tile(thin, (chance.draws, 1)), thin)
    drawn = Unknowns.drawn(np.random.default_rng(chance.seed), chance.draws)
    return add_muscles(as_loads(borne, moving.time_s, {**TOLD, "seed": chance.seed}), body, moving, borne, rows, drawn, sides)


def bent(deepest_deg: float, seconds: float = 2.0) -> Coordinates:
    return take_posture(strong().model, squat_posture(deepest_deg, seconds))


@cache
def plain() -> Loads:
    """A squat to 85 degrees."""
    return loads_of(bent(85.0))


@cache
def deep() -> Loads:
    """A squat to 122 degrees: past where numbers are given, and past where a class is."""
    return loads_of(bent(122.0), sides=("right",), chance=Chance(20))


def flexion_deg(loads: Loads, side: str = "right") -> np.ndarray:
    return np.rad2deg(loads.values("angle", side, "knee_angle"))


def width(loads: Loads, name: str) -> float:
    """How wide the interval is at the deepest moment, as a share of the value."""
    at = int(flexion_deg(loads).argmax())
    low, value, high = (loads.of_leg(f"{name}{end}", "right")[at] for end in ("_low", "", "_high"))
    return float((high - low) / value)


def filmed(side: str = "right", spread_deg: float = 1.0) -> Motion:
    """A squat of two seconds as a film tells it, one leg seen, without draws of its own."""
    posture, variables = squat_posture(80.0, 2.0), {}
    for name in ("knee_flexion", "shank_inclination", "trunk_lean", "foot_pitch"):
        curve = getattr(posture, name)
        sided = name != "trunk_lean"
        dims: tuple[str, ...] = ("time", "side") if sided else ("time",)
        values = np.column_stack([curve if side == one else np.full_like(curve, np.nan) for one in SIDES]) if sided else curve
        spread = np.where(np.isfinite(values), np.deg2rad(spread_deg), np.nan)
        variables |= {name: (dims, values, {"units": "rad"}), f"{name}_sd": (dims, spread, {"units": "rad"})}
    return Motion(xr.Dataset(variables, coords={"time": posture.time_s, "side": list(SIDES)}))


@cache
def of_film() -> Loads:
    motion = filmed()
    told = {name: value for name, value in TOLD.items() if name != "ground"}
    loads = film_loads(motion, "right", slice(0, motion.time_s.size), strong(), strong().model.tree, told, Chance(20, 5))
    assert loads is not None
    return loads


def test_the_same_seed_gives_the_same_loads_to_the_last_digit() -> None:
    again = loads_of(bent(85.0))
    xr.testing.assert_identical(again.dataset, plain().dataset)
    assert again.draws is not None
    xr.testing.assert_identical(again.draws, plain().draws)


def test_another_seed_gives_other_draws_of_the_same_best_estimate() -> None:
    other = loads_of(bent(85.0), chance=Chance(DRAWS, seed=1))
    for name in ("activation", "muscle_force", "reserve", *Loads.DRAWN):
        np.testing.assert_array_equal(other.dataset[name].values, plain().dataset[name].values)
    for name in Loads.DRAWN:
        first, second = (loads.drawn(name, "right")[:, 45] for loads in (plain(), other))
        assert not np.isclose(first, second).any()
        # Of the same distribution nevertheless: medians of forty draws are sure to some sixth of their scatter.
        assert abs(np.median(first) - np.median(second)) < first.std()


@pytest.mark.parametrize("name", [*Loads.DRAWN, "activation", "muscle_force"])
def test_intervals_hold_the_value_and_most_draws(name: str) -> None:
    low, value, high = (plain().dataset[f"{name}{end}"].values for end in ("_low", "", "_high"))
    assert np.isfinite(low).all()
    assert (low <= value).all()
    assert (value <= high).all()
    if name in Loads.DRAWN:
        draws = plain().drawn(name, "right")
        inside = (draws >= low[:, 1] - 1e-9) & (draws <= high[:, 1] + 1e-9)
        assert inside.mean() == pytest.approx(0.9, abs=0.06)


def test_lever_arms_less_known_make_the_kneecaps_force_less_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(factor: float) -> Loads:
        def row(key: str) -> Sourced:
            found = constant(key)
            return replace(found, value=factor * found.value) if key.startswith("muscle.arm_spread") else found

        monkeypatch.setattr(uncertainty, "constant", row)
        return loads_of(bent(85.0), sides=("right",), every=5)

    widths = [width(changed(factor), "patellofemoral_force") for factor in (0.0, 1.0, 2.0)]
    assert widths[0] < widths[1] < widths[2]
    assert widths[2] > 1.3 * widths[0]


def test_a_dynamometers_reading_makes_demand_surer() -> None:
    moment = knee_extension_norm(PERSON).value
    read = strong_body(PERSON, readings=(Reading(moment, per_kg=True),))
    # The same strength, but known better; shallow enough that nothing is spent.
    motion = bent(70.0)
    by_norm, by_reading = (loads_of(motion, body, every=5, sides=("right",)) for body in (strong(), read))
    at = int(flexion_deg(by_norm).argmax())
    values = [loads.of_leg("quadriceps_demand", "right")[at] for loads in (by_norm, by_reading)]
    assert values[1] == pytest.approx(values[0], rel=1e-6)
    assert width(by_reading, "quadriceps_demand") < 0.85 * width(by_norm, "quadriceps_demand")


def test_a_long_motion_is_drawn_at_fewer_frames() -> None:
    assert thinned(300, 200).size == 300
    frames = thinned(3001, 200)
    assert 3001 * 200 / frames.size / 200 == pytest.approx(11, rel=0.05)
    assert (frames[0], frames[-1]) == (0, 3000)


def test_fewer_frames_drawn_tell_the_same_intervals() -> None:
    thin = loads_of(bent(85.0), every=4)
    assert thin.draws is not None
    assert thin.draws.sizes["time"] < 0.3 * thin.time_s.size
    for name in ("activation", "patellofemoral_force", "tibiofemoral_force"):
        np.testing.assert_array_equal(thin.dataset[name].values, plain().dataset[name].values)
    for name in Loads.DRAWN:
        assert thin.drawn(name, "right").shape == plain().drawn(name, "right").shape
        for end in ("_low", "_high"):
            full, few = (loads.of_leg(f"{name}{end}", "right") for loads in (plain(), thin))
            # Where a muscle sets in, draws at an eighth of a second miss the moment: 4 % of the peak in three frames of ninety.
            assert few == pytest.approx(full, abs=0.05 * np.nanmax(full))
            assert np.median(np.abs(few - full)) < 0.01 * np.nanmax(full)


def test_past_ninety_degrees_a_class_and_past_a_hundred_and_ten_nothing() -> None:
    loads = deep()
    bend, force, step, explained = (
        flexion_deg(loads),
        *(loads.of_leg(name, "right") for name in ("patellofemoral_force", "patellofemoral_class", "explained")),
    )
    assert bend.max() > 115.0
    for name in ("patellofemoral_force", "patellofemoral_stress", "patellofemoral_force_low", "patellofemoral_force_method_high"):
        np.testing.assert_array_equal(np.isfinite(loads.of_leg(name, "right")), bend <= 90.0)
    for name in ("patellofemoral_force", "patellofemoral_stress"):
        assert np.isnan(loads.drawn(name, "right")[:, bend > 90.0]).all()
    assert (step[bend > 110.0] == -1).all()
    assert (step[explained == 0.0] == -1).all()
    told = (bend <= 110.0) & (explained == 1.0)
    assert (step[told] >= 0).all()
    shallow = told & (bend <= 90.0)
    assert (step[shallow & (force < 1.0 * WEIGHT_N)] == 0).all()
    assert np.isfinite(loads.of_leg("tibiofemoral_force", "right")).all(), "which holds however deep"


def test_muscles_that_are_spent_explain_nothing() -> None:
    """A person with a twentieth of the vasti: deep down they are spent, and the rest is made by nobody."""
    weak = strong_body(PERSON, weakness={f"{name}_{side[0]}": 0.05 for name in ("vasmed", "vaslat", "vasint") for side in SIDES})
    loads = loads_of(bent(85.0), weak, Chance(20), every=10, sides=("right",))
    at = int(flexion_deg(loads).argmax())
    assert loads.of_leg("activation", "right", "vaslat")[at] == pytest.approx(1.0)
    assert loads.of_leg("explained", "right")[at] == 0.0
    assert loads.of_leg("patellofemoral_class", "right")[at] == -1
    assert plain().of_leg("explained", "right")[at] == 1.0
    assert plain().of_leg("patellofemoral_class", "right")[at] >= 1


def test_nothing_is_told_of_the_leg_that_nobody_saw() -> None:
    dataset = of_film().dataset.sel(side="left")
    muscles = [name for name, values in of_film().dataset.data_vars.items() if name not in plain_joints() and "side" in values.dims]
    assert len(muscles) > 20
    for name in muscles:
        values = dataset[name].values
        if name == "patellofemoral_class":
            assert (values == -1).all()
        elif name == "explained":
            assert not values.any()
        else:
            assert np.isnan(values).all(), name
    seen = of_film().dataset.sel(side="right")
    assert np.isfinite(seen["activation"].values).all()
    for name in Loads.DRAWN:
        assert np.isnan(of_film().drawn(name, "left")).all()
        assert np.isfinite(of_film().drawn(name, "right")).all()


def plain_joints() -> set[str]:
    """The variables that loads without muscles have."""
    told = {"moment", "moment_sd", "moment_per_cop", "angle", "ground_force", "ground_force_sd", "centre_of_pressure"}
    return told | {"centre_of_pressure_sd", "residual_force", "residual_moment", "modelled"}


def test_a_film_less_sure_of_its_angles_makes_kneecaps_less_sure() -> None:
    told = {name: value for name, value in TOLD.items() if name != "ground"}
    widths = []
    for spread_deg in (0.1, 8.0):
        motion = filmed(spread_deg=spread_deg)
        loads = film_loads(motion, "right", slice(0, motion.time_s.size), strong(), strong().model.tree, told, Chance(DRAWS))
        assert loads is not None
        widths.append(width(loads, "patellofemoral_force"))
    assert widths[1] > 1.2 * widths[0]


def test_stress_is_force_over_area() -> None:
    at = int(flexion_deg(plain()).argmax())
    area = compute_contact_area(np.deg2rad(flexion_deg(plain())[at : at + 1]), None).area[0]
    assert 3e-4 < area < 7e-4
    force, stress = (plain().of_leg(name, "right")[at] for name in ("patellofemoral_force", "patellofemoral_stress"))
    assert stress == pytest.approx(force / area, rel=1e-9)
    assert stress == pytest.approx(force / 5e-4, rel=0.5)


def test_methods_differ_around_the_models_own() -> None:
    force, low, high = (plain().of_leg(f"patellofemoral_force{end}", "right") for end in ("", "_method_low", "_method_high"))
    assert (low <= force).all()
    assert (force <= high).all()
    deepest = int(flexion_deg(plain()).argmax())
    assert high[deepest] > 1.1 * low[deepest]


def test_a_knee_stood_on_bears_half_the_body_and_what_muscles_pull() -> None:
    """Quietly upright each knee carries half the weight less shank and foot (6 %), and muscles press it together on top of that."""
    still = held({"knee_flexion": 5.0, "shank_inclination": 4.0, "trunk_lean": 2.0})
    loads = loads_of(take_posture(strong().model, still), chance=Chance(20), every=20)
    for side in SIDES:
        knee = loads.of_leg("tibiofemoral_force", side)
        assert (knee > 0.44 * WEIGHT_N).all()
        assert (knee < 1.0 * WEIGHT_N).all()
        assert knee == pytest.approx(np.median(knee), rel=0.02)


def test_moments_that_are_hidden_stay_so_though_muscles_are_told() -> None:
    for coordinate in ("hip_adduction", "hip_rotation", "subtalar_angle"):
        assert np.isnan(plain().values("moment", "right", coordinate)).all()
    assert np.isfinite(plain().values("moment", "right", "hip_flexion")).all()
    assert np.isfinite(plain().of_leg("activation", "right", "glmed1")).all()


@pytest.mark.parametrize(("every", "named"), [(1, "time"), (4, "drawn_time")])
def test_what_is_written_is_read_back_draws_and_all(every: int, named: str) -> None:
    loads = plain() if every == 1 else loads_of(bent(85.0), chance=Chance(20), every=every)
    assert loads.draws is not None
    with xr.open_dataset(io.BytesIO(loads_bytes(loads)), engine="scipy") as opened:
        again = opened.load()
    drawn = {f"{name}_draws" for name in Loads.DRAWN}
    assert set(again.data_vars) == {*loads.dataset.data_vars, *drawn}
    for name, values in loads.dataset.data_vars.items():
        np.testing.assert_array_equal(again[name].values, values.values)
        assert again[name].attrs["units"] == values.attrs["units"]
    for name in Loads.DRAWN:
        assert again[f"{name}_draws"].dims == ("draw", named, "side")
        assert again[f"{name}_draws"].dtype == np.float32
        assert again[f"{name}_draws"].attrs == loads.draws[name].attrs
        np.testing.assert_allclose(again[f"{name}_draws"].values, loads.draws[name].values, rtol=1e-6)
    np.testing.assert_allclose(again[named].values, loads.draws["time"].values)
    assert again[named].attrs["units"] == "s"
