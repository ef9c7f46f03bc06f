"""How does the chain look, link by link? One person from the front, each joint of each leg marked by what was found there.

The bones are those of `bones.py`, standing; head, trunk and arms are sketched round them in the same way. A mark tells its verdict
by its shape, its sign, its colour and the word beside it. The person faces the reader, so their right leg is on the left.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from kinechain.core.types import LINKS
from kinechain.report.bones import BONES, OUTLINE, Ball, Part
from kinechain.report.hulls import CIRCLE, convex, path_of
from kinechain.report.words import say

#: Size of the picture, pixels for a centimetre of the person, and where the ground is.
_WIDTH, _HEIGHT, _SCALE = 400.0, 636.0, 3.5
_TOP = 30.0
#: The camera looks down a little, so that feet are seen; legs stand a little apart and turn out a little (rad).
_LOOK_DOWN, _APART, _TURNED_OUT = math.radians(16.0), math.radians(3.5), math.radians(11.0)
#: How wide the columns of words are, and how far two of them keep apart.
_COLUMN, _LINE, _GAP = 92.0, 17.0, 49.0

Place = tuple[float, float, float]

#: Where each segment of the right leg begins when standing (cm, OpenSim's axes from between the front of the hip bones).
STANDING: dict[str, Place] = {
    "pelvis": (0.0, 0.0, 0.0),
    "femur": (-5.6, -7.9, 7.7),
    "patella": (-1.2, -49.4, 7.7),
    "tibia": (-6.0, -48.7, 7.7),
    "talus": (-6.6, -88.7, 7.7),
    "calcn": (-11.5, -92.9, 8.5),
    "toes": (6.4, -93.1, 8.6),
}
_FEET = ("talus", "calcn", "toes")
#: Where each link is marked (cm).
_MARKED: dict[str, Place] = {
    "foot": (6.0, -92.0, 9.4),
    "ankle": (-6.6, -88.2, 7.7),
    "knee": (-6.0, -47.6, 7.7),
    "hip": (-5.6, -7.9, 7.7),
    "trunk": (-9.0, 22.0, 0.0),
}
#: Bones that take the colour of a link.
_OF_LINK = {"foot": "foot", "toes": "foot", "talus": "ankle", "patella": "knee"}

_HEAD: tuple[tuple[Ball, ...], ...] = (
    ((-5.0, 66.5, 0.0, 7.6), (-4.0, 60.5, 0.0, 5.6)),
    ((-7.0, 58.0, 0.0, 4.8), (-8.0, 49.0, 0.0, 5.4)),
    ((-8.0, 49.5, 0.0, 4.6), (-8.0, 45.6, 13.0, 3.4), (-8.0, 45.6, -13.0, 3.4)),
    ((-8.0, 44.0, 14.6, 4.8), (-8.0, 44.0, -14.6, 4.8), (-8.0, 34.0, 8.6, 8.2), (-8.0, 34.0, -8.6, 8.2)),
    ((-8.0, 34.0, 8.6, 8.2), (-8.0, 34.0, -8.6, 8.2), (-7.5, 14.0, 6.8, 7.0), (-7.5, 14.0, -6.8, 7.0)),
    ((-7.5, 14.0, 6.8, 7.0), (-7.5, 14.0, -6.8, 7.0), (-5.0, 2.0, 8.4, 7.4), (-5.0, 2.0, -8.4, 7.4)),
)
_ARM: tuple[Part, ...] = (
    ((-8.0, 43.4, 16.0, 4.9), (-9.0, 30.0, 20.2, 4.2)),
    ((-9.0, 30.0, 20.2, 4.2), (-10.0, 16.0, 23.0, 3.6)),
    ((-10.0, 16.0, 23.0, 3.6), (-7.0, -8.0, 25.6, 2.5)),
    ((-7.0, -8.0, 25.6, 2.5), (-6.0, -13.0, 26.2, 3.2), (-5.0, -19.0, 26.0, 1.9)),
)
#: Heights of the vertebrae (cm), each half as wide as the second number.
_SPINE = tuple((8.0 + 3.45 * number, 2.5 - 0.075 * number) for number in range(13))


class LinkMark(NamedTuple):
    """What is shown of one link: its side (`left`, `right`, or `both` for the one in the middle) and its verdict's code."""

    link: str
    side: str
    verdict: str
    emphasis: bool = False


def draw_chain(key: str, title: str, description: str, marks: Sequence[LinkMark], language: str = "en") -> Markup:
    """Return the picture as an SVG element; `key` makes its ids unique on a page."""
    verdicts = {(mark.link, mark.side): mark.verdict for mark in marks}
    body = [f'<g class="skin">{"".join(_silhouette())}</g>', *_skeleton(verdicts)]
    placed = _columns(marks)
    body += [_leader(mark, placed[mark]) for mark in marks]
    body += [_mark(mark) for mark in marks]
    body += [_words(mark, placed[mark], language) for mark in marks]
    body += [_heading(side, language) for side in ("right", "left")]
    return Markup(
        f'<svg class="chain" viewBox="0 0 {_WIDTH:g} {_HEIGHT:g}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>{"".join(body)}</svg>'
    )


def sign(verdict: str, x: float = 12.0, y: float = 12.0) -> str:
    """Return a verdict's mark, 22 high, centred: a round tick, a pointed warning, a square question, an empty ring."""
    shape, inside = _SIGNS[verdict]
    return f'<g class="sign is-{verdict}" transform="translate({x:.1f} {y:.1f})">{shape}{inside}</g>'


_SIGNS: Mapping[str, tuple[str, str]] = {
    "fine": ('<circle class="shape" r="10.5"/>', '<path class="ink" d="M-4.8 .4 -1.4 3.8 5 -3.6"/>'),
    "limits": (
        '<path class="shape" d="M0-13.2 13.2 0 0 13.2-13.2 0Z"/>',
        '<path class="ink" d="M0-5.6V1.4"/><circle class="dot" cy="5.4" r="1.6"/>',
    ),
    "cannot_judge": (
        '<rect class="shape" x="-9.6" y="-9.6" width="19.2" height="19.2" rx="3.4"/>',
        '<path class="ink" d="M-3.1-2.6C-3.1-6.7 3.2-6.6 3.1-2.7 3-.4 0-.4 0 2.3"/><circle class="dot" cy="6" r="1.5"/>',
    ),
    "not_measured": ('<circle class="shape" r="9.4"/>', ""),
}


def _seen(place: Place, side: str = "right", on_foot: bool = False, on_leg: bool = True) -> tuple[float, float]:
    """Return where a place of the right half of the body is in the picture, or its mirror image for the left."""
    x, y, z = place
    if on_foot:
        ax, _, az = STANDING["talus"]
        turn = math.cos(_TURNED_OUT), math.sin(_TURNED_OUT)
        x, z = ax + turn[0] * (x - ax) - turn[1] * (z - az), az + turn[1] * (x - ax) + turn[0] * (z - az)
    if on_leg:
        _, hy, hz = STANDING["femur"]
        turn = math.cos(_APART), math.sin(_APART)
        y, z = hy + turn[0] * (y - hy) + turn[1] * (z - hz), hz - turn[1] * (y - hy) + turn[0] * (z - hz)
    down = -y * math.cos(_LOOK_DOWN) + x * math.sin(_LOOK_DOWN)
    across = -z if side == "right" else z
    return 0.5 * _WIDTH + _SCALE * across, _TOP + _SCALE * (down + 72.0)


def _part(balls: Sequence[Ball], origin: Place, side: str, on_foot: bool, on_leg: bool) -> str:
    circles = []
    for *centre, radius in balls:
        at = _seen(tuple(o + c for o, c in zip(origin, centre, strict=True)), side, on_foot, on_leg)  # type: ignore[arg-type] # three
        circles.append(np.array(at) + _SCALE * radius * CIRCLE)
    return path_of(convex(np.concatenate(circles)))


def _silhouette() -> Iterator[str]:
    for balls in _HEAD:
        yield f'<path d="{_part(balls, (0.0, 0.0, 0.0), "right", on_foot=False, on_leg=False)}"/>'
    for side in ("left", "right"):
        for balls in _ARM:
            yield f'<path d="{_part(balls, (0.0, 0.0, 0.0), side, on_foot=False, on_leg=False)}"/>'
        for shape in OUTLINE:
            for part in shape.parts:
                yield f'<path d="{_of_segment(part, shape.segment, side)}"/>'


def _skeleton(verdicts: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Yield the bones from the back to the front, those of a link in its colour."""
    trunk = _tone(verdicts.get(("trunk", "both")))
    for height, half in _SPINE:
        balls = ((-11.0, height, half, 1.15), (-11.0, height, -half, 1.15))
        yield f'<path class="bone{trunk}" d="{_part(balls, (0.0, 0.0, 0.0), "right", on_foot=False, on_leg=False)}"/>'
    for shape in BONES:
        for side in ("right",) if shape.name == "sacrum" else ("left", "right"):
            tone = _tone(verdicts.get((_OF_LINK.get(shape.name, ""), side)))
            drawn = "".join(_of_segment(part, shape.segment, side) for part in shape.parts)
            yield f'<path class="bone{tone}" d="{drawn}"/>'


def _tone(verdict: str | None) -> str:
    return f" is-{verdict}" if verdict else ""


def _of_segment(part: Part, segment: str, side: str) -> str:
    return _part(part, STANDING[segment], side, on_foot=segment in _FEET, on_leg=segment != "pelvis")


def _at(mark: LinkMark) -> tuple[float, float]:
    side = "right" if mark.side == "both" else mark.side
    return _seen(_MARKED[mark.link], side, on_foot=mark.link == "foot", on_leg=mark.link != "trunk")


def _on_left(mark: LinkMark) -> bool:
    """Whether its words stand in the left column: the person's right, for they face the reader."""
    return mark.side == "right"


def _columns(marks: Sequence[LinkMark]) -> dict[LinkMark, float]:
    """Return the height of each mark's words: as near its joint as the words of its column allow."""
    placed: dict[LinkMark, float] = {}
    for left in (True, False):
        column = sorted((mark for mark in marks if _on_left(mark) is left), key=lambda mark: -LINKS.index(mark.link))
        heights: list[float] = []
        for mark in column:
            wanted = _at(mark)[1] - 12.0
            heights.append(wanted if not heights else max(wanted, heights[-1] + _GAP))
        over = max(0.0, (heights[-1] if heights else 0.0) + _LINE + 8.0 - _HEIGHT)
        for number in reversed(range(len(heights))):
            below = heights[number + 1] - _GAP if number + 1 < len(heights) else math.inf
            heights[number] = min(heights[number] - (over if number == len(heights) - 1 else 0.0), below)
        placed |= dict(zip(column, heights, strict=True))
    return placed


def _leader(mark: LinkMark, height: float) -> str:
    x, y = _at(mark)
    near, far = (_COLUMN, 0.0) if _on_left(mark) else (_WIDTH - _COLUMN, _WIDTH)
    return f'<path class="leader is-{mark.verdict}" d="M{far:g} {height:.1f}H{near:g}L{x:.1f} {y:.1f}"/>'


def _mark(mark: LinkMark) -> str:
    x, y = _at(mark)
    halo = f'<circle class="halo" cx="{x:.1f}" cy="{y:.1f}" r="20"/>' if mark.emphasis else ""
    return halo + sign(mark.verdict, x, y)


def _words(mark: LinkMark, height: float, language: str) -> str:
    x, anchor = (0.0, "start") if _on_left(mark) else (_WIDTH, "end")
    name = say(f"link.{mark.link}", language=language)
    verdict = say(f"link_verdict.{mark.verdict}", language=language)
    return (
        f'<text class="name" x="{x:g}" y="{height - 6:.1f}" text-anchor="{anchor}">{escape(name[:1].upper() + name[1:])}</text>'
        f'<text class="verdict-word is-{mark.verdict}" x="{x:g}" y="{height + _LINE:.1f}" text-anchor="{anchor}">'
        f"{escape(verdict)}</text>"
    )


def _heading(side: str, language: str) -> str:
    x, anchor = (0.0, "start") if side == "right" else (_WIDTH, "end")
    words = say(f"chain.your_{side}", language=language)
    return f'<text class="heading {side}" x="{x:g}" y="22" text-anchor="{anchor}">{escape(words)}</text>'
