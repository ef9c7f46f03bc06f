"""How long does a film's worth of draws take, from angles to kneecap? Three hundred frames of a made squat, two hundred draws."""

from time import perf_counter
from typing import Any

import numpy as np
import xarray as xr

from kinechain.app.loads import strong_body
from kinechain.core.types import SIDES, Motion, Person
from kinechain.loads.film import film_loads
from kinechain.loads.uncertainty import Chance

#: The film, the draws of its motion and how far each is off (degrees).
FRAMES, DRAWS, _FPS, _OFF_DEG = 300, 200, 30.0, 2.0
#: Angles when standing and at the bottom (degrees).
_ANGLES = {"knee_flexion": (5.0, 95.0), "shank_inclination": (2.0, 30.0), "trunk_lean": (2.0, 40.0), "foot_pitch": (0.0, 0.0)}
_SQUATS = 3


def made_film() -> Motion:
    """Return squats as a film from the side tells them; every draw is off by one shift of each angle."""
    time_s = np.arange(FRAMES) / _FPS
    down = np.sin(np.pi * _SQUATS * time_s / time_s[-1]) ** 2
    rng = np.random.default_rng(0)
    variables: dict[str, Any] = {}
    drawn: dict[str, Any] = {}
    for name, (standing, deepest) in _ANGLES.items():
        curve = np.deg2rad(standing + (deepest - standing) * down)
        sided = name != "trunk_lean"
        dims: tuple[str, ...] = ("time", "side") if sided else ("time",)
        values = np.column_stack([curve, curve]) if sided else curve
        shifts = np.deg2rad(_OFF_DEG) * rng.normal(size=DRAWS)
        variables[name] = (dims, values, {"units": "rad"})
        variables[f"{name}_sd"] = (dims, np.full_like(values, np.deg2rad(_OFF_DEG)), {"units": "rad"})
        drawn[name] = (("draw", *dims), values + shifts.reshape(-1, *([1] * values.ndim)), {"units": "rad"})
    coordinates = {"time": time_s, "side": list(SIDES)}
    return Motion(xr.Dataset(variables, coords=coordinates), xr.Dataset(drawn, coords=coordinates))


def draw_seconds(draws: int = DRAWS) -> float:
    """Return how long the loads of the made film take (s), with so many draws of everything that is not known."""
    person = Person(1.75, 75.0)
    body, motion = strong_body(person), made_film()
    told: dict[str, str | float] = {"mass_kg": person.mass_kg, "load_kg": 0.0, "body_model": body.model.name}
    start = perf_counter()
    film_loads(motion, "right", slice(0, FRAMES), body, body.model.tree, told, Chance(draws))
    return perf_counter() - start
