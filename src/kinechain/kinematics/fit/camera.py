"""Where does a phone see a point of the world, and how does that hang on the phone? A pinhole camera that stands still.

With every unknown 0 the camera stands on the floor at the world's origin and looks along -x, level and upright. `yaw` turns it to
its left, `pitch` downwards, `roll` counter-clockwise as its holder sees it. Picture coordinates are pixels, x right, y down.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Points = Float[np.ndarray, "time point 3"]

#: Rows: the level camera's right, up and back in the world.
_LEVEL = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
_RIGHT, _UP, _BACK = 0, 1, 2

#: What is unknown of a camera, in this order: logarithm of the focal length in pixels, angles (rad), where it stands (m).
UNKNOWNS: tuple[str, ...] = ("log_focal", "pitch", "roll", "yaw", "x", "height", "z")


@dataclass(frozen=True)
class Phone:
    """A camera by its `UNKNOWNS` and the middle of its picture (px)."""

    unknowns: Float[np.ndarray, " 7"]
    middle: tuple[float, float]

    @property
    def focal(self) -> float:
        """Focal length (px)."""
        return float(np.exp(self.unknowns[0]))

    @property
    def turn(self) -> Float[np.ndarray, "3 3"]:
        """Rows: right, up and back of the camera in the world."""
        return self._turn()

    def _turn(self, by: str | None = None) -> Float[np.ndarray, "3 3"]:
        """Return the turn, or how it changes with one of its angles."""
        _, pitch, roll, yaw, *_ = self.unknowns
        turn = _rotation(_BACK, roll, by == "roll") @ _rotation(_RIGHT, -pitch, by == "pitch") @ _rotation(_UP, yaw, by == "yaw")
        return np.asarray((-1.0 if by == "pitch" else 1.0) * turn @ _LEVEL)

    def seen(self, points: Points) -> Points:
        """Return the points along the camera's right, up and back (m)."""
        return np.asarray((points - self.unknowns[4:]) @ self.turn.T)

    def project(self, points: Points) -> Float[np.ndarray, "time point 2"]:
        """Return where the points are in the picture (px)."""
        seen = self.seen(points)
        across, down = -self.focal * seen[..., 0] / seen[..., 2], self.focal * seen[..., 1] / seen[..., 2]
        return np.stack([across + self.middle[0], down + self.middle[1]], axis=-1)

    def by_place(self, points: Points) -> Float[np.ndarray, "time point 2 3"]:
        """Return how the picture of each point moves with its place (px per m)."""
        return np.asarray(self._by_seen(self.seen(points)) @ self.turn)

    def by_unknowns(self, points: Points) -> Float[np.ndarray, "time point 2 7"]:
        """Return how the picture of each point moves with each of `UNKNOWNS`."""
        by_seen = self._by_seen(self.seen(points))
        by_focal = (self.project(points) - self.middle)[..., None]
        out = points - self.unknowns[4:]
        by_angle = [by_seen @ (out @ self._turn(by).T)[..., None] for by in ("pitch", "roll", "yaw")]
        return np.concatenate([by_focal, *by_angle, -by_seen @ self.turn], axis=-1)

    def _by_seen(self, seen: Points) -> Float[np.ndarray, "time point 2 3"]:
        depth = -seen[..., 2]
        by_seen = np.zeros((*seen.shape[:-1], 2, 3))
        by_seen[..., 0, 0] = self.focal / depth
        by_seen[..., 0, 2] = self.focal * seen[..., 0] / depth**2
        by_seen[..., 1, 1] = -self.focal / depth
        by_seen[..., 1, 2] = -self.focal * seen[..., 1] / depth**2
        return by_seen


def _rotation(axis: int, angle: float, derivative: bool) -> Float[np.ndarray, "3 3"]:
    """Return the turn of coordinates when their axes turn by `angle` about one of them, or its derivative."""
    c, s = (-np.sin(angle), np.cos(angle)) if derivative else (np.cos(angle), np.sin(angle))
    second, third = (axis + 1) % 3, (axis + 2) % 3
    turn = np.zeros((3, 3))
    turn[axis, axis] = 0.0 if derivative else 1.0
    turn[second, second], turn[second, third], turn[third, second], turn[third, third] = c, s, -s, c
    return turn
