"""Which way is positive? The one table of signs: every angle and moment beside OpenSim's coordinate, left and right alike.

Nothing else turns a sign. An angle is positive in flexion, dorsiflexion, adduction, internal rotation and inversion, a knee towards
the midline (valgus), a trunk that leans forward, a thigh below level, hips towards the person's own left, toes turned out. A moment
is what the muscles make, and positive where they work against the weight of a body that bends: extension, plantarflexion,
abduction, external rotation, eversion. OpenSim counts a moment as it counts its coordinate, so every moment here is its opposite.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """One row: our `code`, OpenSim's `coordinate` without its side (None where none is like it), and the `factor` between them.

    `positive` is the code of the word (`sign.<positive>`) for the direction in which our value grows; `sided` rows are a leg's.
    """

    code: str
    coordinate: str | None
    factor: int
    positive: str
    sided: bool = True


#: Angles and places. `trunk_lean` is against the vertical and `lumbar_extension` against the pelvis: only their direction compares.
POSTURE: tuple[Sign, ...] = (
    Sign("hip_flexion", "hip_flexion", 1, "flexion"),
    Sign("hip_adduction", "hip_adduction", 1, "adduction"),
    Sign("hip_rotation", "hip_rotation", 1, "internal_rotation"),
    Sign("knee_flexion", "knee_angle", 1, "flexion"),
    Sign("ankle_dorsiflexion", "ankle_angle", 1, "dorsiflexion"),
    Sign("subtalar_inversion", "subtalar_angle", 1, "inversion"),
    Sign("trunk_lean", "lumbar_extension", -1, "forward", sided=False),
    Sign("fppa", None, 1, "valgus"),
    Sign("thigh_inclination", None, 1, "below_level"),
    Sign("shank_inclination", None, 1, "forward"),
    Sign("toe_out", None, 1, "outwards"),
    Sign("pelvic_shift", None, 1, "own_left", sided=False),
)

#: Moments of the joints, internal.
MOMENTS: tuple[Sign, ...] = (
    Sign("hip_extension_moment", "hip_flexion", -1, "extension"),
    Sign("hip_abduction_moment", "hip_adduction", -1, "abduction"),
    Sign("hip_external_rotation_moment", "hip_rotation", -1, "external_rotation"),
    Sign("knee_extension_moment", "knee_angle", -1, "extension"),
    Sign("ankle_plantarflexion_moment", "ankle_angle", -1, "plantarflexion"),
    Sign("subtalar_eversion_moment", "subtalar_angle", -1, "eversion"),
)

SIGNS: Mapping[str, Sign] = {row.code: row for row in (*POSTURE, *MOMENTS)}


def sign(code: str) -> Sign:
    """Return the row of an angle or moment.

    >>> sign("knee_extension_moment").factor
    -1
    """
    try:
        return SIGNS[code]
    except KeyError:
        raise KeyError(f"Expected a code of the table of signs, got {code!r}. Add its row to body/signs.py.") from None
