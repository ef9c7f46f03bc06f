"""How does a leg look in a posture? One inline SVG: bones sketched round the joint centres, muscles along their points, each inked.

A muscle runs straight between its points, and round a few balls that keep it on its side of the bones. The person is seen from
outside (from the right for the right leg) or from the front, upright, whatever way the pelvis heads. Widths follow force; the view
box is in millimetres.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from markupsafe import Markup

from kinechain.body.arm_curves import posture_at_rest
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import without_side
from kinechain.core.muscles import Muscle
from kinechain.core.types import View
from kinechain.maths.multibody import Laid, lay_out
from kinechain.report.bones import BONES, GUIDES, OUTLINE, Part, Shape
from kinechain.report.hulls import CIRCLE, convex, path_of

#: Half the width (mm) of a muscle of 1 N at its thickest; it grows with the root of force, as the width of its belly does.
_HALF_MM_PER_ROOT_N, _TENDON_SHARE, _TENDON_HALF_MM = 0.24, 0.2, 1.4
_STEPS = 48
_MARGIN_MM = 10.0
_UP = np.array([0.0, 1.0, 0.0])

Flat = Float[np.ndarray, "point 2"]
Line = Float[np.ndarray, "point 3"]


class Ink(NamedTuple):
    """How a muscle is drawn: a CSS colour, and how opaque."""

    colour: str
    opacity: float = 1.0


@dataclass(frozen=True)
class _Sight:
    """From the ground's axes (m) to the picture (mm, y down); `depth` grows towards the viewer."""

    right: Float[np.ndarray, " 3"]
    towards: Float[np.ndarray, " 3"]

    def flat(self, points: Float[np.ndarray, "point 3"]) -> Flat:
        return 1000.0 * np.column_stack([points @ self.right, -points @ _UP])

    def depth(self, points: Float[np.ndarray, "point 3"]) -> float:
        return float(np.mean(points @ self.towards))


class _Sphere(NamedTuple):
    """A ball in the ground's axes (m)."""

    centre: Float[np.ndarray, " 3"]
    radius: float


class _Drawn(NamedTuple):
    """One thing of the picture: how near it is, its SVG, and its edge."""

    depth: float
    svg: str
    edge: Flat


def draw_leg(
    key: str,
    title: str,
    description: str,
    model: BodyModel,
    coordinates: Float[np.ndarray, " coordinate"],
    view: View,
    inks: Mapping[str, Ink],
    side: str = "right",
) -> Markup:
    """Return one leg in a posture as an SVG element; muscles that have no ink are not drawn.

    `coordinates` (rad, m) in the order of the model's tree, followers put in place here; `view` is the side or the front; `key`
    makes ids unique on a page. Segments that the model does not have are left out.
    """
    laid = lay_out(model.tree, model.tree.with_followers(coordinates[None, :]))
    rest = lay_out(model.tree, model.tree.with_followers(posture_at_rest(model)[None, :]))
    sight = _sight(laid, view, side)
    outline = list(_shapes(rest, laid, sight, OUTLINE, side))
    bones = list(_shapes(rest, laid, sight, BONES, side))
    inked = [muscle for muscle in model.muscles if muscle.name in inks]
    muscles = [_muscle(laid, sight, muscle, inks[muscle.name], _guides(rest, laid, muscle, side)) for muscle in inked]
    edges = np.concatenate([one.edge for one in (*outline, *bones, *muscles)])
    (left, top), (right, bottom) = edges.min(axis=0) - _MARGIN_MM, edges.max(axis=0) + _MARGIN_MM
    ordered = "".join(one.svg for one in sorted([*bones, *muscles], key=lambda one: one.depth))
    return Markup(
        f'<svg class="leg" viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
        f'<g class="outline">{"".join(one.svg for one in outline)}</g>{ordered}</svg>'
    )


def _sight(laid: Laid, view: View, side: str) -> _Sight:
    """Return how the person is looked at: the pelvis' way to its right, levelled, or else the ground's."""
    at = laid.tree.link_at.get("pelvis")
    across = np.array([0.0, 0.0, 1.0]) if at is None else laid.axes[at][:, 2, 0]
    own_right = across - (across @ _UP) * _UP
    own_right = own_right / np.linalg.norm(own_right)
    forward = np.cross(_UP, own_right)
    if view is View.FRONT:
        return _Sight(-own_right, forward)
    return _Sight(forward, own_right) if side == "right" else _Sight(-forward, -own_right)


def _shapes(rest: Laid, laid: Laid, sight: _Sight, shapes: Sequence[Shape], side: str) -> Iterator[_Drawn]:
    for shape in shapes:
        scale = _scale(rest, shape, side)
        if scale is None:
            continue
        segment = _of_side(shape.segment, side)
        hulls = [_hull(laid, sight, segment, part, scale, mirror=side == "left") for part in shape.parts]
        centres = [scale * np.array(ball[:3]) * _mirror(side == "left") for part in shape.parts for ball in part]
        places = np.concatenate([laid.place(segment, centre) for centre in centres])
        path = "".join(path_of(hull) for hull in hulls)
        drawn = f'<path class="{"skin" if shape.name == "outline" else "bone"}" d="{path}"/>'
        yield _Drawn(sight.depth(places), drawn, np.concatenate(hulls))


def _scale(rest: Laid, shape: Shape, side: str) -> float | None:
    """Return metres for each centimetre of a drawing, from how long the segment is at rest; None where the model lacks it."""
    segment, *ends = (_of_side(name, side) for name in (shape.segment, *shape.between))
    if not {segment, *ends} <= set(rest.tree.link_at):
        return None
    one, other = (rest.place(end, np.zeros(3))[0] for end in ends)
    return float(np.linalg.norm(other - one)) / shape.length_cm


def _of_side(name: str, side: str) -> str:
    return name if name == "pelvis" or name.endswith(("_r", "_l")) else f"{name}_{side[0]}"


def _mirror(mirror: bool) -> Float[np.ndarray, " 3"]:
    return np.array([1.0, 1.0, -1.0 if mirror else 1.0])


def _hull(laid: Laid, sight: _Sight, segment: str, part: Part, scale: float, mirror: bool) -> Flat:
    """Return the outline of what a part's balls span: seen from afar each ball is a circle."""
    circles = []
    for *centre, radius in part:
        at = sight.flat(laid.place(segment, scale * np.array(centre) * _mirror(mirror)))
        circles.append(at + 1000.0 * scale * radius * CIRCLE)
    return convex(np.concatenate(circles))


def _muscle(laid: Laid, sight: _Sight, muscle: Muscle, ink: Ink, guides: Sequence[_Sphere]) -> _Drawn:
    """Return a muscle as a band along its points: a belly that is as wide as it is strong, then its tendon."""
    places = np.concatenate([laid.place(point.segment, np.array(point.location_m)) for point in muscle.path])
    curve = _rounded(_led(_even(places), guides))
    line = sight.flat(curve)
    share = np.linspace(0.0, 1.0, len(line))
    half = _HALF_MM_PER_ROOT_N * math.sqrt(muscle.max_isometric_force_n)
    tendon = max(_TENDON_SHARE * half, _TENDON_HALF_MM)
    swell = np.sin(np.pi * np.minimum(share / _belly_end(muscle, places), 1.0) ** 0.85) ** 0.8
    width = tendon + max(half - tendon, 0.0) * swell
    direction = np.gradient(line, axis=0)
    direction /= np.maximum(np.hypot(*direction.T), 1e-9)[:, None]
    normal = np.column_stack([-direction[:, 1], direction[:, 0]])
    edge = np.concatenate([line + width[:, None] * normal, (line - width[:, None] * normal)[::-1]])
    faded = f";opacity:{ink.opacity:g}" if ink.opacity < 1.0 else ""
    svg = f'<path class="muscle" style="fill:{escape(ink.colour)}{faded}" d="{path_of(edge)}"/>'
    return _Drawn(sight.depth(curve), svg, edge)


def _guides(rest: Laid, laid: Laid, muscle: Muscle, side: str) -> list[_Sphere]:
    """Return the balls (m) that this muscle is led round."""
    found = []
    for guide in GUIDES:
        if without_side(muscle.name) in guide.muscles:
            shape = next(one for one in BONES if one.segment == guide.segment)
            scale = _scale(rest, shape, side)
            if scale is not None:
                *centre, radius = guide.ball
                place = laid.place(_of_side(guide.segment, side), scale * np.array(centre) * _mirror(side == "left"))[0]
                found.append(_Sphere(place, scale * radius))
    return found


def _led(line: Line, guides: Sequence[_Sphere]) -> Line:
    """Return a line whose inner points are moved out of the balls; its ends stay where the muscle begins and ends."""
    led = line.copy()
    for centre, radius in guides:
        away = led - centre
        far = np.linalg.norm(away, axis=1)
        inside = far < radius
        inside[[0, -1]] = False
        led[inside] = centre + away[inside] * (radius / np.maximum(far[inside], 1e-6))[:, None]
    return led


def _belly_end(muscle: Muscle, places: Float[np.ndarray, "point 3"]) -> float:
    """Return where along its line a muscle's belly ends: at the kneecap, or the nearer the longer its tendon."""
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    at_kneecap = [step for step, point in zip(steps, muscle.path, strict=True) if point.segment.startswith("patella")]
    if at_kneecap:
        return float(at_kneecap[0] / steps[-1])
    tendon = muscle.tendon_slack_length_m / (muscle.tendon_slack_length_m + muscle.optimal_fibre_length_m)
    return 1.0 - 0.5 * tendon


def _even(line: Line) -> Float[np.ndarray, "step 3"]:
    """Return a line with its points evenly spaced."""
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    steps = np.linspace(0.0, along[-1], _STEPS)
    return np.column_stack([np.interp(steps, along, line[:, axis]) for axis in range(3)])


def _rounded(line: Line) -> Line:
    """Return a line with its corners rounded, its ends kept: each point the mean of its neighbours, a few times over."""
    smooth = line.copy()
    for _ in range(16):
        smooth[1:-1] = 0.25 * smooth[:-2] + 0.5 * smooth[1:-1] + 0.25 * smooth[2:]
    return smooth
