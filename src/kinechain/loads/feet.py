"""Where are the soles, and which of them stands on the ground?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.maths.multibody import Laid, Tree

#: The segments of the shin, of the hind foot, which bears the ground's force, and of the toes, by side.
SHIN = {side: f"tibia_{side[0]}" for side in SIDES}
HIND_FOOT = {side: f"calcn_{side[0]}" for side in SIDES}
TOES = {side: f"toes_{side[0]}" for side in SIDES}

PerFoot = Float[np.ndarray, "time side"]
Vectors = Float[np.ndarray, "time side 3"]
Stance = Bool[np.ndarray, "time side"]


@dataclass(frozen=True)
class Soles:
    """Both soles over time: the heel's and the toes' end (m), and where in the world they point.

    `forward` along the foot, level, and `across` it to the body's right, level; `length` (m) from heel to toes.
    """

    heel: Vectors
    toe: Vectors
    forward: Vectors
    across: Vectors
    length: Float[np.ndarray, " side"]

    @property
    def height(self) -> PerFoot:
        """How high the lower end of each sole is (m)."""
        return np.asarray(np.minimum(self.heel[..., 1], self.toe[..., 1]))


def find_soles(laid: Laid) -> Soles:
    """Return both soles of a tree laid out, by the rows `sole.*`: shares of the way from the hind foot's origin to the toes."""
    depth = constant("sole.depth_share").value
    heels, toes, forwards, lengths = [], [], [], []
    for side in SIDES:
        hind = HIND_FOOT[side]
        reach = hind_foot_length(laid.tree, side)
        points = (-constant("sole.heel_share").value, constant("sole.toe_share").value)
        heel, toe = (laid.place(hind, reach * np.array([share, -depth, 0.0])) for share in points)
        level = (toe - heel) * np.array([1.0, 0.0, 1.0])
        heels.append(heel)
        toes.append(toe)
        forwards.append(level / np.linalg.norm(level, axis=1, keepdims=True))
        lengths.append(reach * (points[1] - points[0]))
    forward = np.stack(forwards, axis=1)
    across = np.cross(forward, np.array([0.0, 1.0, 0.0]))
    return Soles(np.stack(heels, axis=1), np.stack(toes, axis=1), forward, across, np.array(lengths))


def hind_foot_length(tree: Tree, side: str) -> float:
    """Return how far the toes' joint lies from the hind foot's origin (m), by which the sole is measured."""
    toes = tree.links[tree.link_at[TOES[side]]]
    return float(np.linalg.norm(toes.in_parent.origin))


def find_stance(soles: Soles) -> Stance:
    """Return which feet stand: the lower one, and the other where its sole is within `sole.standing_height` of it.

    Heights are compared between the feet alone: motions from films rise and sink as a whole, by 9 cm in a shared one.
    """
    return np.asarray(soles.height <= soles.height.min(axis=1, keepdims=True) + constant("sole.standing_height").si)
