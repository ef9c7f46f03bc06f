"""Which tests are there, and how is each measure of them judged? One table over the modules of the tests."""

from collections.abc import Mapping

from kinechain.screening import (
    foot,
    heel_raise,
    hip,
    knee_to_wall,
    muscle_length,
    patella,
    single_leg_squat,
    single_leg_stance,
    sit_to_stand,
    squat,
    step_down,
    strength,
)
from kinechain.screening.judged import Judged

#: Each test, and each group of typed measures, with how its measures are judged.
JUDGED: Mapping[str, tuple[Judged, ...]] = {
    "squat": squat.JUDGED,
    "knee-to-wall": knee_to_wall.JUDGED,
    "step-down": step_down.JUDGED,
    "single-leg-squat": single_leg_squat.JUDGED,
    "single-leg-stance": single_leg_stance.JUDGED,
    "heel-raise": heel_raise.JUDGED,
    "sit-to-stand": sit_to_stand.JUDGED,
    "hip": hip.JUDGED,
    "strength": strength.JUDGED,
    "muscle-length": muscle_length.JUDGED,
    "foot": foot.JUDGED,
    "patella": patella.JUDGED,
}


def judged(code: str, test: str = "") -> Judged | None:
    """Return how a measure of `test` is judged; where the test does not know the code, the first test that does. None for no test.

    >>> judged("knee_to_wall_cm").link
    'ankle'
    """
    tests = (JUDGED.get(test, ()), *JUDGED.values())
    return next((one for known in tests for one in known if one.code == code), None)
