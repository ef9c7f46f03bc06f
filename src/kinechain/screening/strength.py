"""How is strength judged? Torque for body mass beside what studies found; whether it holds a squat back, no what-if tells.

From which to which bend of the knee the review's three rows reach was not noted. The middle one is the strongest, so who reaches it
at any bend is at the middle or better; of anybody else nothing is said.
"""

from kinechain.screening.judged import Edition, Judged, Reading

_SYMMETRY = "knee-extension.limb-symmetry"

JUDGED = (
    Judged(
        "knee_extension_torque",
        "knee",
        editions=(
            Edition(
                ("knee-extension.sarabon-2021-young-mid-range-f", "knee-extension.sarabon-2021-young-mid-range-m"), Reading.MIDDLE
            ),
        ),
        symmetry=_SYMMETRY,
    ),
    Judged(
        "hip_abduction_torque",
        "hip",
        editions=(Edition(("hip-strength.abduction-from-memory",), Reading.RANGE),),
        symmetry=_SYMMETRY,
    ),
    Judged(
        "hip_external_rotation_torque",
        "hip",
        editions=(Edition(("hip-strength.rotation-from-memory",), Reading.RANGE),),
        symmetry=_SYMMETRY,
    ),
)
