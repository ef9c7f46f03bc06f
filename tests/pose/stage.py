"""How can following people be tested by hand? A stage on which bodies move as the test says, and a network that sees them."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

import numpy as np

from kinechain.core.types import Engine, Picture
from kinechain.pose.backend import PersonPose, PoseBackend
from kinechain.pose.region import Region

FPS = 30.0


@dataclass(frozen=True)
class Body:
    """A body on the stage: its hip centre and the side of the region round it, in px."""

    x: float
    y: float
    size: float


Scene = Callable[[float], list[Body]]


def play(seconds: float) -> Iterator[Picture]:
    """Yield grey pictures, each with its index written into the first pixel."""
    for index in range(round(seconds * FPS)):
        rgb = np.full((24, 32, 3), 128, np.uint8)
        rgb[0, 0, :2] = divmod(index, 256)
        yield Picture(index, index / FPS, rgb)


@final
class Stage(PoseBackend):
    """Sees the bodies of a scene; of several in a region it takes the largest, as the real network does."""

    def __init__(self, scene: Scene, lanes: int = 2, dawdle: Callable[[], float] = lambda: 0.0) -> None:
        self._scene, self._lanes, self._dawdle = scene, lanes, dawdle
        self.measured = self.looked = 0

    @property
    def engine(self) -> Engine:
        return Engine("stage", "0" * 64)

    @property
    def lanes(self) -> int:
        return self._lanes

    def find_people(self, rgb: np.ndarray, at_most: int) -> tuple[Region, ...]:
        self.looked += 1
        bodies = sorted(self._bodies(rgb), key=lambda body: -body.size)
        return tuple(Region(body.x, body.y, body.size, 0.0) for body in bodies[:at_most])

    def measure(self, rgb: np.ndarray, region: Region) -> PersonPose | None:
        self.measured += 1
        time.sleep(self._dawdle())
        seen = [
            body
            for body in self._bodies(rgb)
            if np.hypot(body.x - region.x_px, body.y - region.y_px) < 0.3 * region.side_px and body.size > 0.5 * region.side_px
        ]
        if not seen:
            return None
        body = max(seen, key=lambda body: body.size)
        xy = np.array([body.x, body.y]) + np.linspace(-0.4, 0.4, 33)[:, None] * (0.2 * body.size, body.size)
        return PersonPose(xy, np.ones(33), np.zeros((33, 3)), 0.9, Region(body.x, body.y, body.size, 0.0))

    def _bodies(self, rgb: np.ndarray) -> list[Body]:
        high, low = (int(value) for value in rgb[0, 0, :2])
        return self._scene((256 * high + low) / FPS)
