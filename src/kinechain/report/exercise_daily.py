"""How does each exercise of every day look, and each activity: ankles, feet, balance, sitting, running, jumping, kicking?

Places are of the scene of `reaching_figure.py` (cm): ankles of somebody who stands are at 0, the right leg is the one that works.
"""

from collections.abc import Mapping
from dataclasses import replace

from kinechain.report.exercise_props import ball, clock, moved, onward, solid, together, wall
from kinechain.report.exercise_scenes import BOTH, CHAIR, FRONT, RIGHT, SEAT, SEATED, STANDING, Scene, shin
from kinechain.report.reaching_figure import CROSSED, ON_HIPS, UPRIGHT, Camera, Foot, Hand, Pose, bent, lifted

_NEXT = Camera(60.0, 10.0)
_RUN_ARM = Hand((12.0, -24.0, -4.0), "shoulder"), Hand((-20.0, -24.0, 2.0), "shoulder")
_WALK_ARM = Hand((16.0, -50.0, 2.0), "shoulder"), Hand((-16.0, -49.0, 2.0), "shoulder")


def _striding(ahead: str, front: Foot, back: Foot, hips: tuple[float, float], lean: float, arms: tuple[Hand, Hand]) -> Pose:
    """Return somebody with one foot ahead and the other behind; the arm on the other side swings forward."""
    forward, backward = arms
    if ahead == "right":
        return Pose(hips, lean, right=front, left=back, right_hand=backward, left_hand=forward)
    return Pose(hips, lean, right=back, left=front, right_hand=forward, left_hand=backward)


def _walking(ahead: str) -> Pose:
    """Return a stride in which one foot lands and the other pushes off."""
    return _striding(ahead, Foot(26.0, up=14.0), Foot(-32.0, up=-28.0), (0.0, 88.0), 3.0, _WALK_ARM)


def _running(ahead: str) -> Pose:
    """Return a runner in the air, one knee ahead, the other leg behind."""
    return _striding(ahead, lifted(24.0, 34.0, 4.0), lifted(-56.0, 46.0, -50.0), (0.0, 99.0), 9.0, _RUN_ARM)


def _pushing(ahead: str) -> Pose:
    """Return a runner who pushes off."""
    return _striding(ahead, lifted(18.0, 56.0, -10.0), Foot(-36.0, up=-44.0), (0.0, 93.0), 9.0, _RUN_ARM)


_ON_ONE = replace(Pose((0.0, UPRIGHT - 0.2), left=lifted(-20.0, 36.0, -36.0), laid=(0.0, UPRIGHT - 0.2, 0.0)), hands=CROSSED)
_SOFT = Pose(bent(60.0, 28.0), 30.0, hands=Hand((-24.0, -46.0, 4.0), "shoulder"))
_UP = Hand((40.0, 20.0, 0.0), "shoulder")
_POST = together(solid((58.0, 63.0), (0.0, 110.0), (-4.0, 4.0)), solid((50.0, 71.0), (0.0, 4.0), (-10.0, 10.0)))

DAILY: Mapping[str, Scene] = {
    "seated_ankle_rock": Scene(
        replace(SEAT, right=Foot(-4.0)),
        replace(SEAT, lean=14.0, hips=(-34.0, 51.0), right=Foot(-4.0)),
        moved("right_knee", 6.0, -16.0, least=28.0),
        RIGHT,
        behind=(CHAIR,),
    ),
    "knee_over_toe_drill": Scene(
        Pose((-5.0, 88.5), 2.0, left=Foot(-48.0, up=-22.0), hands=Hand((26.0, 122.0, 15.0))),
        Pose((5.0, 79.0), 4.0, left=Foot(-48.0, up=-38.0), hands=Hand((26.0, 114.0, 15.0))),
        moved("right_knee", 2.0, -20.0, least=26.0),
        RIGHT,
        behind=(wall(31.0),),
    ),
    "calf_stretch": Scene(
        Pose(
            (-16.0, 86.2),
            6.0,
            right=Foot(-46.0),
            left=Foot(16.0),
            hands=Hand((42.0, 120.0, 15.0)),
        ),
        Pose(
            (4.0, 75.0),
            12.0,
            right=Foot(-46.0),
            left=Foot(16.0),
            hands=Hand((42.0, 114.0, 15.0)),
        ),
        moved("middle_hip", 0.0, -26.0, least=30.0),
        RIGHT,
        behind=(wall(48.0),),
    ),
    "bent_knee_calf_stretch": Scene(
        Pose(
            (-14.0, 88.0),
            4.0,
            right=Foot(-28.0),
            left=Foot(14.0),
            hands=Hand((42.0, 122.0, 15.0)),
        ),
        Pose(
            bent(36.0, 34.0, (-28.0, 8.9)),
            6.0,
            right=Foot(-28.0),
            left=Foot(14.0),
            hands=Hand((42.0, 114.0, 15.0)),
        ),
        moved("right_knee", 2.0, -22.0, least=28.0),
        RIGHT,
        behind=(wall(48.0),),
    ),
    "deep_squat_hold": Scene(
        replace(STANDING, hands=Hand((56.0, 100.0, 6.0))),
        Pose(bent(128.0, 36.0), 30.0, hands=Hand((56.0, 74.0, 6.0))),
        moved("middle_hip", -30.0, 0.0),
        behind=(_POST,),
        ends_with=(clock((-30.0, 118.0, 0.0)),),
    ),
    "seated_short_foot": Scene(SEATED, SEATED, behind=(CHAIR,)),
    "toe_yoga": Scene(SEATED, SEATED, behind=(CHAIR,)),
    "standing_short_foot": Scene(STANDING, STANDING),
    "single_leg_short_foot": Scene(
        replace(STANDING, left=lifted(-26.0, 38.0, -40.0)), replace(STANDING, left=lifted(-26.0, 38.0, -40.0)), working=RIGHT
    ),
    "tandem_stand": Scene(
        STANDING,
        replace(Pose((0.0, UPRIGHT - 1.2), right=Foot(13.0, out=-8.0), left=Foot(-13.0, out=-8.0)), hands=CROSSED),
        moved("right_foot_index", 0.0, 15.0, least=24.0),
        RIGHT,
        _NEXT,
    ),
    "single_leg_stand": Scene(
        replace(STANDING, hands=CROSSED),
        replace(_ON_ONE, right=Foot(out=-6.0), laid=(0.0, UPRIGHT - 0.6, 6.0)),
        moved("left_ankle", 20.0, 0.0),
        RIGHT,
        FRONT,
    ),
    "single_leg_stand_eyes_shut": Scene(
        replace(_ON_ONE, right=Foot(out=-6.0), laid=(0.0, UPRIGHT - 0.6, 6.0)),
        replace(_ON_ONE, right=Foot(out=-6.0), laid=(0.0, UPRIGHT - 0.6, 6.0)),
        working=RIGHT,
        camera=FRONT,
        shuts_eyes=True,
    ),
    "single_leg_reach": Scene(
        replace(replace(STANDING, left=lifted(8.0, 22.0, 0.0)), hands=ON_HIPS),
        replace(Pose(bent(42.0, 17.0), 14.0, left=lifted(54.0, 13.0, 6.0)), hands=ON_HIPS),
        moved("left_foot_index", 6.0, -14.0, least=30.0),
        RIGHT,
    ),
    "sitting_break": Scene(
        SEATED,
        replace(STANDING, hips=(6.0, UPRIGHT - 0.2), right=Foot(6.0), left=Foot(6.0)),
        moved("head", -22.0, -8.0, 0.1),
        behind=(CHAIR,),
    ),
    "seated_knee_swing": Scene(
        replace(SEATED, right=shin(88.0)),
        replace(SEATED, right=shin(58.0)),
        moved("right_ankle", 16.0, 2.0, -0.15, both=True),
        behind=(CHAIR,),
    ),
    "walk": Scene(_walking("right"), _walking("left"), lambda _b, a: onward(a, 34.0), BOTH),
    "walk_run": Scene(_walking("right"), _running("left"), lambda _b, a: onward(a, 34.0), BOTH),
    "easy_run": Scene(_pushing("right"), _running("left"), lambda _b, a: onward(a, 34.0), BOTH),
    "longer_run": Scene(
        _pushing("right"), _running("left"), lambda _b, a: onward(a, 80.0), BOTH, ends_with=(clock((-34.0, 176.0, 0.0)),)
    ),
    "two_leg_jump": Scene(
        _SOFT,
        replace(Pose((4.0, UPRIGHT + 27.0), 6.0, right=lifted(-2.0, 38.0, -40.0), left=lifted(-2.0, 38.0, -40.0)), hands=_UP),
        moved("middle_hip", -34.0, 0.0),
    ),
    "hop": Scene(
        replace(_SOFT, hips=bent(45.0, 24.0), lean=20.0, left=lifted(-34.0, 36.0, -50.0)),
        replace(Pose((4.0, UPRIGHT + 24.0), 6.0, right=lifted(-2.0, 34.0, -40.0), left=lifted(-26.0, 66.0, -50.0)), hands=_UP),
        moved("middle_hip", -34.0, 0.0),
        RIGHT,
    ),
    "easy_kick": Scene(
        Pose((-4.0, 90.5), 4.0, right=lifted(-44.0, 26.0, -36.0), left=Foot(0.0), right_hand=_WALK_ARM[0], left_hand=_WALK_ARM[1]),
        Pose((-2.0, 90.5), -4.0, right=lifted(34.0, 22.0, 2.0), left=Foot(0.0), right_hand=_WALK_ARM[1], left_hand=_WALK_ARM[0]),
        moved("right_ankle", 0.0, -22.0, -0.2),
        RIGHT,
        starts_with=(ball((34.0, 10.5, 0.0), 10.5, "ball"),),
        ends_with=(ball((62.0, 10.5, 0.0), 10.5, "ball"),),
    ),
    "full_kick": Scene(
        Pose(
            (-8.0, 88.0),
            10.0,
            right=lifted(-50.0, 58.0, -80.0),
            left=Foot(4.0),
            right_hand=Hand((30.0, -38.0, 10.0), "shoulder"),
            left_hand=Hand((-30.0, -36.0, 10.0), "shoulder"),
        ),
        Pose(
            (-4.0, 90.0),
            -14.0,
            right=lifted(50.0, 58.0, 14.0),
            left=Foot(4.0),
            right_hand=Hand((-34.0, -30.0, 10.0), "shoulder"),
            left_hand=Hand((34.0, -34.0, 10.0), "shoulder"),
        ),
        moved("right_ankle", 0.0, 0.0, -0.3),
        RIGHT,
        starts_with=(ball((34.0, 10.5, 0.0), 10.5, "ball"),),
        ends_with=(ball((76.0, 74.0, 0.0), 10.5, "ball"),),
    ),
}
