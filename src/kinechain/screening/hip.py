"""How are the hip's ranges judged? Bending it can be freed in the predicted squat; rotation is kept for its change and for safety."""

from kinechain.screening.judged import Judged

JUDGED = (
    Judged("hip_flexion_range", "hip", what_if=True),
    Judged("hip_internal_rotation_range", "hip"),
    Judged("hip_external_rotation_range", "hip"),
)
