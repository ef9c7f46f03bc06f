"""What does the fit say of one film, all in all? The motion, the body it found, what it repaired, and why not to believe it."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from kinechain.core.types import Keypoints, Motion, View
from kinechain.kinematics.fit.film import Repairs
from kinechain.kinematics.fit.motion import drawn_motion
from kinechain.kinematics.fit.trust import Doubt
from kinechain.kinematics.fit.unseen import without_unseen
from kinechain.kinematics.fit.windows import fit_windows
from kinechain.kinematics.standing import Standing


@dataclass(frozen=True)
class Fitted:
    """A fitted film: motion, segment lengths by name (m, and standard deviation), repairs, and doubts: without any believe it."""

    motion: Motion
    lengths: Mapping[str, tuple[float, float]]
    repairs: Repairs
    doubts: tuple[Doubt, ...]


def estimate_fitted_motion(
    keypoints: Keypoints,
    view: View,
    stature_m: float,
    standing: Standing | None,
    exchanged: Bool[np.ndarray, " time"] | None = None,
    *,
    to_real: bool = True,
    planted: str | None = None,
) -> Fitted:
    """Fit the skeleton to a whole film, a long one window by window.

    `view` decides what is hidden and how wide the intervals are; `exchanged` tells in which frames the legs probably carry each
    other's names; `to_real` widens the intervals by what is assumed for the step from rendered to real people; `planted` names the
    only foot that ever rests, None where both may.
    """
    found = fit_windows(keypoints, stature_m, standing, exchanged, planted)
    motion = without_unseen(drawn_motion(found.drawn, view, standing, to_real=to_real), keypoints)
    return Fitted(motion, found.lengths, found.repairs, found.doubts)
