"""What does each filmed test look like? Drawn by us: the person in its key posture as the phone sees them, and all from above."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from kinechain.core.types import View
from kinechain.report.guide_scene import Box, Label, Piece, block, chair, device, picture, slope, span
from kinechain.report.posed_figure import Arm, Figure, Leg, Posture, draw_figure

#: What the phone sees: a picture nine wide and sixteen high, in which a grown person fills about three quarters (cm).
_SEEN: Box = (-68.0, -212.0, 136.0, 242.0)
_HANDS_OUT, _CROSSED, _HIPS = Arm(80.0, 6.0, 4.0), Arm(26.0, 84.0, 4.0, 62.0), Arm(-20.0, 50.0, 38.0, 68.0)


@dataclass(frozen=True)
class Scene:
    """A person in the key posture of a test, the `tested` leg marked; `props` are what stands round them."""

    posture: Posture
    tested: str = ""
    lift: float = 0.0
    props: Callable[[Figure], list[str]] = lambda _figure: []


_SQUAT = Leg(72.0, 104.0, 0.0, 5.0)
_BENT = Leg(38.0, 66.0, 0.0, 0.0)
LUNGE = Posture(6.0, 0.0, Leg(-20.0, 45.0, -45.0), Leg(40.0, 75.0), Arm(-14.0, 96.0), Arm(-22.0, 100.0))
_ON_ONE = Posture(0.0, 0.0, Leg(20.0, 72.0, -20.0), Leg(0.0, 2.0, 0.0, 1.0), _CROSSED, _CROSSED)

#: The key posture of each test by view. From the front the far wall is empty; support stands beside.
SCENES: Mapping[str, Mapping[View, Scene]] = {
    "squat": {
        View.SIDE: Scene(Posture(34.0, 0.0, _SQUAT, _SQUAT, _HANDS_OUT, _HANDS_OUT)),
        View.FRONT: Scene(Posture(34.0, 0.0, Leg(70.0, 104.0, 0.0, 17.0), Leg(70.0, 104.0, 0.0, 17.0), _HANDS_OUT, _HANDS_OUT)),
    },
    "knee-to-wall": {
        View.SIDE: Scene(LUNGE, "right", props=lambda figure: [_wall(figure.places["right_knee"][0] + 5.6)]),
    },
    "step-down": {
        View.FRONT: Scene(
            Posture(12.0, 0.0, Leg(24.0, 12.0, 14.0, 3.0), Leg(56.0, 84.0, 0.0, 0.0), _HIPS, _HIPS),
            "right",
            props=lambda _figure: [block(-28.0, -20.0, 48.0, 20.0)],
        ),
        View.SIDE: Scene(
            Posture(16.0, 0.0, Leg(24.0, 12.0, 14.0), Leg(56.0, 84.0, 0.0, 0.0), _HIPS, _HIPS),
            "right",
            props=lambda figure: [_under(figure)],
        ),
    },
    "single-leg-squat": {
        View.FRONT: Scene(Posture(18.0, 0.0, Leg(8.0, 84.0, -30.0, 3.0), _BENT, _HIPS, _HIPS), "right"),
        View.SIDE: Scene(Posture(22.0, 0.0, Leg(4.0, 86.0, -30.0), _BENT, _HIPS, _HIPS), "right"),
    },
    "single-leg-stance": {View.FRONT: Scene(_ON_ONE, "right")},
    "heel-raise": {
        View.SIDE: Scene(
            Posture(0.0, 0.0, Leg(4.0, 70.0, -40.0), Leg(2.0, 2.0, -38.0), Arm(78.0, 12.0), Arm(70.0, 12.0)),
            "right",
            lift=4.2,
            props=lambda figure: [_wall(figure.places["right_wrist"][0] + 9.0), _wedge(figure)],
        ),
    },
    "sit-to-stand": {
        View.SIDE: Scene(
            Posture(32.0, 0.0, Leg(76.0, 92.0), Leg(76.0, 92.0), _CROSSED, _CROSSED),
            props=lambda _figure: [chair(-34.0, 43.0)],
        ),
    },
}


def middle(figure: Figure) -> float:
    """Return what is to be in the picture's middle: halfway between the person's ends."""
    across = [x for x, _ in figure.places.values()]
    return 0.5 * (min(across) + max(across))


def _wall(x: float) -> str:
    return block(x, -206.0, 40.0, 206.0, "wall")


def _under(figure: Figure) -> str:
    """Return the step that the tested foot stands on."""
    toe, sole = figure.places["right_foot_index"], figure.places["right_heel"][1] + 2.9
    return block(toe[0] - 52.0, sole, 56.0, -sole)


def _wedge(figure: Figure) -> str:
    """Return a slope of ten degrees under the tested toes."""
    toe = figure.places["right_foot_index"][0]
    return slope(toe - 24.0, toe + 8.0, 10.0)


def draw_test(key: str, test: str, view: View, title: str, description: str, language: str = "en") -> str:
    """Return what the phone should see of a test from one view: the whole person in its key posture, in the phone's frame."""
    scene = SCENES[test][view]
    figure = draw_figure(scene.posture, view, tested=scene.tested, lift=scene.lift)
    left, top, width, height = _SEEN
    inside = [
        f'<rect class="glass" x="{left}" y="{top}" width="{width}" height="{height}" rx="9"/>',
        f'<rect class="ground" x="{left + 1}" y="0" width="{width - 2}" height="{top + height - 1}" rx="8"/>',
        f'<g transform="translate({-middle(figure):.1f} 0)">{"".join(scene.props(figure))}{figure.svg}</g>',
        f'<rect class="rim" x="{left}" y="{top}" width="{width}" height="{height}" rx="9"/>',
        f'<path class="rim" d="M-10 {top + 5:g}H10"/>',
    ]
    return picture(key, title, description, (left - 3, top - 3, width + 6, height + 6), inside, language, "seen")


#: Where the phone stands, seen from above: beside the person (their right) and before them (px).
_AT = {View.SIDE: (252.0, 128.0), View.FRONT: (118.0, 22.0)}
_PERSON = (118.0, 132.0)


def draw_plan(key: str, test: str, title: str, description: str, language: str = "en") -> str:
    """Return where the phone stands, from above, for every view of a test; what to hold on to is on the person's other side."""
    x, y = _PERSON
    pieces: list[Piece] = list(_ROUND.get(test, []))
    pieces += [_cone(view) for view in SCENES[test]]
    pieces += _from_above(x, y)
    pieces += [piece for view in SCENES[test] for piece in _phone(view)]
    if test not in ("knee-to-wall", "heel-raise"):
        pieces += [block(x - 88.0, y - 16.0, 26.0, 32.0), Label((x - 75.0, y + 30.0), "hold", size=10.0)]
    top = 0.0 if View.FRONT in SCENES[test] else 64.0
    return picture(key, title, description, (0.0, top, 300.0, 204.0 - top), pieces, language, "plan")


def _cone(view: View) -> str:
    """Return what the phone sees of the floor."""
    (x, y), (px, py) = _PERSON, _AT[view]
    ends = f"L{x - 6:g} {y - 30:g}V{y + 30:g}Z" if view is View.SIDE else f"L{x - 34:g} {y - 8:g}H{x + 34:g}Z"
    return f'<path class="cone" d="M{px:g} {py:g}{ends}"/>'


def _phone(view: View) -> list[Piece]:
    """Return the phone with its name and how far away it stands."""
    (x, y), (px, py) = _PERSON, _AT[view]
    if view is View.SIDE:
        away, told = span((x + 40.0, y + 38.0), (px, y + 38.0)), Label((x + 88.0, y + 54.0), "steps", size=10.0)
        return [device((px, py), 0.0, 18.0, 6.0), Label((px, py - 16.0), "phone_side", size=10.0), away, told]
    away, told = span((x + 56.0, py), (x + 56.0, y - 22.0)), Label((x + 64.0, y - 62.0), "steps", "start", 10.0)
    return [device((px, py), 90.0, 18.0, 6.0), Label((px, py - 8.0), "phone_front", size=10.0), away, told]


def _from_above(x: float, y: float) -> list[Piece]:
    """Return a person seen from above who looks up the page."""
    feet = "".join(f'<ellipse cx="{x + side * 9:g}" cy="{y - 13:g}" rx="5" ry="13"/>' for side in (-1, 1))
    return [
        f'<g class="skin far">{feet}</g><g class="skin near"><ellipse cx="{x:g}" cy="{y:g}" rx="30" ry="11"/></g>',
        f'<circle class="head" cx="{x:g}" cy="{y - 1:g}" r="10"/><path class="head" d="M{x - 3:g} {y - 10.4:g}l3-4 3 4"/>',
    ]


_ROUND: Mapping[str, list[Piece]] = {
    "knee-to-wall": [block(50.0, 92.0, 136.0, 8.0, "wall"), Label((118.0, 84.0), "wall", size=10.0)],
    "heel-raise": [block(50.0, 88.0, 136.0, 8.0, "wall"), Label((118.0, 80.0), "wall", size=10.0)],
    "sit-to-stand": [block(96.0, 128.0, 44.0, 38.0), Label((118.0, 180.0), "chair", size=10.0)],
    "step-down": [block(88.0, 118.0, 60.0, 34.0), Label((118.0, 166.0), "step", size=10.0)],
}
