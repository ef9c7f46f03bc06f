"""How does a smooth line get into a picture quickly? Anti-aliased strokes, arcs and labels that touch only the pixels they colour.

All functions paint into `canvas` in place: a (height, width, 3) array of 8-bit RGB that the caller owns. Points are (x, y) in
pixels, x to the right, y down; what lies outside the picture is cut off.
"""

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image, ImageDraw, ImageFont

Colour = tuple[int, int, int]
Point = tuple[float, float]
Canvas = UInt8[np.ndarray, "height width 3"]

#: The dark line under every light one keeps it readable on light clothes and on dark ones.
OUTLINE: Colour = (12, 20, 26)


def paint_line(
    canvas: Canvas, start: Point, end: Point, half_px: float, colour: Colour, edge_px: float, alpha: float = 1.0
) -> None:
    """Paint a line `2 * half_px` wide over a dark outline that reaches `edge_px` further; its ends are blunt, put a dot on them."""
    height, width = canvas.shape[:2]
    # A flat line is painted as a steep one of the transposed picture, so that every row holds only a short run of pixels.
    flat = abs(end[0] - start[0]) > abs(end[1] - start[1])
    (x0, y0), (x1, y1) = sorted((start[::-1], end[::-1]) if flat else (start, end), key=lambda point: point[1])
    row_step, column_step, last_row, columns = (1, width, width - 1, height) if flat else (width, 1, height - 1, width)
    rows = np.arange(max(math.ceil(y0), 0), min(math.floor(y1), last_row) + 1)
    if rows.size == 0 or y1 <= y0:
        return
    slope = (x1 - x0) / (y1 - y0)
    middle = (x0 + slope * (rows - y0))[:, None]
    run = math.ceil((half_px + edge_px + 0.5) * math.hypot(1.0, slope))
    x = np.rint(middle).astype(np.intp) + np.arange(-run, run + 1)
    distance = (np.abs(x - middle) / math.hypot(1.0, slope)).astype(np.float32)
    places = x * column_step + (rows * row_step)[:, None]
    cover, ink = _line_ink(distance, half_px, colour, edge_px, alpha)
    if x.min() < 0 or x.max() >= columns:
        inside = (x >= 0) & (x < columns)
        places, cover, ink = places[inside], cover[inside], ink[inside]
    pixels = canvas.reshape(-1, 3)
    pixels[places] = _blend(pixels.take(places, axis=0), ink, cover)


def paint_dot(
    canvas: Canvas, centre: Point, radius_px: float, colour: Colour, edge_px: float, heart: Colour, alpha: float = 1.0
) -> None:
    """Paint a joint: a disc with a dark outline and a small heart of another colour."""
    left, top = math.floor(centre[0]), math.floor(centre[1])
    ink, cover = _dot(radius_px, colour, edge_px, heart, round(4 * (centre[0] - left)) / 4, round(4 * (centre[1] - top)) / 4)
    _stamp(canvas, ink, cover * np.float32(alpha), left - cover.shape[1] // 2, top - cover.shape[0] // 2)


def paint_arc(
    canvas: Canvas, centre: Point, radius_px: float, start_rad: float, sweep_rad: float, half_px: float, colour: Colour
) -> None:
    """Paint part of a circle from the direction `start_rad` (0 to the right, growing clockwise as seen) on by `sweep_rad`."""
    reach = math.ceil(radius_px + half_px + 2.0)
    left, top = round(centre[0]) - reach, round(centre[1]) - reach
    x = np.arange(left, left + 2 * reach + 1, dtype=np.float32) - np.float32(centre[0])
    y = np.arange(top, top + 2 * reach + 1, dtype=np.float32)[:, None] - np.float32(centre[1])
    turned = np.mod((np.arctan2(y, x) - start_rad) * math.copysign(1.0, sweep_rad), 2.0 * math.pi)
    distance = np.where(turned <= abs(sweep_rad), np.abs(np.hypot(x, y) - radius_px), np.inf).astype(np.float32)
    cover, ink = _line_ink(distance, half_px, colour, 1.0, 1.0)
    _stamp(canvas, ink, cover, left, top)


def paint_label(canvas: Canvas, text: str, centre: Point, size_px: int, colour: Colour = (255, 255, 255)) -> None:
    """Paint a small text on a dark pill centred at `centre`, pushed inside the picture where it would reach out."""
    picture, cover = _label(text, size_px, colour)
    height, width = cover.shape[:2]
    top = min(max(round(centre[1] - height / 2), 0), max(canvas.shape[0] - height, 0))
    left = min(max(round(centre[0] - width / 2), 0), max(canvas.shape[1] - width, 0))
    _stamp(canvas, picture, cover, left, top)


def label_size(text: str, size_px: int) -> tuple[int, int]:
    """Return width and height of the pill that `paint_label` would paint."""
    height, width = _label(text, size_px, (255, 255, 255))[1].shape[:2]
    return width, height


def _line_ink(
    distance: Float[np.ndarray, "row column"], half_px: float, colour: Colour, edge_px: float, alpha: float
) -> tuple[Float[np.ndarray, "row column 1"], Float[np.ndarray, "row column 3"]]:
    """Return how far each pixel is covered and with what, from its distance to the line's middle; an edge pixel is half covered."""
    cover = np.clip(np.float32(half_px + edge_px + 0.5) - distance, 0.0, 1.0)[..., None] * np.float32(alpha)
    core = np.clip(np.float32(half_px + 0.5) - distance, 0.0, 1.0)[..., None]
    dark = np.asarray(OUTLINE, np.float32)
    return cover, dark + core * (np.asarray(colour, np.float32) - dark)


def _blend(
    under: UInt8[np.ndarray, "*pixels 3"], ink: Float[np.ndarray, "*pixels 3"], cover: Float[np.ndarray, "*pixels 1"]
) -> UInt8[np.ndarray, "*pixels 3"]:
    blended: UInt8[np.ndarray, "*pixels 3"] = (under + cover * (ink - under) + np.float32(0.5)).astype(np.uint8)
    return blended


def _stamp(
    canvas: Canvas, ink: Float[np.ndarray, "row column 3"], cover: Float[np.ndarray, "row column 1"], left: int, top: int
) -> None:
    """Blend a small patch into the picture at `left`, `top`; what reaches out is cut off."""
    first_row, last_row = max(-top, 0), min(cover.shape[0], canvas.shape[0] - top)
    first_column, last_column = max(-left, 0), min(cover.shape[1], canvas.shape[1] - left)
    if first_row < last_row and first_column < last_column:
        target = canvas[top + first_row : top + last_row, left + first_column : left + last_column]
        part = (slice(first_row, last_row), slice(first_column, last_column))
        target[:] = _blend(target, ink[part], cover[part])


@lru_cache(maxsize=4096)
def _dot(
    radius_px: float, colour: Colour, edge_px: float, heart: Colour, right: float, down: float
) -> tuple[Float[np.ndarray, "size size 3"], Float[np.ndarray, "size size 1"]]:
    """Return a joint's patch, its centre `right` and `down` of the middle pixel; joints sit on quarter pixels, so patches recur."""
    reach = math.ceil(radius_px + edge_px + 1.5)
    steps = np.arange(-reach, reach + 1, dtype=np.float32)
    distance = np.hypot(steps - right, steps[:, None] - down).astype(np.float32)
    cover, ink = _line_ink(distance, radius_px, colour, edge_px, 1.0)
    core = np.clip(np.float32(0.45 * radius_px + 0.5) - distance, 0.0, 1.0)[..., None]
    return ink + core * (np.asarray(heart, np.float32) - ink), cover


@lru_cache(maxsize=1024)
def _label(
    text: str, size_px: int, colour: Colour
) -> tuple[Float[np.ndarray, "height width 3"], Float[np.ndarray, "height width 1"]]:
    """Return the pill's colours and how far each of its pixels covers the picture; a film repeats its labels."""
    text = text.replace("\xa0", " ")  # Pillow's font draws a box for a no-break space
    font = ImageFont.load_default(size_px)
    left, _, right, _ = font.getbbox(text)
    pad = max(size_px // 3, 3)
    width, height = math.ceil(right - left) + 2 * pad + 2, size_px + 2 * pad
    pill = Image.new("L", (4 * width, 4 * height), 0)
    ImageDraw.Draw(pill).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), radius=4 * pad, fill=255)
    cover = np.asarray(pill.reduce(4), np.float32) / 255.0
    ink = Image.new("L", (width, height), 0)
    ImageDraw.Draw(ink).text((width / 2, height / 2), text, fill=255, font=font, anchor="mm")
    letters = np.asarray(ink, np.float32)[:, :, None] / 255.0
    picture = np.asarray(OUTLINE, np.float32) * (1.0 - letters) + np.asarray(colour, np.float32) * letters
    return picture, np.maximum(cover[:, :, None] * np.float32(0.78), letters)
