"""Loads made up by simple formulas, muscles and draws with them: what a report and its numbers are tried on. No engine ran."""

from statistics import NormalDist

import numpy as np
import xarray as xr

from kinechain.body.muscle_groups import GROUPS, group_of
from kinechain.core.types import SIDES, Loads
from kinechain.core.units import INTERVAL_LEVEL
from paper_squat import MASS_KG, G, paper_loads

#: A repetition takes so long; the first starts a second into the movement.
REPETITION_S, FIRST_S = 2.5, 1.0
DRAWS = 60
#: How far draws scatter, as a share of the best estimate; and what the published methods say of it.
SCATTER, METHOD_LOW, METHOD_HIGH = 0.1, 0.8, 1.4
#: The heads' shares of the quadriceps' force, and their strengths (N).
HEADS = {"recfem": 0.15, "vasmed": 0.22, "vaslat": 0.40, "vasint": 0.23}
STRENGTHS = {"recfem": 1500.0, "vasmed": 2000.0, "vaslat": 3000.0, "vasint": 1500.0}
#: How hard the other muscles work at a bend of 90 degrees, by their group, and the strength of each (N).
AT_90 = {"hamstrings": 0.12, "gluteals": 0.30, "hip_flexors": 0.02, "adductors": 0.15, "calf": 0.20, "shin": 0.08}
OTHER_STRENGTH = 1000.0
AREA_M2 = 5e-4
NUMBERS_UP_TO, CLASS_UP_TO = np.deg2rad(90.0), np.deg2rad(110.0)
MUSCLES = tuple(sorted(name for names in GROUPS.values() for name in names))

OF_COORDINATES = ("moment", "moment_sd", "moment_per_cop", "angle")

_LEG, _MUSCLE = ("time", "side"), ("time", "side", "muscle")


def made_loads(
    deepest_deg: float = 95.0, repetitions: int = 2, side_seen: str | None = None, explained: bool = True, seed: int = 0
) -> Loads:
    """The loads of a cosine squat with both feet alike, its muscles and 60 draws.

    Of `side_seen` alone where it is given. Not `explained`: frames bent past 70 degrees are marked so and carry no class.
    """
    loads = paper_loads(deepest_deg, count=repetitions)
    seen = np.array([side_seen in (None, side) for side in SIDES])
    knee = np.where(seen, loads.dataset["angle"].sel(coordinate="knee_angle").values, np.nan)
    moment = -loads.dataset["moment"].sel(coordinate="knee_angle").values
    arm = quadriceps_arm(knee)
    pull = np.maximum(moment / arm, 150.0)
    kneecap = (0.5 + 0.4 * knee) * pull
    told = np.where(knee <= NUMBERS_UP_TO, 1.0, np.nan)
    curves = {
        "quadriceps_demand": (pull / sum(STRENGTHS.values()), "1"),
        "patellofemoral_force": (told * kneecap, "N"),
        "patellofemoral_stress": (told * kneecap / AREA_M2, "Pa"),
        "tibiofemoral_force": (0.5 * MASS_KG * G + 0.8 * pull, "N"),
    }
    activation, force = _muscles(knee, pull)
    scales = _scales(seed)
    draws = {name: (("draw", *_LEG), scales[:, None, None] * values, {"units": unit}) for name, (values, unit) in curves.items()}
    sure = {name: (_LEG, values, unit) for name, (values, unit) in curves.items()}
    sure |= {"activation": (_MUSCLE, activation, "1"), "muscle_force": (_MUSCLE, force, "N")}
    tail = 0.5 * (1.0 - INTERVAL_LEVEL)
    low, high = np.quantile(scales, (tail, 1.0 - tail), method="hazen")
    variables = {name: (dims, values, {"units": unit}) for name, (dims, values, unit) in sure.items()}
    for end, scale in (("low", low), ("high", high)):
        variables |= {f"{name}_{end}": (dims, scale * values, {"units": unit}) for name, (dims, values, unit) in sure.items()}
    for end, scale in (("low", METHOD_LOW), ("high", METHOD_HIGH)):
        for name in ("patellofemoral_force", "patellofemoral_stress"):
            values, unit = curves[name]
            variables[f"{name}_method_{end}"] = (_LEG, scale * values, {"units": unit})
    holds = seen & (np.asarray(explained) | (knee <= np.deg2rad(70.0)))
    body_weights = kneecap / (MASS_KG * G)
    step = np.where(body_weights < 2.0, 0, np.where(body_weights < 4.0, 1, 2))
    variables["patellofemoral_class"] = (_LEG, np.where(holds & (knee <= CLASS_UP_TO), step, -1), {"units": "1"})
    variables["explained"] = (_LEG, holds, {"units": "1"})
    of_legs = {name: loads.dataset[name].where(xr.DataArray(seen, dims="side")) for name in OF_COORDINATES}
    variables["reserve"] = (("time", "side", "coordinate"), 0.5 * np.sign(of_legs["moment"].values), {"units": "Nm"})
    attributes = {"draws": DRAWS, "seed": seed} | ({} if side_seen is None else {"seen": side_seen})
    dataset = loads.dataset.assign(of_legs).assign(variables).assign_coords(muscle=list(MUSCLES)).assign_attrs(attributes)
    return Loads(dataset, xr.Dataset(draws, coords={"time": loads.time_s, "side": list(SIDES)}))


def made_spans(repetitions: int = 2) -> tuple[tuple[int, float, float], ...]:
    """Its repetitions: index, start and end (s)."""
    return tuple(
        (number + 1, FIRST_S + number * REPETITION_S, FIRST_S + (number + 1) * REPETITION_S) for number in range(repetitions)
    )


def quadriceps_arm(knee: np.ndarray) -> np.ndarray:
    """The quadriceps' moment arm (m): 45 mm at the straight knee, 25 mm at 100 degrees."""
    return np.asarray(0.045 - 0.0115 * knee)


def _muscles(knee: np.ndarray, pull: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return activations and forces (time, side, muscle)."""
    activation, force = (np.empty((*knee.shape, len(MUSCLES))) for _ in range(2))
    for number, muscle in enumerate(MUSCLES):
        if muscle in HEADS:
            force[..., number] = HEADS[muscle] * pull
            activation[..., number] = force[..., number] / STRENGTHS[muscle]
        else:
            activation[..., number] = 0.01 + AT_90[group_of(muscle)] * knee / (0.5 * np.pi)
            force[..., number] = OTHER_STRENGTH * activation[..., number]
    return activation, force


def _scales(seed: int) -> np.ndarray:
    """Return what each draw multiplies the best estimate by: quantiles of the normal distribution, so that intervals are exact."""
    spaced = np.array([NormalDist().inv_cdf((number + 0.5) / DRAWS) for number in range(DRAWS)])
    return np.asarray(1.0 + SCATTER * np.random.default_rng(seed).permutation(spaced))
