"""What does a foot do from near by? The right foot from its inner side: its arch rises, or its toes lift by turns.

Centimetres, the heel at the left, the floor at 0; drawn at the right of the whole person.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kinechain.report.exercise_props import curved


class Near(NamedTuple):
    """How high the arch is (cm), how far the big toe and the others are lifted (degrees), and where arrows go."""

    arch: float = 0.5
    big: float = 0.0
    others: float = 0.0
    arrows: tuple[tuple[float, float, float, float], ...] = ()


_FLAT = Near()
_SHORT = Near(2.6, arrows=((4.2, 2.8, 4.2, -2.4), (20.0, -6.4, 13.6, -6.4)))
#: Each exercise of the foot: how the foot is at its start and at its end.
CLOSE: Mapping[str, tuple[Near, Near]] = {
    "seated_short_foot": (_FLAT, _SHORT),
    "standing_short_foot": (_FLAT, _SHORT),
    "single_leg_short_foot": (_FLAT, _SHORT),
    "toe_yoga": (
        Near(0.8, big=38.0, arrows=((19.4, -3.4, 17.8, -9.2),)),
        Near(0.8, others=46.0, arrows=((19.4, -4.0, 17.4, -9.8),)),
    ),
}
_SCALE = 4.1


def draw_close(code: str, moment: str, left: float) -> str:
    """Return the foot of an exercise from near by, to the right of `left` in its picture."""
    near = CLOSE[code][0 if moment == "start" else 1]
    # A foot whose arch rises is a little shorter: the ball comes towards the heel.
    arch, ball = near.arch, 11.6 - 0.35 * (near.arch - 0.5)
    foot = (
        f"M-5.4-16C-4.9-11-6.4-8.6-7.5-6C-8.8-3-8.4 0-5.6 0L-3.6 0"  # heel
        f"C-1.6 0-.8{-arch:.2f} 3.6{-arch:.2f}C7{-arch:.2f} {ball - 3.4:.2f} 0 {ball - 1:.2f} 0L{ball + 1.2:.2f} 0"  # sole
        f"L{ball + 1.2:.2f}-3.4C{ball - 2:.2f}-5 7.6{-7.2 - 0.35 * arch:.2f} 5.8-10.5C4.8-12.6 5-14.4 5.2-16Z"  # instep
    )
    ankle = '<path class="line" d="M-1.6-11.4a1.7 1.7 0 1 1 2.6 1.6"/>'
    others = _toe(ball + 0.6, near.others, "M-.6-2.9C1-3.1 3-2.3 4.5-2.3C6.4-2.2 6.4 0 4.5 0L-.6 0Z", "-.6 -1.7")
    big = _toe(ball + 0.8, near.big, "M0-3.2C2-3.6 4-2.9 5.4-2.9C7.6-2.8 7.6 0 5.4 0L0 0Z", "0 -1")
    arrows = "".join(_scaled(curved((x0 * _SCALE, y0 * _SCALE), (x1 * _SCALE, y1 * _SCALE)).svg) for x0, y0, x1, y1 in near.arrows)
    body = (
        f'<path class="floor" d="M-9.8 .1H19.6"/><g class="skin far">{others}</g>'
        f'<g class="skin near tested"><path d="{foot}"/></g>{ankle}<g class="skin near tested">{big}</g>{arrows}'
    )
    return (
        f'<rect class="near-by" x="{left:g}" y="4" width="{204.0 - left:g}" height="87" rx="8"/>'
        f'<g class="near-foot" transform="translate({left + 43:g} 76) scale({_SCALE:g})">{body}</g>'
    )


def _toe(x: float, lifted: float, outline: str, about: str) -> str:
    """Return a toe that begins at `x`, lifted so far (degrees) about a place of its own."""
    return f'<path transform="translate({x:.2f} 0) rotate({-lifted:g} {about})" d="{outline}"/>'


def _scaled(svg: str) -> str:
    """Return what is drawn in units of the picture within a foot that is drawn larger."""
    return f'<g transform="scale({1.0 / _SCALE:.4f})">{svg}</g>'
