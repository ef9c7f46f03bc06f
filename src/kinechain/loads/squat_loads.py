"""What do quadriceps and kneecap bear in a predicted squat? The load engine's own leg, asked in every posture of every draw.

The muscles of one leg make the moments that the posture asks for in the plane; across it a squat predicted from the side asks for
nothing. Strength, lever arms and their shape over the knee's bend are drawn as for any other motion.
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinechain.body.muscle_groups import GROUPS
from kinechain.core.types import SIDES
from kinechain.loads.joint_moments import SAGITTAL, UNKNOWN
from kinechain.loads.patellofemoral import numbers_told
from kinechain.loads.predicted_squat import Postures
from kinechain.loads.sagittal_chain import Shape, Values, shape_of
from kinechain.loads.squatter import People, Squatter
from kinechain.loads.static_optimization import RESERVE_NM, Leg, solve_leg
from kinechain.loads.uncertainty import Unknowns

_SIDE, _KNEE = "right", "knee_angle"
#: A seat costs muscles nothing, whatever moment it makes (Nm).
_SEAT_NM = 1e4


class SquatLoads(NamedTuple):
    """Of one leg: the quadriceps' `demand` (share of the most they could), and the patellofemoral force (N) at all bends.

    `kneecap` is that force where numbers are told, NaN beyond; `unclassed` is it wherever the model gives one, for its class only.
    """

    demand: Values
    kneecap: Values
    unclassed: Values


class Bent(NamedTuple):
    """How a leg is bent (rad), each (draw, depth): knee between its lines, hip, and ankle by the shank over the sole."""

    knee: Values
    hip_flexion: Values
    dorsiflexion: Values


def squat_loads(squatter: Squatter, postures: Postures, people: People) -> SquatLoads:
    """Return what quadriceps and kneecaps bear in postures; NaN where a bend cannot be held or lies beyond the model's range."""
    moments = postures.moments
    bent = Bent(postures.knee, postures.hip_flexion, postures.dorsiflexion)
    return leg_loads(squatter, bent, (moments.hip, moments.knee, moments.ankle), people)


def leg_loads(
    squatter: Squatter, bent: Bent, moments: tuple[Values, Values, Values], people: People, knee_alone: bool = False
) -> SquatLoads:
    """Return what one leg's quadriceps and kneecap bear, bent so, where its muscles make the `moments` (Nm) of hip, knee and ankle.

    Moments are extension, and plantarflexion of the ankle; NaN where they are not known or the model's range ends. With
    `knee_alone` a seat holds hip and ankle, whatever muscles do to them.
    """
    body, shape = squatter.body, shape_of(squatter.body.model)
    leg = Leg.of(body.model, _SIDE, SAGITTAL)
    table = _coordinates(squatter, bent, shape)
    asked = -np.stack(moments).reshape(3, -1)
    ranges = leg.geometry.ranges
    columns = [body.model.tree.at[name] for name in leg.coordinates]
    low, high = np.array([ranges[name] for name in leg.coordinates]).T
    angles = table[:, columns]
    kept = ((angles >= low) & (angles <= high)).all(axis=1) & np.isfinite(asked).all(axis=0)
    doubts = unknowns_of(people).doubts(leg, body.strength, np.nan_to_num(bent.knee))
    turned = {name: angles[kept, nth] for nth, name in enumerate(leg.coordinates)}
    still = {name: np.zeros(int(kept.sum())) for name in leg.coordinates}
    allowance = np.array([[_SEAT_NM if knee_alone and name != _KNEE else RESERVE_NM] for name in SAGITTAL])
    muscles = solve_leg(leg, turned, still, asked[:, kept], doubts.at(kept), allowance=allowance)
    tensions = dict(zip(leg.names, muscles.force, strict=True))
    kneecap, _ = body.pulls.forces(table[kept], body.model.tree.coordinates, _SIDE, tensions)
    demand, force = (np.full(kept.shape, np.nan) for _ in range(2))
    demand[kept], force[kept] = muscles.demand, np.linalg.norm(kneecap, axis=0)
    demand, force = demand.reshape(bent.knee.shape), force.reshape(bent.knee.shape)
    return SquatLoads(demand, np.where(numbers_told(bent.knee), force, np.nan), force)


def unknowns_of(people: People) -> Unknowns:
    """Return what is not known of muscles, as the load engine has it, of the same people."""
    return Unknowns(
        ground=np.zeros((people.draws + 1, len(UNKNOWN), len(SIDES))),
        strength={group: people.of(f"strength {group}")[:, 0] for group in GROUPS},
        leverage={group: people.of(f"leverage {group}")[:, 0] for group in GROUPS},
        shape=np.stack([people.of(f"strength's {way}")[:, 0] for way in ("place", "width")]),
        area=people.of("area")[:, 0],
    )


def _coordinates(squatter: Squatter, bent: Bent, shape: Shape) -> Float[np.ndarray, "row coordinate"]:
    """Return the model's coordinates of a bent leg, one draw after the other: those of the right leg, all else at rest."""
    model = squatter.body.model
    at = model.tree.at
    knee = np.interp(bent.knee, shape.bends, shape.knees)
    back = np.interp(bent.knee, shape.bends, shape.thigh_back)
    ankle = bent.dorsiflexion + (knee - bent.knee) - back
    table = np.tile([model.rest[name] for name in model.tree.coordinates], (bent.knee.size, 1))
    for name, angle in (("hip_flexion", bent.hip_flexion), ("knee_angle", knee), ("ankle_angle", ankle)):
        table[:, at[f"{name}_{_SIDE[0]}"]] = angle.ravel()
    return np.asarray(model.tree.with_followers(table))
