"""What does a film show before anything is measured in it?"""

from dataclasses import dataclass

from kinechain.core.types import FilmHeader, Keypoints, Quality, Repetition
from kinechain.kinematics.legs import Exchanges
from kinechain.kinematics.standing import Standing
from kinechain.kinematics.view import Sight


@dataclass(frozen=True)
class Examination:
    """What a film shows of one test, and whether it is fit to be measured.

    `side` is the leg that is tested, as it was told or else seen; None where a test takes both, or where it cannot be told.
    """

    header: FilmHeader
    keypoints: Keypoints
    sight: Sight
    standing: Standing | None
    exchanges: Exchanges
    repetitions: tuple[Repetition, ...]
    quality: Quality
    test: str = "squat"
    side: str | None = None

    @property
    def begins(self) -> int:
        """The frame at which the first repetition starts; the number of frames where there is none."""
        return self.repetitions[0].start + 1 if self.repetitions else self.keypoints.time_s.size
