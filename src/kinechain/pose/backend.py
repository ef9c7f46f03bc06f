"""What must a pose network be able to do? Find people in a picture, and measure the one in a given region."""

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8

from kinechain.core.types import Engine
from kinechain.pose.region import Region


@dataclass(frozen=True)
class PersonPose:
    """One person in one picture: 33 landmarks in the order of `core.types.KEYPOINT_NAMES`.

    `xy` in px of the picture (x right, y down); `confidence` 0 to 1, how surely each landmark is seen; `world` in metres about the
    hips (x right, y down, z away from the camera); `presence` 0 to 1, how surely there is a person at all; `region`, the square
    round this body, in which to look for it in the next picture.
    """

    xy: Float[np.ndarray, "33 2"]
    confidence: Float[np.ndarray, " 33"]
    world: Float[np.ndarray, "33 3"]
    presence: float
    region: Region


class PoseBackend(ABC):
    """A pose network. It keeps nothing from picture to picture and never smooths: the same picture gives the same answer.

    `measure` may be called from up to `lanes` threads at once.
    """

    @property
    @abstractmethod
    def engine(self) -> Engine:
        """The network's name and the SHA-256 over its weights."""

    @property
    @abstractmethod
    def lanes(self) -> int:
        """How many pictures may be in work at once."""

    @abstractmethod
    def find_people(self, rgb: UInt8[np.ndarray, "height width 3"], at_most: int) -> tuple[Region, ...]:
        """Return the regions of up to `at_most` people anywhere in an RGB picture, largest first."""

    @abstractmethod
    def measure(self, rgb: UInt8[np.ndarray, "height width 3"], region: Region) -> PersonPose | None:
        """Return the pose of the person in `region` of an RGB picture, None where there is none."""
