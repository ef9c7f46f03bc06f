"""Who does which movement? One door to all of them."""

from collections.abc import Callable

import numpy as np

from lab.movements import heel_raise, knee_to_wall, recorded, single_leg, sit_to_stand, squat, step_down
from lab.types import Performance, Skeleton

_MOVEMENTS: dict[str, tuple[Callable[..., Performance], tuple[str, ...]]] = {
    "squat": (squat.squat, squat.FAULTS),
    "knee-to-wall": (knee_to_wall.knee_to_wall, knee_to_wall.FAULTS),
    "step-down": (step_down.step_down, step_down.FAULTS),
    "single-leg-squat": (single_leg.single_leg_squat, single_leg.SQUAT_FAULTS),
    "single-leg-stance": (single_leg.single_leg_stance, single_leg.STANCE_FAULTS),
    "heel-raise": (heel_raise.heel_raise, heel_raise.FAULTS),
    "sit-to-stand": (sit_to_stand.sit_to_stand, sit_to_stand.FAULTS),
}

MOVEMENTS: tuple[str, ...] = tuple(_MOVEMENTS)

#: Where a movement may come from.
SOURCES = ("drawn", "mocap")

#: What can be done badly in each movement.
FAULTS: dict[str, tuple[str, ...]] = {movement: faults for movement, (_, faults) in _MOVEMENTS.items()}


def perform(
    movement: str,
    skeleton: Skeleton,
    rng: np.random.Generator,
    *,
    fps: float = 30.0,
    faults: tuple[str, ...] = (),
    standing_first: bool = True,
    source: str = "drawn",
) -> Performance:
    """Return one clip of a movement by this body: the same generator state gives the same bits.

    `faults` are done on purpose; with `standing_first` the clip starts with 1.0 to 1.5 s of quiet standing, otherwise straight
    in motion. `source` is `drawn`, or `mocap` for a squat that a real person did (its faults are that person's own). Raises
    ValueError for an unknown movement or source, or a fault that the movement does not know.
    """
    if source not in SOURCES:
        raise ValueError(f"Expected a source of {', '.join(SOURCES)}; got {source!r}.")
    if source == "mocap":
        if movement != "squat" or faults:
            raise ValueError(f"Expected a squat without faults from recorded motions; got {movement} with {faults or 'none'}.")
        return recorded.squat_as_recorded(skeleton, rng, fps, standing_first)
    if movement not in _MOVEMENTS:
        raise ValueError(f"Expected a movement of {', '.join(MOVEMENTS)}; got {movement!r}.")
    act, known = _MOVEMENTS[movement]
    strange = [fault for fault in faults if fault not in known]
    if strange:
        raise ValueError(f"Expected faults of a {movement} ({', '.join(known)}); got {', '.join(strange)}.")
    return act(skeleton, rng, fps, faults, standing_first)
