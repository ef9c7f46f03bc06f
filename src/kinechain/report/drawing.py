"""How does a person see what was measured? The chain from foot to trunk, drawn on the picture it was found in.

Left is sky blue, right is orange (the pair of Okabe and Ito that all kinds of colour vision tell apart), each over a dark outline.
From the side the near leg is drawn in full and the far one faintly; arms are faint always. What was not found is not drawn.
"""

import io
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image

from kinechain.core.types import KEYPOINT_NAMES, SIDES, Keypoints, View
from kinechain.report.strokes import Colour, Point, label_size, paint_arc, paint_dot, paint_label, paint_line

#: The colour of each side, and of what has no side.
COLOURS: dict[str, Colour] = {"left": (86, 180, 233), "right": (255, 164, 46), "middle": (238, 242, 244)}

_INDEX = {name: number for number, name in enumerate(KEYPOINT_NAMES)}
_LEG = (("hip", "knee"), ("knee", "ankle"), ("ankle", "heel"), ("heel", "foot_index"), ("ankle", "foot_index"))
_ARM = (("shoulder", "elbow"), ("elbow", "wrist"))
_JOINTS = ("hip", "knee", "ankle", "heel", "foot_index")
_JPEG_QUALITY = 82
_BOLDNESS_OF_STILLS = 1.6

#: For each angle: the keypoint whose line is carried on beyond the joint (None: straight up), the joint, and the other line's end.
_ARCS: dict[str, tuple[str | None, str, str]] = {
    "knee_flexion": ("hip", "knee", "ankle"),
    "trunk_thigh_flexion": ("shoulder", "hip", "knee"),
    "fppa": ("hip", "knee", "ankle"),
    "shank_inclination": (None, "ankle", "knee"),
    "trunk_lean": (None, "hip", "shoulder"),
}


@dataclass(frozen=True)
class Skeleton:
    """One person's joints in one picture, in KEYPOINT_NAMES' order: pixels (x, y), confidence 0 to 1; NaN where missing."""

    xy: Float[np.ndarray, "keypoint 2"]
    confidence: Float[np.ndarray, " keypoint"]

    def at(self, keypoint: str) -> Point | None:
        """Return where a keypoint is, None where it was not found."""
        x, y = self.xy[_INDEX[keypoint]]
        return (float(x), float(y)) if math.isfinite(x) and math.isfinite(y) else None

    def trust(self, *keypoints: str) -> float:
        """Return the least confidence among keypoints, 0 where unknown."""
        least = min(float(self.confidence[_INDEX[keypoint]]) for keypoint in keypoints)
        return least if math.isfinite(least) else 0.0


@dataclass(frozen=True)
class Arc:
    """An angle to show: its `quantity` as the motion names it (knee_flexion, ...), its side, and the label beside it."""

    quantity: str
    side: str
    label: str


@dataclass(frozen=True)
class Box:
    """A part of a picture in pixels: left and top included, right and bottom not."""

    left: int
    top: int
    right: int
    bottom: int


def skeletons(keypoints: Keypoints) -> list[Skeleton]:
    """Return the skeleton of every picture, taken out of the data set at once: a picture at a time would be slower than drawing."""
    chosen = keypoints.dataset.sel(keypoint=list(KEYPOINT_NAMES))
    xy = np.asarray(chosen["position"].transpose("time", "keypoint", "space").values, dtype=float)
    confidence = np.asarray(chosen["confidence"].transpose("time", "keypoint").values, dtype=float)
    return [Skeleton(places, trusts) for places, trusts in zip(xy, confidence, strict=True)]


def draw_skeleton(
    rgb: UInt8[np.ndarray, "height width 3"],
    skeleton: Skeleton,
    *,
    view: View,
    near_side: str | None = None,
    arcs: Sequence[Arc] = (),
    caption: str = "",
    boldness: float = 1.0,
) -> UInt8[np.ndarray, "height width 3"]:
    """Return a copy of the picture with the chain drawn on it; `caption` is a small label in the upper left corner.

    `boldness` scales lines and labels, for pictures that are shown smaller than they are.
    """
    canvas = np.array(rgb, order="C")
    half_px = max(0.0034 * boldness * math.sqrt(canvas.shape[0] * canvas.shape[1]), 1.2)
    near = near_side if view is View.SIDE else None
    for side in SIDES:
        _draw_limbs(canvas, skeleton, side, _ARM, 0.5 * half_px, "middle", 0.4)
    for side in sorted(SIDES, key=lambda one: one == near):  # the near side last, so that it lies on top
        _draw_leg(canvas, skeleton, side, half_px, faint=near is not None and side != near)
    _draw_trunk(canvas, skeleton, near, half_px)
    for arc in arcs:
        _draw_arc(canvas, skeleton, arc, half_px)
    if caption:
        size_px = _text_size(half_px)
        width, height = label_size(caption, size_px)
        paint_label(canvas, caption, (size_px / 2 + width / 2, size_px / 2 + height / 2), size_px)
    return canvas


def still(
    rgb: UInt8[np.ndarray, "height width 3"],
    skeleton: Skeleton,
    *,
    view: View,
    near_side: str | None = None,
    arcs: Sequence[Arc] = (),
    box: Box | None = None,
    height_px: int = 720,
) -> bytes:
    """Return a JPEG of the person with the chain drawn on, cropped to `box` (by default round this skeleton).

    It is `height_px` high; a person who is small in the film is enlarged up to twice, so that lines and labels stay crisp.
    """
    box = box or box_round([skeleton], rgb.shape[1], rgb.shape[0])
    scale = min(2.0, height_px / (box.bottom - box.top))
    size = (max(round((box.right - box.left) * scale), 1), max(round((box.bottom - box.top) * scale), 1))
    crop = Image.fromarray(rgb).resize(size, Image.Resampling.LANCZOS, box=(box.left, box.top, box.right, box.bottom))
    moved = Skeleton((skeleton.xy - (box.left, box.top)) * scale, skeleton.confidence)
    return to_jpeg(draw_skeleton(np.asarray(crop), moved, view=view, near_side=near_side, arcs=arcs, boldness=_BOLDNESS_OF_STILLS))


def thumbnail(rgb: UInt8[np.ndarray, "height width 3"], height_px: int = 240) -> bytes:
    """Return a small JPEG of the whole picture, nothing drawn on it."""
    picture = Image.fromarray(rgb)
    picture.thumbnail((4 * height_px, height_px), Image.Resampling.LANCZOS)
    return to_jpeg(np.asarray(picture))


def box_round(people: Iterable[Skeleton], width_px: int, height_px: int, margin: float = 0.12) -> Box:
    """Return the part of the picture that holds all given skeletons with a margin, the whole picture where none was found.

    Hand over the skeletons of all repetitions of a film, so that its stills share one crop and can be compared.
    """
    points = np.concatenate([person.xy for person in people] or [np.empty((0, 2))])
    points = points[np.isfinite(points).all(axis=1)]
    if points.shape[0] < 2:
        return Box(0, 0, width_px, height_px)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    pad = margin * max(right - left, bottom - top)
    # A narrow strip of a person reads badly: keep at least half as wide as high, as far as the picture goes.
    widen = max(pad, (0.5 * (bottom - top + 2 * pad) - (right - left)) / 2)
    headroom = pad + 0.07 * (bottom - top)  # the highest keypoints are the eyes
    edges = (max(left - widen, 0.0), max(top - headroom, 0.0), min(right + widen, width_px), min(bottom + pad, height_px))
    box = Box(*(int(edge) for edge in edges))
    return box if box.right - box.left > 1 and box.bottom - box.top > 1 else Box(0, 0, width_px, height_px)


def to_jpeg(rgb: UInt8[np.ndarray, "height width 3"]) -> bytes:
    """Return the picture as JPEG bytes without any metadata."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return buffer.getvalue()


def _draw_leg(canvas: UInt8[np.ndarray, "height width 3"], skeleton: Skeleton, side: str, half_px: float, faint: bool) -> None:
    width, alpha = (0.6 * half_px, 0.5) if faint else (half_px, 1.0)
    _draw_limbs(canvas, skeleton, side, _LEG, width, side, alpha)
    for joint in _JOINTS:
        _draw_joint(
            canvas, skeleton, f"{side}_{joint}", 1.35 * width if joint in ("hip", "knee", "ankle") else 0.9 * width, side, alpha
        )


def _draw_limbs(
    canvas: UInt8[np.ndarray, "height width 3"],
    skeleton: Skeleton,
    side: str,
    limbs: Iterable[tuple[str, str]],
    half_px: float,
    colour: str,
    alpha: float,
) -> None:
    for start, end in limbs:
        _draw_limb(canvas, skeleton, f"{side}_{start}", f"{side}_{end}", half_px, colour, alpha)


def _draw_limb(
    canvas: UInt8[np.ndarray, "height width 3"], skeleton: Skeleton, start: str, end: str, half_px: float, colour: str, alpha: float
) -> None:
    a, b = skeleton.at(start), skeleton.at(end)
    if a is not None and b is not None:
        shown = alpha * (0.35 + 0.65 * skeleton.trust(start, end))  # what the network doubts looks faint
        paint_line(canvas, a, b, half_px, COLOURS[colour], max(0.5 * half_px, 1.0), shown)


def _draw_joint(
    canvas: UInt8[np.ndarray, "height width 3"], skeleton: Skeleton, name: str, radius_px: float, side: str, alpha: float
) -> None:
    place = skeleton.at(name)
    if place is not None:
        shown = alpha * (0.35 + 0.65 * skeleton.trust(name))
        paint_dot(canvas, place, radius_px, COLOURS[side], max(0.3 * radius_px, 1.0), COLOURS["middle"], shown)


def _draw_trunk(canvas: UInt8[np.ndarray, "height width 3"], skeleton: Skeleton, near: str | None, half_px: float) -> None:
    """Draw the trunk: one line on the near side from the side, a frame of four lines from any other view."""
    lines = (
        [(f"{near}_shoulder", f"{near}_hip")]
        if near
        else [
            ("left_shoulder", "right_shoulder"),
            ("left_hip", "right_hip"),
            *((f"{side}_shoulder", f"{side}_hip") for side in SIDES),
        ]
    )
    for start, end in lines:
        _draw_limb(canvas, skeleton, start, end, half_px if near else 0.65 * half_px, "middle", 0.95 if near else 0.75)
    for side in [near] if near else SIDES:
        for joint in ("shoulder", "hip"):
            _draw_joint(canvas, skeleton, f"{side}_{joint}", 1.2 * half_px, "middle" if joint == "shoulder" else side, 1.0)


def _draw_arc(canvas: UInt8[np.ndarray, "height width 3"], skeleton: Skeleton, arc: Arc, half_px: float) -> None:
    """Draw the angle between a line carried on beyond the joint (or straight up) and the next one, and its label outside of it."""
    beyond, joint, toward = _ARCS[arc.quantity]
    centre, end = skeleton.at(f"{arc.side}_{joint}"), skeleton.at(f"{arc.side}_{toward}")
    before = skeleton.at(f"{arc.side}_{beyond}") if beyond else None
    if centre is None or end is None or (beyond and before is None):
        return
    start_rad = math.atan2(centre[1] - before[1], centre[0] - before[0]) if before else -math.pi / 2
    sweep_rad = math.remainder(math.atan2(end[1] - centre[1], end[0] - centre[0]) - start_rad, 2 * math.pi)
    radius_px = 9.0 * half_px
    tip = (centre[0] + 1.5 * radius_px * math.cos(start_rad), centre[1] + 1.5 * radius_px * math.sin(start_rad))
    paint_line(canvas, centre, tip, 0.3 * half_px, COLOURS["middle"], 0.3 * half_px, 0.8)
    paint_arc(canvas, centre, radius_px, start_rad, sweep_rad, 0.45 * half_px, COLOURS["middle"])
    if arc.label:
        size_px = round(1.25 * _text_size(half_px))
        width, height = label_size(arc.label, size_px)
        middle = start_rad + sweep_rad / 2
        away = radius_px + half_px + 0.5 * (abs(math.cos(middle)) * width + abs(math.sin(middle)) * height)
        paint_label(canvas, arc.label, (centre[0] + away * math.cos(middle), centre[1] + away * math.sin(middle)), size_px)


def _text_size(half_px: float) -> int:
    return max(round(6.5 * half_px), 10)
