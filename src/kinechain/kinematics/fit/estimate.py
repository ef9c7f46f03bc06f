"""What does the fit say of one film, all in all? The motion, the body it found, what it repaired, and why it may not be believed."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from kinechain.body.skeleton import LENGTHS
from kinechain.core.types import Keypoints, Motion, View
from kinechain.kinematics.fit.film import Repairs, fit_film
from kinechain.kinematics.fit.motion import fitted_motion
from kinechain.kinematics.fit.trust import Doubt, doubts
from kinechain.kinematics.standing import Standing


@dataclass(frozen=True)
class Fitted:
    """A fitted film: motion, segment lengths by name (m, and standard deviation), repairs, and doubts; without doubts believe it."""

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
) -> Fitted:
    """Fit the skeleton to a whole film.

    `view` decides what is hidden and how wide the intervals are; `exchanged` tells in which frames the legs probably carry each
    other's names; `to_real` widens the intervals by what is assumed for the step from rendered to real people.
    """
    fit = fit_film(keypoints, stature_m, standing, exchanged)
    normal, _, _ = fit.problem.normal(fit.state)
    covariance = normal.factor().shared_covariance()
    lengths = {
        name: (float(length), float(length * np.sqrt(covariance[number, number])))
        for number, (name, length) in enumerate(zip(LENGTHS, fit.state.lengths, strict=True))
    }
    return Fitted(fitted_motion(fit, view, standing, to_real=to_real), lengths, fit.repairs, doubts(fit))
