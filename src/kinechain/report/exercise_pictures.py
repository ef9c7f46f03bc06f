"""How does an exercise look? Its start and its end, drawn by us from the skeleton: two small pictures that read at 35 mm.

The leg that works is marked, an arrow tells where it moves, and exercises of the foot show the foot from near by.
"""

from functools import cache
from html import escape
from typing import NamedTuple

from kinechain.report.exercise_daily import DAILY
from kinechain.report.exercise_feet import CLOSE, draw_close
from kinechain.report.exercise_props import Bit, eyes, mat
from kinechain.report.exercise_scenes import STRENGTH, Scene
from kinechain.report.posed_figure import Place
from kinechain.report.reaching_figure import Drawn, draw_person
from kinechain.report.words import say

SCENES = {**STRENGTH, **DAILY}
#: Where a face is seen: from how far round its right side (degrees).
_SEES_FACE = 45.0
#: Two pictures stand side by side, their numbers below them, or lie one above the other, their numbers before them. So wide is one,
#: so high is one at most, and so much room its number takes.
_TALL, _WIDE, _NUMBER = (104.0, 194.0), (208.0, 95.0), 17.0
_EDGE, _LARGEST = 4.0, 1.15
#: Where a foot from near by begins.
_CLOSE_FROM = 78.0


class _Panel(NamedTuple):
    """One of the pictures of an exercise: how it is fitted, and its size."""

    scale: float
    x: float
    y: float
    width: float
    height: float


@cache  # the same picture stands on page after page
def draw_exercise(code: str, which: str = "both", language: str = "en", key: str = "") -> str:
    """Return the picture of an exercise as an SVG element 208 wide (104 for one moment that stands).

    `which` is `both`, `start` or `end`; `key` makes its ids unique where a page shows it twice. Its style sheet is
    `exercise_pictures.css`.
    """
    moments = ("start", "end") if which == "both" else (which,)
    panel, beside = _fit(code), not lies(code)
    step = (panel.width, 0.0) if beside else (0.0, panel.height)
    inside = "".join(
        f'<g transform="translate({number * step[0]:.1f} {number * step[1]:.1f})">{_draw(code, moment, panel)}</g>'
        for number, moment in enumerate(moments)
    )
    width, height = panel.width + (len(moments) - 1) * step[0], panel.height + (len(moments) - 1) * step[1]
    name = say(f"exercise.{code}.name", language=language)
    title = say(f"exercises.picture_{which}", language=language, name=name)
    own = key or f"exercise-{code}-{which}"
    return (
        f'<svg class="exercise" viewBox="0 0 {width:g} {height:.1f}" role="img" aria-labelledby="{own}-title">'
        f'<title id="{own}-title">{escape(title)}</title>{inside}</svg>'
    )


def lies(code: str) -> bool:
    """Tell whether the two pictures of an exercise lie one above the other."""
    return SCENES[code].wide or code in CLOSE


@cache
def drawn(code: str, moment: str) -> tuple[Bit, ...]:
    """Return all that is in one picture of an exercise, from the back to the front, in the scene's own measure (cm)."""
    scene = SCENES[code]
    start, end = (draw_person(pose, scene.camera, scene.working) for pose in (scene.start, scene.end))
    return tuple(_bits(scene, moment, start, end))


def _fit(code: str) -> _Panel:
    """Return how both pictures of an exercise are fitted: alike, so that what stays stays in its place."""
    ends = [place for moment in ("start", "end") for bit in drawn(code, moment) for place in bit.ends]
    left, right = min(x for x, _ in ends), max(x for x, _ in ends)
    top, bottom = min(y for _, y in ends), max(y for _, y in ends)
    width, most = _WIDE if lies(code) else _TALL
    before, below = (_NUMBER, 0.0) if lies(code) else (0.0, _NUMBER)
    room = (_CLOSE_FROM if code in CLOSE else width) - before
    scale = min((room - 2.0 * _EDGE) / (right - left), (most - below - 2.0 * _EDGE) / (bottom - top), _LARGEST)
    height = most if code in CLOSE else scale * (bottom - top) + below + 2.0 * _EDGE
    x = before + 0.5 * room - scale * 0.5 * (left + right)
    return _Panel(scale, x, height - below - _EDGE - scale * bottom, width, height)


def _draw(code: str, moment: str, panel: _Panel) -> str:
    body = "".join(bit.svg for bit in drawn(code, moment))
    person = f'<g transform="translate({panel.x:.1f} {panel.y:.1f}) scale({panel.scale:.3f})">{body}</g>'
    at = (4.0, 17.0) if lies(code) else (4.0, panel.height - 3.0)
    number = f'<text class="number" x="{at[0]:g}" y="{at[1]:.1f}">{1 if moment == "start" else 2}</text>'
    return person + (draw_close(code, moment, _CLOSE_FROM) if code in CLOSE else "") + number


def _bits(scene: Scene, moment: str, start: Drawn, end: Drawn) -> list[Bit]:
    """Return all that is in one picture, from the back to the front."""
    person = start if moment == "start" else end
    only = scene.starts_with if moment == "start" else scene.ends_with
    behind = [prop(scene.camera, person) for prop in scene.behind]
    before = [prop(scene.camera, person) for prop in (*scene.before, *only)]
    left, top, right, bottom = person.box
    whole = Bit(person.svg, ((left, top), (right, bottom)))
    if scene.camera.around > _SEES_FACE and not scene.start.rolled:
        before.append(eyes(moment == "start" or not scene.shuts_eyes)(scene.camera, person))
    moves = [scene.arrow(start, end)] if scene.arrow is not None and moment == "end" else []
    bits = [*behind, whole, *before, *moves]
    if scene.camera.above == 0.0:
        ends = [x for bit in bits for x, _ in bit.ends]
        bits.insert(0, _floor(min(ends), max(ends)))
    elif not scene.wide:
        bits.insert(0, mat((-26.0, 36.0), (-48.0, 48.0))(scene.camera, person))
    return bits


def _floor(left: float, right: float) -> Bit:
    ends: tuple[Place, Place] = ((left, 1.0), (right, 1.0))
    return Bit(f'<path class="floor" d="M{left:.1f} .6L{right:.1f} .6"/>', ends)
