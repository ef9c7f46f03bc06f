"""How are the hip's ranges judged? Bending by textbooks; turning has no norm here, and is a sign for safety."""

from kinechain.screening.judged import Edition, Judged, Reading

JUDGED = (
    Judged(
        "hip_flexion_range",
        "hip",
        editions=(Edition(("hip.flexion-from-memory",), Reading.SPREAD),),
        what_if=True,
    ),
    Judged("hip_internal_rotation_range", "hip"),
    Judged("hip_external_rotation_range", "hip"),
)
