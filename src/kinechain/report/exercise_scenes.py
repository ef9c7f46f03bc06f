"""How does each exercise of strength look at its start and at its end? Postures and what stands round them, as data.

Places are of the scene of `reaching_figure.py` (cm): ankles of somebody who stands are at 0, the right leg is the one that works.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kinechain.report.exercise_props import (
    Arrow,
    Bit,
    Prop,
    ball,
    band,
    barbell,
    chair,
    clock,
    kettlebell,
    loop,
    mat,
    moved,
    on,
    pushed,
    sheet,
    solid,
    together,
    wall,
    wedge,
)  # fmt: skip
from kinechain.report.reaching_figure import (
    FORWARD,
    ON_HIPS,
    UPRIGHT,
    Camera,
    Drawn,
    Foot,
    Hand,
    Pose,
    bent,
    lifted,
)  # fmt: skip

SIDE, FRONT, ASIDE = Camera(), Camera(90.0, 14.0), Camera(90.0, 30.0)
BOTH, RIGHT, LEFT = ("right", "left"), ("right",), ("left",)


@dataclass(frozen=True)
class Scene:
    """One exercise drawn twice: how it starts and ends, who works, what stands `behind` and `before` the person, where they move.

    `wide` pictures lie one above the other, others stand side by side. `ends_with` stands there only at the end.
    """

    start: Pose
    end: Pose
    arrow: Arrow | None = None
    working: tuple[str, ...] = BOTH
    camera: Camera = SIDE
    wide: bool = False
    behind: tuple[Prop, ...] = ()
    before: tuple[Prop, ...] = ()
    ends_with: tuple[Prop, ...] = ()
    starts_with: tuple[Prop, ...] = ()
    shuts_eyes: bool = False


def squatting(knee: float, shank: float, lean: float, hand: Hand = FORWARD, sole: float = 0.0) -> Pose:
    """Return a squat on both legs with knee, shank and trunk so far bent and leaned (degrees)."""
    foot = Foot(0.0, sole)
    return Pose(bent(knee, shank, (0.0, sole + 8.9)), lean, right=foot, left=foot, hands=hand)


STANDING = Pose((0.0, UPRIGHT - 0.2))
_FORWARD = replace(STANDING, hands=FORWARD)
_DOWN = moved("middle_hip", -30.0, 0.0)
_GOBLET = Hand((24.0, 30.0, -11.0), "trunk", (0.0, -1.0, 0.2))
_BAR = Hand((-4.0, 50.0, 24.0), "trunk", (-0.5, -1.0, 0.4))

#: Somebody on a chair; what is bent is the right angle that a chair of this height makes.
SEATED = Pose((-42.0, 51.0), -3.0, hands=Hand((24.0, 8.0, 12.0), "trunk"))
CHAIR = chair(-62.0)
SEAT = Pose((-42.0, 51.0), -8.0, hands=Hand((2.0, 0.0, 18.0), "trunk"))
_HOLD = solid((46.0, 82.0), (86.0, 92.0))
_TABLE = together(_HOLD, solid((50.0, 55.0), (0.0, 86.0)), solid((73.0, 78.0), (0.0, 86.0)))


def shin(flexion: float) -> Foot:
    """Return the foot of somebody on the chair whose knee is so far bent (degrees)."""
    swung = math.radians(90.0 - flexion)
    return lifted(41.0 * math.sin(swung), 50.0 - 41.0 * math.cos(swung), 0.8 * (90.0 - flexion))


_MACHINE = together(
    solid((-66.0, -6.0), (36.0, 43.0), kind="prop"),
    solid((-74.0, -62.0), (36.0, 104.0)),
    solid((-52.0, -44.0), (0.0, 36.0)),
    solid((-74.0, -14.0), (0.0, 5.0)),
)
_LEVER = together(band((-2.0, 48.0, 0.0), "right_ankle", kind="lever"), on("right_ankle", 6.0, "weight", 7.0, -5.0))

_ON_BACK = Pose((0.0, 10.8), -90.0, hands=Hand((10.0, 4.0, 27.0)))
_BENT_FOOT = Foot(48.0)
_SIDE = Pose(
    rolled=90.0,
    laid=(0.0, 20.5, 0.0),
    left=Foot(0.0),
    right_hand=Hand((26.0, 3.0, -34.0)),
    left_hand=Hand((12.0, 5.0, 74.0), elbow=(1.0, 0.3, 0.0)),
)
_CLAM = lifted(6.0, UPRIGHT - 59.5, -10.0)
_UNDER = lifted(-16.0, UPRIGHT - 66.0, -10.0)
_MAT = mat((-36.0, 48.0), (-100.0, 112.0))


def _pressing(x: float, y: float) -> Pose:
    """Return somebody who lies back in the machine, both feet on its plate."""
    foot = lifted(x, y, 68.0)
    return Pose((0.0, 32.0), -44.0, right=foot, left=foot, hands=Hand((6.0, 26.0, 20.0)), nods=12.0)


_PRESS = together(
    sheet([(-6.0, 20.0, 0.0), (-60.0, 76.0, 0.0), (-68.0, 68.0, 0.0), (-14.0, 12.0, 0.0)], "prop"),
    sheet([(-8.0, 21.0, 0.0), (20.0, 16.0, 0.0), (20.0, 8.0, 0.0), (-14.0, 12.0, 0.0)], "prop"),
    solid((-40.0, -34.0), (0.0, 42.0)),
    solid((6.0, 12.0), (0.0, 12.0)),
    sheet([(12.0, 6.0, 0.0), (116.0, 48.0, 0.0), (118.0, 43.0, 0.0), (14.0, 1.0, 0.0)], "prop"),
    solid((106.0, 112.0), (0.0, 44.0)),
)


def _plate_of_press(_camera: Camera, person: Drawn) -> Bit:
    """Return the plate under the soles, with its weights."""
    heel, toe = person.places["right_heel"], person.places["right_foot_index"]
    (x0, y0), (x1, y1) = (heel[0] + 2.9, heel[1] + 7.0), (toe[0] + 4.3, toe[1] - 5.0)
    away = (6.0, 2.5)
    ends = ((x0, y0), (x1, y1), (x1 + away[0], y1 + away[1]), (x0 + away[0], y0 + away[1]))
    plate = f'<path class="weight" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in ends)}Z"/>'
    disc = (0.5 * (x0 + x1) + 12.0, 0.5 * (y0 + y1) + 5.0)
    return Bit(
        f'<circle class="plate" cx="{disc[0]:.1f}" cy="{disc[1]:.1f}" r="11"/>{plate}', (*ends, (disc[0] + 14.0, disc[1] + 14.0))
    )


STRENGTH: Mapping[str, Scene] = {
    "supported_squat": Scene(
        replace(STANDING, hands=Hand((47.0, 98.0, 15.0))),
        replace(squatting(45.0, 20.0, 18.0), hands=Hand((47.0, 98.0, 15.0))),
        _DOWN,
        behind=(_TABLE,),
    ),
    "wall_sit": Scene(
        Pose((-30.0, 86.0), 0.0),
        Pose((-30.0, 77.6), 0.0),
        moved("middle_hip", 30.0, 0.0),
        behind=(wall(-40.5, behind=True),),
        ends_with=(clock((26.0, 128.0, 0.0)),),
    ),
    "box_squat": Scene(
        _FORWARD,
        squatting(62.0, 20.0, 34.0),
        moved("middle_hip", 26.0, 0.0),
        behind=(
            chair(-44.0, 44.0),
            solid((-40.0, -6.0), (44.0, 56.0), kind="cushion"),
            solid((-40.0, -6.0), (56.0, 69.0), kind="cushion"),
        ),
    ),
    "squat": Scene(_FORWARD, squatting(90.0, 31.0, 38.0), _DOWN),
    "tempo_squat": Scene(_FORWARD, squatting(90.0, 31.0, 38.0), _DOWN, ends_with=(clock((40.0, 150.0, 0.0)),)),
    "goblet_squat": Scene(
        replace(STANDING, hands=_GOBLET),
        squatting(90.0, 31.0, 32.0, _GOBLET),
        _DOWN,
        before=(kettlebell("right_wrist", 3.0, -2.0),),
    ),
    "deep_squat": Scene(_FORWARD, squatting(120.0, 37.0, 38.0), _DOWN),
    "barbell_squat": Scene(replace(STANDING, hands=_BAR), squatting(98.0, 33.0, 42.0, _BAR), _DOWN, before=(barbell(),)),
    "wedge_squat": Scene(
        Pose(
            (0.0, UPRIGHT + 4.8),
            right=lifted(0.0, 14.0, -16.0),
            left=lifted(0.0, 14.0, -16.0),
            hands=FORWARD,
        ),
        Pose(
            bent(90.0, 40.0, (0.0, 14.0)),
            26.0,
            right=lifted(0.0, 14.0, -16.0),
            left=lifted(0.0, 14.0, -16.0),
            hands=FORWARD,
        ),
        _DOWN,
        behind=(wedge(-20.0, 21.0, 10.6),),
    ),
    "low_step_up": Scene(
        Pose((-6.0, 96.0), 8.0, right=Foot(0.0, 10.0), left=Foot(-27.0, 0.0, up=-30.0)),
        Pose((0.0, UPRIGHT + 9.8), right=Foot(0.0, 10.0), left=Foot(-5.0, 10.0)),
        moved("middle_hip", -26.0, 0.0),
        RIGHT,
        behind=(solid((-12.0, 30.0), (0.0, 10.0)),),
    ),
    "lateral_step_up": Scene(
        Pose((0.0, 97.0), 6.0, right=Foot(0.0, 18.0, 6.0), left=Foot(0.0, 0.0, 8.0, -34.0), laid=(0.0, 97.0, 2.0)),
        Pose(
            (0.0, UPRIGHT + 17.8), right=Foot(0.0, 18.0, -3.0), left=lifted(0.0, 29.0, -10.0, 5.0), laid=(0.0, UPRIGHT + 17.8, 11.0)
        ),
        pushed("middle_hip", (0.0, -1.0), -8.0, 34.0, 28.0),
        RIGHT,
        FRONT,
        behind=(solid((-16.0, 26.0), (0.0, 18.0), (4.0, 50.0)),),
    ),
    "step_up": Scene(
        Pose((-10.0, 95.0), 14.0, right=Foot(0.0, 20.0), left=Foot(-34.0, 0.0, up=-34.0)),
        Pose((0.0, UPRIGHT + 19.8), right=Foot(0.0, 20.0), left=Foot(-5.0, 20.0)),
        moved("middle_hip", -26.0, 0.0),
        RIGHT,
        behind=(solid((-12.0, 30.0), (0.0, 20.0)),),
    ),
    "step_down": Scene(
        Pose((0.0, UPRIGHT + 11.8), right=Foot(0.0, 12.0), left=lifted(20.0, 32.0, 0.0)),
        Pose(bent(73.0, 37.0, (0.0, 20.9)), 20.0, right=Foot(0.0, 12.0), left=lifted(31.0, 10.0, 10.0)),
        moved("middle_hip", -26.0, 0.0),
        RIGHT,
        behind=(solid((-26.0, 21.0), (0.0, 12.0)),),
    ),
    "single_leg_squat": Scene(
        replace(STANDING, left=lifted(20.0, 22.0, 6.0), hands=FORWARD),
        Pose(bent(70.0, 30.0), 32.0, left=lifted(46.0, 22.0, 12.0), hands=FORWARD),
        _DOWN,
        RIGHT,
    ),
    "split_squat": Scene(
        replace(Pose((-6.0, 83.5), right=Foot(28.0), left=Foot(-50.0, up=-38.0)), hands=ON_HIPS),
        replace(Pose((-2.0, 73.5), right=Foot(28.0), left=Foot(-50.0, up=-46.0)), hands=ON_HIPS),
        moved("middle_hip", -26.0, 0.0),
        RIGHT,
    ),
    "back_lunge": Scene(
        replace(STANDING, hands=ON_HIPS),
        replace(Pose((-24.0, 68.0), 14.0, left=Foot(-76.0, up=-52.0)), hands=ON_HIPS),
        moved("left_foot_index", 0.0, 12.0),
        RIGHT,
    ),
    "forward_lunge": Scene(
        replace(STANDING, hands=ON_HIPS),
        replace(Pose((30.0, 60.0), 6.0, right=Foot(64.0), left=Foot(0.0, up=-50.0)), hands=ON_HIPS),
        moved("right_foot_index", -10.0, 12.0),
        RIGHT,
    ),
    "short_lunge": Scene(
        replace(STANDING, hands=ON_HIPS),
        replace(Pose((26.0, 65.0), 2.0, right=Foot(40.0), left=Foot(0.0, up=-50.0)), hands=ON_HIPS),
        moved("right_foot_index", -10.0, 12.0),
        RIGHT,
        ends_with=(band((58.0, 0.0, 0.0), (58.0, 74.0, 0.0), kind="dashes"),),
    ),
    "rear_foot_raised_split_squat": Scene(
        replace(Pose((-4.0, 86.0), 6.0, right=Foot(16.0), left=lifted(-56.0, 50.0, -100.0)), hands=ON_HIPS),
        replace(Pose((-8.0, 65.0), 18.0, right=Foot(16.0), left=lifted(-56.0, 50.0, -100.0)), hands=ON_HIPS),
        moved("middle_hip", 30.0, 6.0),
        RIGHT,
        behind=(solid((-84.0, -46.0), (37.0, 42.0)), solid((-82.0, -78.0), (0.0, 37.0)), solid((-52.0, -48.0), (0.0, 37.0))),
    ),
    "quadriceps_set": Scene(
        Pose(
            (0.0, 10.0),
            -24.0,
            right=lifted(82.4, 9.6, 78.0),
            left=_BENT_FOOT,
            hands=Hand((-40.0, 3.0, 19.0)),
        ),
        Pose(
            (0.0, 10.0),
            -24.0,
            right=lifted(83.0, 9.6, 98.0),
            left=_BENT_FOOT,
            hands=Hand((-40.0, 3.0, 19.0)),
        ),
        pushed("right_knee", (0.0, 1.0), -34.0, 24.0),
        RIGHT,
        wide=True,
        before=(ball((41.0, 3.4, 0.0), 4.4, "towel"),),
    ),
    "straight_leg_raise": Scene(
        replace(_ON_BACK, right=lifted(83.0, 9.0, 90.0), left=_BENT_FOOT),
        replace(_ON_BACK, right=lifted(66.0, 62.5, 130.0), left=_BENT_FOOT),
        moved("right_ankle", 14.0, 0.0, -0.2),
        RIGHT,
        wide=True,
    ),
    "isometric_knee_extension": Scene(
        replace(SEAT, right=shin(70.0)),
        replace(SEAT, right=shin(70.0)),
        pushed("right_ankle", (0.94, -0.34), 16.0, 26.0),
        RIGHT,
        behind=(CHAIR,),
        before=(band((-24.0, 14.0, 0.0), "right_ankle", kind="strap"),),
    ),
    "band_knee_extension": Scene(
        replace(SEAT, right=shin(90.0)),
        replace(SEAT, right=shin(46.0)),
        moved("right_ankle", 16.0, 2.0, -0.15),
        RIGHT,
        behind=(CHAIR,),
        before=(band((-60.0, 10.0, 0.0), "right_ankle"),),
    ),
    "machine_knee_extension": Scene(
        replace(SEAT, right=shin(90.0)),
        replace(SEAT, right=shin(46.0)),
        moved("right_ankle", 18.0, 2.0, -0.15),
        RIGHT,
        behind=(_MACHINE,),
        before=(_LEVER,),
    ),
    "full_knee_extension": Scene(
        replace(SEAT, right=shin(90.0)),
        replace(SEAT, right=shin(2.0)),
        moved("right_ankle", 20.0, 6.0, -0.2),
        RIGHT,
        behind=(_MACHINE,),
        before=(_LEVER,),
    ),
    "leg_press": Scene(
        _pressing(64.5, 63.0),
        _pressing(74.5, 66.0),
        moved("right_heel", 26.0, 14.0),
        wide=True,
        behind=(_PRESS,),
        before=(_plate_of_press,),
    ),
    "clam": Scene(
        replace(_SIDE, right=_CLAM, left=_CLAM),
        replace(_SIDE, right=replace(_CLAM, knee=(0.75, 0.3, 0.75)), left=_CLAM),
        pushed("right_knee", (0.0, -1.0), 9.0, 22.0),
        RIGHT,
        ASIDE,
        wide=True,
        behind=(_MAT,),
    ),
    "side_lying_abduction": Scene(
        replace(_SIDE, right=Foot(-3.0), left=_UNDER),
        replace(_SIDE, right=lifted(-3.0, UPRIGHT - 70.5, 0.0, 47.5, 32.0), left=_UNDER),
        moved("right_ankle", -12.0, 0.0, 0.15),
        RIGHT,
        ASIDE,
        wide=True,
        behind=(_MAT,),
    ),
    "standing_hip_abduction": Scene(
        replace(STANDING, left_hand=Hand((8.0, 112.0, 44.0))),
        replace(STANDING, left_hand=Hand((8.0, 112.0, 44.0)), right=lifted(-2.0, 18.5, 0.0, 38.0, 27.0)),
        moved("right_ankle", -14.0, 0.0, -0.15),
        RIGHT,
        FRONT,
        behind=(solid((-20.0, 24.0), (0.0, 150.0), (-58.0, -52.0), "wall"),),
    ),
    "band_side_step": Scene(
        Pose(bent(28.0, 12.0), 16.0, right=Foot(out=3.0), left=Foot(out=3.0), hands=ON_HIPS),
        Pose(
            (-3.0, 87.8),
            16.0,
            right=Foot(out=18.0),
            left=Foot(out=13.0),
            hands=ON_HIPS,
            laid=(-3.0, 87.8, 10.0),
        ),
        moved("right_ankle", -6.0, -22.0, least=34.0),
        BOTH,
        FRONT,
        before=(loop("right_ankle", "left_ankle", 0.16, ("right_knee", "left_knee")),),
    ),
    "side_bridge": Scene(
        Pose(
            sideways=34.0,
            rolled=90.0,
            laid=(0.0, 20.5, 0.0),
            left=Foot(2.0),
            right=Foot(-2.0),
            right_hand=ON_HIPS,
            left_hand=Hand((27.0, 4.0, 30.0), elbow=(-0.4, 0.0, 1.0)),
        ),
        Pose(
            rolled=74.0,
            laid=(0.0, 34.8, 0.0),
            left=Foot(2.0),
            right=Foot(-2.0),
            right_hand=ON_HIPS,
            left_hand=Hand((27.0, 4.0, 50.0), elbow=(-0.4, 0.0, 1.0)),
        ),
        pushed("middle_hip", (0.0, -1.0), 14.0, 24.0),
        LEFT,
        Camera(90.0, 16.0),
        wide=True,
        behind=(_MAT,),
    ),
    "hip_external_rotation": Scene(
        replace(SEATED, right=Foot(knee=(1.0, 0.0, 0.0)), left=Foot(out=10.0)),
        replace(SEATED, right=lifted(0.0, 12.5, 0.0, -17.0, -24.0, (1.0, 0.0, 0.0)), left=Foot(out=10.0)),
        moved("right_ankle", 0.0, 20.0),
        RIGHT,
        Camera(90.0, 18.0),
        behind=(CHAIR,),
        before=(band("right_ankle", (0.0, 12.0, 56.0)), solid((-3.0, 3.0), (0.0, 46.0), (54.0, 59.0))),
    ),
    "bridge": Scene(
        replace(_ON_BACK, right=Foot(51.0), left=Foot(51.0)),
        replace(_ON_BACK, hips=(-6.0, 35.0), lean=-119.0, nods=29.0, right=Foot(51.0), left=Foot(51.0)),
        moved("middle_hip", 0.0, -22.0),
        wide=True,
    ),
    "single_leg_bridge": Scene(
        replace(_ON_BACK, right=Foot(51.0), left=lifted(66.0, 54.0, 120.0)),
        replace(_ON_BACK, hips=(-6.0, 35.0), lean=-119.0, nods=29.0, right=Foot(51.0), left=lifted(66.0, 76.0, 118.0)),
        moved("middle_hip", 0.0, -22.0),
        RIGHT,
        wide=True,
    ),
    "hip_thrust": Scene(
        Pose(
            (-20.0, 15.0),
            -40.0,
            right=Foot(40.0),
            left=Foot(40.0),
            nods=20.0,
            hands=Hand((4.0, 4.0, 12.0), "trunk"),
        ),
        Pose(
            (0.0, 51.0),
            -92.0,
            right=Foot(40.0),
            left=Foot(40.0),
            nods=30.0,
            hands=Hand((12.0, 6.0, 12.0), "trunk"),
        ),
        pushed("middle_hip", (0.0, -1.0), -38.0, 26.0, 12.0),
        wide=True,
        behind=(chair(-44.0, 40.0, facing=-1.0, rest=False),),
        before=(kettlebell("middle_hip", 2.0, -14.0),),
    ),
    "hip_hinge": Scene(
        replace(STANDING, hands=Hand((3.0, -50.0, 0.0), "shoulder")),
        Pose(
            bent(18.0, 2.0),
            68.0,
            hands=Hand((2.0, -52.0, 0.0), "shoulder"),
            nods=-20.0,
        ),
        moved("middle_hip", -20.0, -12.0, least=30.0),
    ),
    "single_leg_deadlift": Scene(
        replace(STANDING, left=lifted(-16.0, 20.0, -20.0)),
        Pose(
            bent(16.0, 4.0),
            72.0,
            left=lifted(-77.0, 76.0, -82.0),
            hands=Hand((2.0, -52.0, 0.0), "shoulder"),
            nods=-20.0,
        ),
        moved("left_ankle", -4.0, 0.0, 0.2),
        RIGHT,
    ),
    "lying_knee_to_chest": Scene(
        replace(_ON_BACK, right=lifted(83.0, 9.6, 78.0), left=lifted(83.0, 9.6, 78.0)),
        replace(
            _ON_BACK,
            right=lifted(-9.0, 42.0, 20.0),
            left=lifted(83.0, 9.6, 78.0),
            hands=Hand((-8.0, 44.0, 12.0), elbow=(0.0, 1.0, 0.3)),
        ),
        moved("right_knee", 14.0, 0.0, 0.25),
        RIGHT,
        wide=True,
    ),
    "seated_heel_raise": Scene(
        SEATED,
        replace(SEATED, right=Foot(up=-34.0), left=Foot(up=-34.0)),
        moved("right_heel", -14.0, 0.0),
        behind=(CHAIR,),
    ),
    "two_leg_heel_raise": Scene(
        replace(STANDING, hands=Hand((46.0, 118.0, 15.0))),
        Pose(
            (7.0, UPRIGHT + 9.7),
            right=Foot(up=-38.0),
            left=Foot(up=-38.0),
            hands=Hand((46.0, 122.0, 15.0)),
        ),
        moved("right_heel", -14.0, 0.0),
        behind=(wall(52.0),),
    ),
    "bent_knee_heel_raise": Scene(
        Pose(bent(28.0, 15.0), 8.0, hands=Hand((46.0, 112.0, 15.0))),
        Pose(
            bent(28.0, 15.0, (7.4, 18.2)),
            8.0,
            right=Foot(up=-36.0),
            left=Foot(up=-36.0),
            hands=Hand((46.0, 116.0, 15.0)),
        ),
        moved("right_heel", -14.0, 0.0),
        behind=(wall(52.0),),
    ),
    "single_leg_heel_raise": Scene(
        replace(STANDING, left=lifted(-28.0, 34.0, -40.0), hands=Hand((46.0, 118.0, 15.0))),
        Pose(
            (7.0, UPRIGHT + 9.7),
            right=Foot(up=-38.0),
            left=lifted(-26.0, 46.0, -40.0),
            hands=Hand((46.0, 122.0, 15.0)),
        ),
        moved("right_heel", -14.0, 0.0),
        RIGHT,
        behind=(wall(52.0),),
    ),
}
