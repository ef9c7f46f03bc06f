"""How strong are hip, knee and ankle at every depth of a squat? By the muscles that the load engine has, all fully active."""

import numpy as np
from jaxtyping import Float

from kinechain.body.muscle_curves import active_force, fibres
from kinechain.evidence import constant
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.predicted_squat import Effort
from kinechain.loads.static_optimization import Leg

_SIDE = "right"
_BENDS = np.deg2rad(np.arange(0.0, 141.0, 10.0))
#: How hip and ankle usually go along with the knee in a squat, as shares of its bend.
_ALONG = {"hip_flexion": 0.9, "ankle_angle": 0.35}


def effort_of(body: StrongBody) -> Effort:
    """Return what moments cost a person: each joint's by the most that it can make at that bend of the knee."""
    joints = [_strongest(body, f"{name}_{_SIDE[0]}") for name in ("hip_flexion", "knee_angle", "ankle_angle")]
    mass = body.weight_n / constant("body.gravity").value
    back = np.full_like(_BENDS, 0.5 * constant("squat_model.back_strength").value * mass)
    return Effort(_BENDS, (back, *joints), constant("loads.pressure_share").value, constant("squat_model.uneasy").si)


def _strongest(body: StrongBody, coordinate: str) -> Float[np.ndarray, " bend"]:
    """Return the greatest moment (Nm) that extends hip or knee, or plantarflexes the ankle, at the bends of the knee."""
    leg = Leg.of(body.model, _SIDE)
    ranges = leg.geometry.ranges
    angles = {name: np.zeros_like(_BENDS) for name in leg.coordinates}
    angles[f"knee_angle_{_SIDE[0]}"] = _BENDS
    for name, share in _ALONG.items():
        angles[f"{name}_{_SIDE[0]}"] = share * _BENDS
    angles = {name: np.clip(turned, *ranges[name]) for name, turned in angles.items()}
    lines = list(leg.geometry.lines(angles))
    lengths = np.concatenate([line.lengths for line in lines])
    stretched = fibres(leg.curves, lengths, leg.optimal_m, leg.slack_m, leg.pennation_rad)
    forces = leg.strongest_n * active_force(leg.curves, stretched)
    if body.strength is not None:
        forces[list(leg.quadriceps)] *= body.strength.by_angle[_SIDE].at(_BENDS)
    moment, first = np.zeros_like(_BENDS), 0
    for line in lines:
        own = forces[first : first + len(line.muscles)]
        first += len(line.muscles)
        if coordinate in line.coordinates:
            arms = line.moment_arms[line.coordinates.index(coordinate)]
            moment += (np.maximum(-arms, 0.0) * own).sum(axis=0)
    return np.asarray(moment)
