"""Where under the feet does the ground press? One inline SVG from above: the way of the pressure, and how unsure its place is."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, Loads
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.report.words import say

_WIDTH, _EDGE, _HEAD, _FOOT = 400.0, 34.0, 46.0, 30.0
_SCALE_CM = 10.0


@dataclass(frozen=True)
class Footing:
    """One foot's centre of pressure from above, in cm: to the right and forward, its way, its mean, and 90 % half widths there."""

    side: str
    way_cm: Float[np.ndarray, "time 2"]
    mean_cm: tuple[float, float]
    reach_cm: tuple[float, float]


def find_footings(loads: Loads, inside: Bool[np.ndarray, " time"]) -> tuple[Footing, ...]:
    """Return where each foot that bore weight was pressed in the frames `inside`, seen as the person stands.

    From the left foot to the right one is taken to point to the person's right; of one foot alone, OpenSim's axes are taken.
    """
    place, spread = (loads.dataset[name].values[inside] for name in ("centre_of_pressure", "centre_of_pressure_sd"))
    means = [_mean(place[:, foot]) for foot in range(len(SIDES))]
    known = [mean for mean in means if mean is not None]
    if not known:
        return ()
    right = np.array([0.0, 0.0, 1.0])
    if len(known) == len(SIDES):
        across = (known[1] - known[0]) * [1.0, 0.0, 1.0]
        right = across / max(float(np.linalg.norm(across)), 1e-9)
    axes = np.stack([right, np.cross([0.0, 1.0, 0.0], right)])
    middle = np.mean(known, axis=0)
    footings = []
    for foot, side in enumerate(SIDES):
        mean = means[foot]
        if mean is not None:
            usual = np.nanmedian(spread[:, foot], axis=0)
            reach = 100.0 * INTERVAL_HALF_WIDTH * np.hypot.reduce(axes * usual, axis=1)
            at = 100.0 * axes @ (mean - middle)
            way = 100.0 * (place[:, foot] - middle) @ axes.T
            footings.append(Footing(side, way, (float(at[0]), float(at[1])), (float(reach[0]), float(reach[1]))))
    return tuple(footings)


def draw_pressure(key: str, title: str, footings: Sequence[Footing], language: str = "en") -> str:
    """Return the picture as an SVG element; `key` makes its ids unique on a page."""
    ends = np.array([[foot.mean_cm[axis] + sign * foot.reach_cm[axis] for axis in (0, 1)] for foot in footings for sign in (-1, 1)])
    ways = np.concatenate([foot.way_cm for foot in footings])
    every = np.concatenate([ends, ways[np.isfinite(ways).all(axis=1)]])
    low, high = every.min(axis=0), every.max(axis=0)
    middle, span = 0.5 * (low + high), np.maximum(high - low, 12.0)
    scale = float(min((_WIDTH - 2.0 * _EDGE) / span[0], 9.0))
    height = _HEAD + scale * float(span[1]) + _FOOT

    def at(right_cm: float, forward_cm: float) -> tuple[float, float]:
        return _WIDTH / 2 + scale * (right_cm - middle[0]), _HEAD + scale * (0.5 * span[1] + middle[1] - forward_cm)

    parts = []
    for foot in footings:
        x, y = at(*foot.mean_cm)
        rx, ry = (max(scale * reach, 2.0) for reach in foot.reach_cm)
        parts.append(f'<ellipse class="band {foot.side}" cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}"/>')
        points = [at(*point) for point in foot.way_cm[np.isfinite(foot.way_cm).all(axis=1)]]
        step = max(1, len(points) // 300)
        way = " ".join(f"{px:.1f} {py:.1f}" for px, py in points[::step])
        parts.append(
            f'<path class="line {foot.side}" d="M{way}"/><circle class="mark {foot.side}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>'
        )
        name = escape(say(f"side.{foot.side}", language=language))
        parts.append(f'<text class="name" x="{x:.1f}" y="{y + ry + 20:.1f}" text-anchor="middle">{name}</text>')
    parts += _furniture(scale, language)
    description = " ".join(_in_words(foot, language) for foot in footings)
    labels = f'role="img" aria-labelledby="{key}-title {key}-desc"'
    return (
        f'<svg class="curve compact picture" viewBox="0 0 {_WIDTH:g} {height:.0f}" {labels} font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def _in_words(foot: Footing, language: str) -> str:
    across, along = (f"{reach:.1f}" for reach in foot.reach_cm)
    return say("loads.pressure_words", language=language, side=foot.side, along=along, across=across)


def _furniture(scale: float, language: str) -> list[str]:
    """Draw which way is forward, and how long ten centimetres are."""
    length = scale * _SCALE_CM
    forward, centimetres = (
        escape(say(code, language=language, cm=f"{_SCALE_CM:g}")) for code in ("loads.forward", "loads.scale_cm")
    )
    left = _WIDTH - 12.0 - length
    return [
        '<path class="zero" d="M14 46V14M8 21 14 13 20 21" fill="none"/>',
        f'<text class="tick" x="28" y="24" text-anchor="start">{forward}</text>',
        f'<path class="zero" d="M{left:.1f} 12v6h{length:.1f}v-6" fill="none"/>',
        f'<text class="tick" x="{left + length / 2:.1f}" y="36" text-anchor="middle">{centimetres}</text>',
    ]


def _mean(place: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, " 3"] | None:
    known = place[np.isfinite(place).all(axis=1)]
    return np.asarray(known.mean(axis=0)) if known.size else None
