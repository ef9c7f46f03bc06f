"""How differently would another network mark this person? Per person, every mark is shifted by some per cent of leg length.

On the one real clip with a reference, what the network calls hip, knee or ankle lies 1 to 4 % of leg length from the reference's
joint centres, and not where it lies on rendered people. So each person of the lab gets offsets of their own: fixed to the segment
(they turn with it, and are seen foreshortened), mostly alike on both legs, and added to the marks when a record is used.
"""

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES
from lab.records import OFFSET_POINTS
from lab.types import LANDMARKS, SEGMENTS, Camera, Person, Pose

_SEED = 20261124
#: Spread of an offset along each axis in shares of leg length: what both sides share mirrored, and what each side has of its own.
_SHARED, _OWN = 0.015, 0.007


def draw_offsets(person: Person) -> Float[np.ndarray, "12 3"]:
    """Return a person's offsets (m), in the axes of the rest posture, in the order of `OFFSET_POINTS`; fixed for the person."""
    rng = np.random.default_rng([_SEED, person.key])
    points = len(OFFSET_POINTS) // len(SIDES)
    shared = rng.normal(0.0, _SHARED, (points, 3))
    own = rng.normal(0.0, _OWN, (len(SIDES), points, 3))
    mirrored = np.stack([shared, shared * [1.0, 1.0, -1.0]])
    return np.asarray((mirrored + own).reshape(-1, 3) * person.skeleton.leg_length)


def project_offsets(
    person: Person, pose: Pose, centres: Float[np.ndarray, "time landmark 3"], camera: Camera
) -> Float[np.ndarray, "time 12 2"]:
    """Return by how many pixels of the camera's picture the offsets shift each mark, frame by frame."""
    names = list(LANDMARKS)
    segments = [SEGMENTS.index(LANDMARKS[point]) for point in OFFSET_POINTS]
    true = centres[:, [names.index(point) for point in OFFSET_POINTS]]
    offsets = np.einsum("tpij,pj->tpi", pose.turns[:, segments], draw_offsets(person))
    return np.asarray(camera.project(true + offsets) - camera.project(true))
