"""What stands round a person who exercises, and where do they move? Seats, steps, bands, weights and arrows, from any camera.

Everything is placed in the scene of `reaching_figure.py` (cm) and comes with the corners of what it takes up in the picture.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinechain.report.hulls import convex, path_of
from kinechain.report.posed_figure import Place
from kinechain.report.reaching_figure import Camera, Drawn, Spot


class Bit(NamedTuple):
    """A piece of a picture: its SVG, and places that lie at its ends."""

    svg: str
    ends: tuple[Place, ...]


#: Something that stands by a person, as a camera sees both.
Prop = Callable[[Camera, Drawn], Bit]
#: Where a person moves, from how they were and are drawn.
Arrow = Callable[[Drawn, Drawn], Bit]
Range = tuple[float, float]


def solid(x: Range, y: Range, z: Range = (-24.0, 24.0), kind: str = "prop") -> Prop:
    """Return a block between two planes each forward, up and to the right."""

    def draw(camera: Camera, _person: Drawn) -> Bit:
        corners = [camera.sees((a, b, c)) for a in x for b in y for c in z]
        outline = f'<path class="{kind}" d="{path_of(convex(np.array(corners)))}"/>'
        if camera.above > 0.0:
            top = [camera.sees((a, y[1], c)) for a in x for c in z]
            outline += f'<path class="{kind} top" d="{path_of(convex(np.array(top)))}"/>'
        return Bit(outline, tuple(corners))

    return draw


def together(*props: Prop) -> Prop:
    """Return several things as one."""

    def draw(camera: Camera, person: Drawn) -> Bit:
        bits = [prop(camera, person) for prop in props]
        return Bit("".join(bit.svg for bit in bits), tuple(end for bit in bits for end in bit.ends))

    return draw


def chair(back: float, seat: float = 42.0, facing: float = 1.0, rest: bool = True) -> Prop:
    """Return a chair whose back is at `back` and whose seat is so high; it faces as the person does, or (-1) towards them."""
    x = sorted((back, back + facing * 40.0))
    legs = [solid((at, at + 4.0), (0.0, seat), z) for at in (x[0], x[1] - 4.0) for z in ((-22.0, -18.0), (18.0, 22.0))]
    at = x[0] if facing > 0.0 else x[1] - 4.0
    rail = [solid((at, at + 4.0), (seat - 4.0, seat + 44.0), (-22.0, 22.0))] if rest else []
    return together(*rail, *legs, solid((x[0], x[1]), (seat - 5.0, seat), (-22.0, 22.0)))


def wall(x: float, behind: bool = False) -> Prop:
    """Return a wall before a person, or behind them."""
    return solid((x - 9.0, x) if behind else (x, x + 9.0), (0.0, 178.0), kind="wall")


def wedge(heel: float, toe: float, high: float) -> Prop:
    """Return a wedge that is high under the heels."""
    return sheet([(heel, 0.0, 0.0), (heel, high, 0.0), (toe, 0.0, 0.0)], "prop")


def sheet(corners: Sequence[Spot], kind: str) -> Prop:
    """Return a flat thing with these corners."""

    def draw(camera: Camera, _person: Drawn) -> Bit:
        seen = tuple(camera.sees(corner) for corner in corners)
        return Bit(f'<path class="{kind}" d="{path_of(np.array(seen))}"/>', seen)

    return draw


def mat(x: Range, z: Range) -> Prop:
    """Return a mat on the floor."""
    return sheet([(x[0], 0.0, z[0]), (x[1], 0.0, z[0]), (x[1], 0.0, z[1]), (x[0], 0.0, z[1])], "mat")


def ball(at: Spot, radius: float, kind: str = "prop") -> Prop:
    """Return a ball, a towel rolled up, a pad or a plate seen from its side."""

    def draw(camera: Camera, _person: Drawn) -> Bit:
        x, y = camera.sees(at)
        circle = f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'
        return Bit(circle, ((x - radius, y - radius), (x + radius, y + radius)))

    return draw


def on(point: str, radius: float, kind: str, dx: float = 0.0, dy: float = 0.0) -> Prop:
    """Return something round that is where a point of the person is."""

    def draw(_camera: Camera, person: Drawn) -> Bit:
        x, y = person.places[point][0] + dx, person.places[point][1] + dy
        circle = f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'
        return Bit(circle, ((x - radius, y - radius), (x + radius, y + radius)))

    return draw


def barbell() -> Prop:
    """Return a bar on the upper back with a plate, seen from its end."""
    return together(on("neck", 17.0, "plate", -9.0, 3.0), on("neck", 3.0, "hub", -9.0, 3.0))


def kettlebell(point: str, dx: float = 0.0, dy: float = 0.0) -> Prop:
    """Return a weight with a handle at a hand."""

    def draw(_camera: Camera, person: Drawn) -> Bit:
        x, y = person.places[point][0] + dx, person.places[point][1] + dy
        handle = f"M{x - 4:.1f} {y:.1f}L{x - 5:.1f} {y - 7:.1f}L{x + 5:.1f} {y - 7:.1f}L{x + 4:.1f} {y:.1f}"
        return Bit(
            f'<path class="handle" d="{handle}"/><circle class="weight" cx="{x:.1f}" cy="{y + 4:.1f}" r="8.5"/>',
            ((x - 9.0, y - 8.0), (x + 9.0, y + 13.0)),
        )

    return draw


def band(*ends: str | Spot, kind: str = "rubber") -> Prop:
    """Return an elastic band from end to end: points of the person, or places of the scene."""

    def draw(camera: Camera, person: Drawn) -> Bit:
        seen = tuple(person.places[end] if isinstance(end, str) else camera.sees(end) for end in ends)
        return Bit(f'<path class="{kind}" d="M{"L".join(f"{x:.1f} {y:.1f}" for x, y in seen)}"/>', seen)

    return draw


def loop(first: str, second: str, along: float, above: tuple[str, str]) -> Prop:
    """Return a band round both legs, so far up from each foot's end of two bones (0 to 1)."""

    def draw(_camera: Camera, person: Drawn) -> Bit:
        ends = []
        for low, high, way in ((first, above[0], -1.0), (second, above[1], 1.0)):
            (x0, y0), (x1, y1) = person.places[low], person.places[high]
            ends.append((x0 + along * (x1 - x0) + 5.0 * way, y0 + along * (y1 - y0)))
        (x0, y0), (x1, y1) = ends
        return Bit(f'<path class="rubber" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>', tuple(ends))

    return draw


def clock(at: Spot) -> Prop:
    """Return a watch: it takes time."""

    def draw(camera: Camera, _person: Drawn) -> Bit:
        x, y = camera.sees(at)
        face = f'<circle class="watch" cx="{x:.1f}" cy="{y:.1f}" r="10"/>'
        return Bit(
            f'{face}<path class="watch" d="M{x:.1f} {y - 6:.1f}L{x:.1f} {y:.1f}L{x + 4.5:.1f} {y + 2.5:.1f}"/>',
            ((x - 11.0, y - 11.0), (x + 11.0, y + 11.0)),
        )

    return draw


def eyes(open_: bool) -> Prop:
    """Return eyes on a face that is seen from the front, open or shut."""

    def draw(_camera: Camera, person: Drawn) -> Bit:
        x, y = person.places["nose"]
        if open_:
            dots = "".join(f'<circle class="eye" cx="{x + d:.1f}" cy="{y - 1:.1f}" r="1.5"/>' for d in (-3.8, 3.8))
            return Bit(dots, ((x, y),))
        lids = "".join(
            f"M{x + d - 2.7:.1f} {y - 2:.1f}Q{x + d:.1f} {y + 1.4:.1f} {x + d + 2.7:.1f} {y - 2:.1f}" for d in (-3.8, 3.8)
        )
        return Bit(f'<path class="lid" d="{lids}"/>', ((x, y),))

    return draw


def moved(point: str, dx: float = 0.0, dy: float = 0.0, bend: float = 0.0, both: bool = False, least: float = 26.0) -> Arrow:
    """Return the arrow of where a point went, beside its way, at least so long; `bend` bows it to the left of its way."""

    def draw(before: Drawn, after: Drawn) -> Bit:
        (x0, y0), (x1, y1) = before.places[point], after.places[point]
        far = max(math.hypot(x1 - x0, y1 - y0), 1e-6)
        more = max(0.0, 0.5 * (least / far - 1.0))
        (x0, y0), (x1, y1) = (x0 - more * (x1 - x0), y0 - more * (y1 - y0)), (x1 + more * (x1 - x0), y1 + more * (y1 - y0))
        return curved((x0 + dx, y0 + dy), (x1 + dx, y1 + dy), bend, both)

    return draw


def pushed(point: str, way: Place, far: float = 8.0, long: float = 26.0, beside: float = 0.0) -> Arrow:
    """Return the arrow of a push at a point (way to the right, down), which begins so far from it and so far `beside` it."""

    def draw(_before: Drawn, after: Drawn) -> Bit:
        x, y = after.places[point][0] + beside, after.places[point][1]
        end = far + long
        return curved((x + far * way[0], y + far * way[1]), (x + end * way[0], y + end * way[1]), 0.0)

    return draw


def curved(start: Place, end: Place, bend: float = 0.0, both: bool = False) -> Bit:
    """Return an arrow between two places, bowed to the left of its way by a share of its length."""
    (x0, y0), (x1, y1) = start, end
    middle = (0.5 * (x0 + x1) + bend * (y1 - y0), 0.5 * (y0 + y1) - bend * (x1 - x0))
    heads = [_head(middle, end), *([_head(middle, start)] if both else [])]
    line = f"M{x0:.1f} {y0:.1f}Q{middle[0]:.1f} {middle[1]:.1f} {x1:.1f} {y1:.1f}"
    svg = f'<path class="move" d="{line}"/><path class="move-head" d="{"".join(path_of(head) for head in heads)}"/>'
    return Bit(svg, (start, middle, *((float(x), float(y)) for head in heads for x, y in head)))


def _head(behind: Place, tip: Place) -> Float[np.ndarray, "3 2"]:
    """Return the corners of an arrow's head whose middle is at its tip."""
    way = math.atan2(tip[1] - behind[1], tip[0] - behind[0])
    turned = way + np.radians([0.0, 140.0, -140.0])
    return np.array(tip) + 7.0 * np.column_stack([np.cos(turned), np.sin(turned)])


def onward(after: Drawn, long: float) -> Bit:
    """Return an arrow over the ground, in the way in which somebody goes."""
    x, y = after.places["middle_hip"]
    return curved((x - 0.5 * long, y + 104.0), (x + 0.5 * long, y + 104.0))
