"""How does the skeleton move that explains the whole film best? All frames at once, with what is not known left open."""

from kinechain.kinematics.fit.film import Fit, fit_film
from kinechain.kinematics.fit.motion import fitted_motion
from kinechain.kinematics.fit.trust import Doubt, doubts

__all__ = ["Doubt", "Fit", "doubts", "fit_film", "fitted_motion"]
