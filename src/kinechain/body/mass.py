"""Where is the body's centre of mass? Textbook shares of body mass, laid upon the skeleton's points."""

from functools import cache

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import POINT_AT
from kinechain.core.types import SIDES
from kinechain.evidence import constant


@cache
def mass_at_points() -> Float[np.ndarray, " point"]:
    """Return the share of body mass to be thought of at each of the skeleton's points; arms and head ride with the trunk.

    Shares and centres by the rows `body.*_mass` and `body.*_centre`; together 1, because hands are a small part of what rides.
    """
    shares = np.zeros(len(POINT_AT))
    for side in SIDES:
        for segment, upper, lower in (("trunk", "shoulder", "hip"), ("thigh", "hip", "knee"), ("shank", "knee", "ankle")):
            mass, along = constant(f"body.{segment}_mass").value, constant(f"body.{segment}_centre").value
            mass *= 0.5 if segment == "trunk" else 1.0  # one trunk, and a shoulder and a hip on each side
            shares[POINT_AT[f"{side}_{upper}"]] += (1.0 - along) * mass
            shares[POINT_AT[f"{side}_{lower}"]] += along * mass
        for point in ("heel", "foot_index"):
            shares[POINT_AT[f"{side}_{point}"]] += 0.5 * constant("body.foot_mass").value
    return np.asarray(shares / shares.sum())
