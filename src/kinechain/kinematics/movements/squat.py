"""How is a film of squats checked and measured? From anywhere; the side and the front together tell all of it."""

from collections.abc import Iterator, Mapping

from kinechain.core.types import Keypoints, Measure, Motion, Person, Reason, Repetition, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import measure_squat
from kinechain.kinematics.movements.movement import Movement, ask_for_repetitions, ask_for_standing
from kinechain.kinematics.repetitions import find_repetitions

_LEG_CURVES = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination")
_FRONTAL_CURVES = ("knee_ankle_separation_ratio", "stance_width", "pelvic_shift")

#: From behind the fit's bending errs by six to eight degrees, and its intervals, taught from the front, hold too seldom: it is not
#: told.
FROM_FIT: Mapping[View, tuple[str, ...]] = {
    View.SIDE: (*_LEG_CURVES, "trunk_lean", "foot_pitch"),
    View.FRONT: (*_LEG_CURVES, "fppa", "foot_pitch"),
    View.REAR: ("fppa",),
    View.OBLIQUE: (*_LEG_CURVES, "trunk_lean", "fppa", "foot_pitch", *_FRONTAL_CURVES, "hip_height"),
}


def _squats(keypoints: Keypoints, _: str | None) -> tuple[Repetition, ...]:
    return find_repetitions(keypoints)


def _measure(examination: Examination, motion: Motion | None, _: Person) -> tuple[Measure, ...]:
    return measure_squat(examination, motion)


def _check(examination: Examination) -> Iterator[Reason]:
    yield from ask_for_standing(examination)
    yield from ask_for_repetitions(examination, int(constant("film.repetitions").value))


SQUAT = Movement(
    test="squat",
    views=tuple(View),
    find_repetitions=_squats,
    check=_check,
    measure=_measure,
    from_fit=FROM_FIT,
    complete=(View.SIDE, View.FRONT),
    loads=True,
)
