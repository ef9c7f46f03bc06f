"""How does the skeleton move that explains the whole film best? All frames at once, with what is not known left open."""

from kinechain.kinematics.fit.estimate import Fitted, estimate_fitted_motion

__all__ = ["Fitted", "estimate_fitted_motion"]
