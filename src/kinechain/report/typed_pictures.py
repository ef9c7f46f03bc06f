"""What does each measurement that is typed in look like? A small picture of each, drawn by us, that explains how it is taken."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from kinechain.core.types import View
from kinechain.report.bones import BONES
from kinechain.report.chain_picture import STANDING
from kinechain.report.guide_pictures import LUNGE, SCENES, middle
from kinechain.report.guide_scene import Box, Label, Piece, angle, arrow, block, device, floor, picture, span, watch
from kinechain.report.hulls import CIRCLE, convex, path_of
from kinechain.report.posed_figure import Arm, Figure, Leg, Posture, draw_figure

#: What is shown of a scene (cm), and what it is made of.
Drawn = tuple[Box, list[Piece]]

_BACK = Leg(90.0, 0.0, 90.0)
_FACE = Leg(-90.0, 0.0, -80.0)
_ALONG_BACK, _ALONG_FACE = Arm(90.0, 0.0, 6.0), Arm(-90.0, 0.0, 6.0)
_SIT = Leg(90.0, 90.0, 0.0, 6.0)
_COUCH = 42.0
#: Outlines of a knee from the front and of a foot from above, round the bones (cm).
_KNEE = (
    '<path class="skin-shape" d="M-14.6 26C-14 36-13.6 41-13 46-12.6 52-13.4 58-12.8 66'
    'H-2.6C-2 58-2.8 52-2.4 46-1.8 41-1.4 36-.8 26Z"/>'
)
_FOOT = (
    '<path class="skin-shape" d="M-8.4 16.2C-12.6 16.2-12.4 9-11.9 4-11.4-1-14.6-6-14.4-10-14-14.6-9.4-15.6-6.4-14.6'
    '-3-13.4-3.4-8-3.9-2-4.3 4-4.4 16.2-8.4 16.2Z"/>'
)


def draw_typed(key: str, code: str, title: str, description: str, language: str = "en") -> str:
    """Return the picture that explains how a typed measure is taken."""
    box, pieces = TYPED[code]()
    return picture(key, title, description, box, pieces, language)


def _knee_to_wall_cm() -> Drawn:
    figure = draw_figure(LUNGE, View.SIDE, tested="right")
    toe, knee = figure.places["right_foot_index"], figure.places["right_knee"]
    wall = knee[0] + 5.6
    return (-72.0, -92.0, 150.0, 108.0), [
        floor(-72.0, wall),
        block(wall, -92.0, 16.0, 92.0, "wall"),
        figure.svg,
        span((toe[0] + 2.1, 7.0), (wall, 7.0)),
        Label((wall + 4.0, 12.0), "tape", "start"),
    ]


def _knee_to_wall_deg() -> Drawn:
    figure = draw_figure(LUNGE, View.SIDE, tested="right")
    (kx, ky), (ax, ay) = figure.places["right_knee"], figure.places["right_ankle"]
    lean = math.degrees(math.atan2(kx - ax, ay - ky))
    at = (ax + 0.62 * (kx - ax) + 6.6, ay + 0.62 * (ky - ay) + 4.0)
    wall = kx + 5.6
    return (-72.0, -92.0, 174.0, 108.0), [
        floor(-72.0, wall),
        block(wall, -92.0, 16.0, 92.0, "wall"),
        figure.svg,
        angle((ax, ay), 90.0, 90.0 - lean, 24.0, 42.0),
        device(at, lean),
        Label((at[0] + 20.0, at[1] - 27.0), "level_app", "start"),
    ]


def _calf_length() -> Drawn:
    figure = draw_figure(
        Posture(10.0, 0.0, Leg(42.0, 60.0), Leg(-28.0, 0.0), Arm(70.0, 6.0), Arm(62.0, 8.0)), View.SIDE, tested="right"
    )
    (kx, ky), (ax, ay) = figure.places["right_knee"], figure.places["right_ankle"]
    lean = math.degrees(math.atan2(kx - ax, ay - ky))
    at = (ax + 0.5 * (kx - ax) - 8.5, ay + 0.5 * (ky - ay) - 4.5)
    return (-100.0, -108.0, 184.0, 118.0), [
        floor(-100.0, 72.0),
        block(64.0, -108.0, 14.0, 108.0, "wall"),
        figure.svg,
        angle((ax, ay), 90.0, 90.0 - lean, 30.0, 52.0),
        device(at, lean),
        Label((at[0] - 8.0, at[1] - 6.0), "level_app", "end"),
    ]


def _lying(posture: Posture) -> tuple[Figure, list[Piece]]:
    figure = draw_figure(posture, View.SIDE, tested="right", lift=_COUCH)
    return figure, [
        floor(-130.0, 130.0),
        block(-128.0, -_COUCH, 256.0, 8.0),
        *(block(x, -_COUCH, 6.0, _COUCH) for x in (-118.0, 112.0)),
    ]


def _hip_flexion() -> Drawn:
    figure, couch = _lying(Posture(-90.0, 0.0, _BACK, Leg(198.0, 108.0, 90.0), _ALONG_BACK, _ALONG_BACK))
    return (-132.0, -126.0, 264.0, 130.0), [*couch, figure.svg, angle(figure.places["right_hip"], 0.0, 108.0, 30.0, 64.0)]


def _hamstrings() -> Drawn:
    figure, couch = _lying(Posture(-90.0, 0.0, _BACK, Leg(162.0, 0.0, 160.0), _ALONG_BACK, _ALONG_BACK))
    return (-132.0, -152.0, 264.0, 156.0), [*couch, figure.svg, angle(figure.places["right_hip"], 0.0, 72.0, 34.0, 70.0)]


def _quadriceps() -> Drawn:
    figure, couch = _lying(Posture(90.0, 0.0, _FACE, Leg(-90.0, 118.0, -120.0), _ALONG_FACE, _ALONG_FACE))
    return (-132.0, -112.0, 264.0, 116.0), [*couch, figure.svg, angle(figure.places["right_knee"], 180.0, 62.0, 22.0, 46.0)]


def _sitting_rotation(turned: float) -> Callable[[], Drawn]:
    def draw() -> Drawn:
        figure = draw_figure(
            Posture(4.0, 0.0, _SIT, Leg(90.0, 90.0, 0.0, 6.0, turned), Arm(6.0, 8.0, 16.0), Arm(6.0, 8.0, 16.0)),
            View.FRONT,
            tested="right",
            lift=14.0,
        )
        (kx, ky), (ax, ay) = figure.places["right_knee"], figure.places["right_ankle"]
        swung = math.degrees(math.atan2(ax - kx, ay - ky))
        seat = ky + 8.0
        return (-80.0, -146.0, 160.0, 152.0), [
            floor(-80.0, 80.0),
            block(-54.0, seat, 108.0, 9.0),
            figure.svg,
            angle((kx, ky), -90.0, -90.0 + swung, 30.0, 52.0),
        ]

    return draw


def _push(posture: Posture, at: str, way: tuple[float, float], view: View, seat: bool) -> Callable[[], Drawn]:
    """Draw a push against a dynamometer at a point of the tested leg; the arrow is the push."""

    def draw() -> Drawn:
        figure = draw_figure(posture, view, tested="right", lift=14.0)
        x, y = figure.places[at]
        y -= 6.0
        pad = (x + 6.5 * way[0], y + 6.5 * way[1])
        seat_top = figure.places["right_hip"][1] + 8.6
        pieces: list[Piece] = [floor(-86.0, 86.0), block(-44.0, seat_top, 78.0, 8.0) if seat else "", figure.svg]
        pieces += [f'<circle class="pad" cx="{pad[0]:.1f}" cy="{pad[1]:.1f}" r="4.6"/>']
        end = (pad[0] + 24.0 * way[0], pad[1] + 24.0 * way[1])
        pieces += [arrow((pad[0] + 6.0 * way[0], pad[1] + 6.0 * way[1]), end)]
        return (-86.0, -146.0, 172.0, 152.0), pieces

    return draw


def _side_lying() -> Drawn:
    """Draw the push upwards of the upper leg: a person from the front, laid on their left side."""
    figure = draw_figure(
        Posture(0.0, 0.0, Leg(0.0, 0.0, 0.0, 1.0), Leg(0.0, 0.0, 0.0, 17.0), Arm(0.0, 0.0, 4.0), Arm(0.0, 0.0, 4.0)),
        View.FRONT,
        tested="right",
    )
    low = max(figure.places[name][0] for name in ("left_shoulder", "left_wrist")) + 4.6
    (x, y) = figure.places["right_ankle"]
    pad = (x - 7.0, y - 4.0)
    laid = [
        figure.svg,
        f'<circle class="pad" cx="{pad[0]:.1f}" cy="{pad[1]:.1f}" r="4.6"/>',
        arrow((pad[0] - 6, pad[1]), (pad[0] - 28, pad[1])),
    ]
    return (-12.0, -116.0, 200.0, 124.0), [
        floor(-12.0, 188.0),
        block(-8.0, -12.0, 192.0, 8.0),
        f'<g transform="translate(8 {-12.0 - low:.1f}) rotate(90)">{"".join(laid)}</g>',
    ]


def _timed(test: str, view: View, box: Box) -> Callable[[], Drawn]:
    """Draw a test's own posture with a watch beside it."""

    def draw() -> Drawn:
        scene = SCENES[test][view]
        figure = draw_figure(scene.posture, view, tested=scene.tested, lift=scene.lift)
        left, top, width, _ = box
        moved = f'<g transform="translate({-middle(figure):.1f} 0)">{"".join(scene.props(figure))}{figure.svg}</g>'
        return box, [floor(left, left + width), moved, watch((left + width - 16.0, top + 22.0))]

    return draw


def _bones(names: tuple[str, ...], from_above: bool) -> str:
    """Return bones of the right leg from the front, or from above with the toes up the page (cm)."""
    drawn = []
    for shape in BONES:
        if shape.name in names:
            hulls = []
            for part in shape.parts:
                circles = []
                for x, y, z, radius in part:
                    ox, oy, oz = STANDING[shape.segment]
                    at = (-(oz + z), -(ox + x)) if from_above else (-(oz + z), -(oy + y))
                    circles.append(np.array(at) + radius * CIRCLE)
                hulls.append(path_of(convex(np.concatenate(circles))))
            drawn.append(f'<path class="bone {shape.name}" d="{"".join(hulls)}"/>')
    return "".join(drawn)


def _knee_front(more: Sequence[Piece]) -> Callable[[], Drawn]:
    def draw() -> Drawn:
        return (-30.0, 27.0, 45.0, 37.0), [_KNEE, _bones(("femur", "tibia", "fibula", "patella"), from_above=False), *more]

    return draw


def _foot_width() -> Drawn:
    return (-34.0, -18.0, 52.0, 37.0), [
        _FOOT,
        _bones(("talus", "foot", "toes"), from_above=True),
        span((-12.6, 0.6), (-3.8, 0.6), "measure fine"),
    ]


def _foot_posture() -> Drawn:
    """Draw heel and shank from behind, upright and leaning in: one of the six points that are looked at."""
    upright = '<path class="skin-shape" d="M-6-34C-5-22-4-14-4.4-8-6.4-5-6.6-.4-4 0H4C6.6-.4 6.4-5 4.4-8 4-14 5-22 6-34Z"/>'
    leaning = '<path class="skin-shape" d="M-6-34C-5-22-4-14-3-8-4-5-3.4-.4-.6 0H7.6C10-.6 9-5 5.8-8 5-14 5-22 6-34Z"/>'
    return (-34.0, -36.0, 68.0, 40.0), [
        '<path class="floor fine" d="M-32 0H32"/>',
        f'<g transform="translate(-16 0)">{upright}<path class="measure fine" d="M0-30V-1"/></g>',
        f'<g transform="translate(14 0)">{leaning}<path class="measure fine" d="M0-30 .6-9 3.6-1"/></g>',
    ]


#: How each typed measure is drawn.
TYPED: Mapping[str, Callable[[], Drawn]] = {
    "foot_posture_index": _foot_posture,
    "midfoot_width_change": _foot_width,
    "knee_to_wall_cm": _knee_to_wall_cm,
    "knee_to_wall_deg": _knee_to_wall_deg,
    "calf_length": _calf_length,
    "hip_flexion_range": _hip_flexion,
    "hip_internal_rotation_range": _sitting_rotation(30.0),
    "hip_external_rotation_range": _sitting_rotation(-30.0),
    "quadriceps_length": _quadriceps,
    "hamstring_length": _hamstrings,
    "patellar_mobility": _knee_front([arrow((-10.4, 46.0), (-14.4, 46.0), 1.6), arrow((-5.0, 46.0), (-1.0, 46.0), 1.6)]),
    "patella_tilt": _knee_front([arrow((-10.6, 46.6), (-14.0, 42.6), 1.6)]),
    "patella_compression": _knee_front([arrow((-7.7, 36.0), (-7.7, 42.0), 1.6)]),
    "stance_s": _timed("single-leg-stance", View.FRONT, (-60.0, -184.0, 120.0, 190.0)),
    "sit_to_stand_s": _timed("sit-to-stand", View.SIDE, (-62.0, -150.0, 124.0, 156.0)),
    "sit_to_stand_count": _timed("sit-to-stand", View.SIDE, (-62.0, -150.0, 124.0, 156.0)),
    "heel_raise_count": _timed("heel-raise", View.SIDE, (-64.0, -206.0, 136.0, 212.0)),
    "step_downs_30s": _timed("step-down", View.SIDE, (-62.0, -184.0, 124.0, 190.0)),
    "knee_extension_torque": _push(
        Posture(-4.0, 0.0, _SIT, _SIT, Arm(-24.0, 8.0), Arm(-24.0, 8.0)), "right_ankle", (1.0, 0.0), View.SIDE, seat=True
    ),
    "hip_abduction_torque": _side_lying,
    "hip_external_rotation_torque": _push(
        Posture(4.0, 0.0, _SIT, _SIT, Arm(6.0, 8.0, 16.0), Arm(6.0, 8.0, 16.0)), "right_ankle", (1.0, 0.0), View.FRONT, seat=True
    ),
}
