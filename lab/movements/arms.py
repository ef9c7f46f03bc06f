"""How are the arms held? Directions of upper arm and forearm, in space or with the trunk."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lab.movements.tempo import Curve
from lab.rotations import Turns, apply, part_way

#: Each way to hold the arms: elevation of the upper arm from hanging, its azimuth from forward to outward, the same of the forearm
#: (degrees), and how far they follow the trunk's turn (0: keep still in space, 1: move with the trunk).
_HOLDS: dict[str, tuple[float, float, float, float, float]] = {
    "hanging": (9.0, 50.0, 16.0, 20.0, 0.25),
    "front": (84.0, 8.0, 90.0, -6.0, 0.1),
    "clasped": (42.0, 30.0, 108.0, -42.0, 0.9),
    "crossed": (52.0, 12.0, 96.0, -75.0, 1.0),
    "hips": (42.0, 112.0, 55.0, -62.0, 0.7),
    "overhead": (168.0, 60.0, 176.0, -60.0, 0.75),
    "bar": (38.0, 122.0, 168.0, 40.0, 1.0),
}
HOLDS = tuple(_HOLDS)

#: How much a person's arms differ from the table (rad).
_HOLD_SD = np.deg2rad(4.0)


@dataclass(frozen=True)
class Arms:
    """Directions (time, side, 3) of upper arm and forearm in a frame that follows the trunk's turn by a share."""

    upper: Float[np.ndarray, "time 2 3"]
    fore: Float[np.ndarray, "time 2 3"]
    follow: float

    def directions(self, thorax: Turns) -> tuple[Float[np.ndarray, "time 2 3"], Float[np.ndarray, "time 2 3"]]:
        """Return both directions in the world."""
        frame = part_way(np.broadcast_to(np.eye(3), thorax.shape), thorax, self.follow)[:, None]
        return apply(frame, self.upper), apply(frame, self.fore)


def draw_arms(rng: np.random.Generator, hold: str, depth: Curve, wander: Float[np.ndarray, "time 4"]) -> Arms:
    """Return arms held in one way, a little unlike on both sides and never quite still (`wander`, rad).

    Hanging arms swing forward as the body goes down (`depth`, 0 to 1), or the hands would go into the floor; arms in front may be
    raised only on the way down.
    """
    *angles, follow = _HOLDS[hold]
    of_person = np.deg2rad(angles) + rng.normal(0.0, _HOLD_SD, (2, 4))
    swing, raised_late = np.deg2rad(rng.uniform(35.0, 60.0)), rng.random() < 0.4
    hang = np.deg2rad(_HOLDS["hanging"][:4])
    upper, fore = np.empty((depth.size, 2, 3)), np.empty((depth.size, 2, 3))
    for side in (0, 1):
        now = np.broadcast_to(of_person[side], (depth.size, 4)).copy()
        if hold == "hanging":
            now[:, [0, 2]] += swing * depth[:, None]
            now[:, 1] *= 1.0 - 0.6 * np.clip(depth, 0.0, 1.0)
        elif hold == "front" and raised_late:
            share = np.clip(depth, 0.0, 1.0)[:, None]
            now = hang + share * (now - hang)
        now[:, [0, 2]] += wander[:, [2 * side, 2 * side + 1]]
        outward = -1.0 if side == 0 else 1.0
        upper[:, side], fore[:, side] = _direction(now[:, 0], now[:, 1], outward), _direction(now[:, 2], now[:, 3], outward)
    return Arms(upper, fore, follow)


def _direction(elevation: Curve, azimuth: Curve, outward: float) -> Float[np.ndarray, "time 3"]:
    level = np.sin(elevation)
    return np.stack([level * np.cos(azimuth), -np.cos(elevation), outward * level * np.sin(azimuth)], axis=-1)
