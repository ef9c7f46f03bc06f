"""Bodies and plain movements that tests of the loads share: one person's model, and a squat, a stand and a step on one leg."""

from functools import cache

import numpy as np

from kinechain.app.compile_model import load_model
from kinechain.app.loads import strong_body
from kinechain.body.model import BodyModel
from kinechain.body.scaling import scale
from kinechain.core.types import Coordinates, Person
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.posture import SagittalPosture, take_posture

PERSON = Person(height_m=1.75, mass_kg=72.0)
FPS = 30.0


@cache
def body() -> BodyModel:
    """The shipped model as large and heavy as `PERSON`."""
    return scale(load_model(), PERSON)


@cache
def strong() -> StrongBody:
    """The same with muscles as strong as `PERSON`'s, who is neither told for a woman nor for a man."""
    return strong_body(PERSON)


def squat_posture(
    deepest_deg: float = 90.0, seconds: float = 4.0, shank_deg: float = 30.0, lean_deg: float = 40.0
) -> SagittalPosture:
    """One slow squat: knee, shank and trunk go together, from standing and back; half a second of standing at both ends."""
    time_s = np.arange(0.0, seconds + 1.0, 1.0 / FPS)
    down = np.sin(np.pi * np.clip((time_s - 0.5) / seconds, 0.0, 1.0)) ** 2
    still = np.zeros_like(time_s)
    return SagittalPosture(
        time_s=time_s,
        knee_flexion=np.deg2rad(5.0 + (deepest_deg - 5.0) * down),
        shank_inclination=np.deg2rad(2.0 + (shank_deg - 2.0) * down),
        trunk_lean=np.deg2rad(2.0 + (lean_deg - 2.0) * down),
        foot_pitch=still,
    )


def held(posture_deg: dict[str, float], seconds: float = 2.0) -> SagittalPosture:
    """A posture held still: angles in degrees by the names of `SagittalPosture`, 0 where not told."""
    time_s = np.arange(0.0, seconds, 1.0 / FPS)
    names = ("knee_flexion", "shank_inclination", "trunk_lean", "foot_pitch")
    return SagittalPosture(time_s, *(np.full(time_s.shape, np.deg2rad(posture_deg.get(name, 0.0))) for name in names))


def squat(model: BodyModel | None = None, **how: float) -> Coordinates:
    """The coordinates of `squat_posture`."""
    return take_posture(model or body(), squat_posture(**how))


def with_curve(motion: Coordinates, name: str, values: np.ndarray | float) -> Coordinates:
    """The motion with one coordinate replaced."""
    changed = np.array(motion.values)
    changed[:, motion.names.index(name)] = values
    return Coordinates(motion.time_s, motion.names, changed)
