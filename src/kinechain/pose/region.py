"""Which turned square of a picture does the network look at, and how do points travel between the two?"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, UInt8
from PIL import Image


@dataclass(frozen=True)
class Region:
    """A square in picture coordinates (px, x right, y down): centre, side, and the angle its upright is turned clockwise."""

    x_px: float
    y_px: float
    side_px: float
    angle_rad: float

    def __post_init__(self) -> None:
        finite = all(math.isfinite(value) for value in (self.x_px, self.y_px, self.side_px, self.angle_rad))
        if not finite or self.side_px <= 0.0:
            raise ValueError(f"Expected a region with finite numbers and a positive side, got {self}. Check its points.")

    @property
    def turn(self) -> Float[np.ndarray, "2 2"]:
        """Rotation that takes a direction in the square to the same direction in the picture."""
        cosine, sine = math.cos(self.angle_rad), math.sin(self.angle_rad)
        return np.array([[cosine, -sine], [sine, cosine]])

    def to_picture(self, points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
        """Take points (n, 2) from shares of the square (0 to 1 from its upper left corner) to picture px."""
        return np.asarray((points - 0.5) * self.side_px @ self.turn.T + (self.x_px, self.y_px))

    def from_picture(self, points: Float[np.ndarray, "n 2"]) -> Float[np.ndarray, "n 2"]:
        """Take points (n, 2) from picture px to shares of the square; undoes `to_picture`."""
        return np.asarray((points - (self.x_px, self.y_px)) @ self.turn / self.side_px + 0.5)

    def corners(self) -> Float[np.ndarray, "4 2"]:
        """Return its corners in picture px, clockwise from the upper left."""
        return self.to_picture(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]))


def region_of_body(hips_px: Float[np.ndarray, " 2"], circle_px: Float[np.ndarray, " 2"], margin: float) -> Region:
    """Return the square round a body, from its hip centre and a point above the head on the circle round the whole body.

    Both points (2,) in picture px; `margin` is how many times the circle's diameter the side is. The square is turned so that
    the point on the circle lies straight up. Raises ValueError where the two points coincide or are not finite.
    """
    across, down = circle_px - hips_px
    side_px = 2.0 * margin * math.hypot(across, down)
    return Region(float(hips_px[0]), float(hips_px[1]), side_px, math.atan2(across, -down))


def cut_region(
    rgb: UInt8[np.ndarray, "height width 3"],
    region: Region,
    size_px: int,
    beyond: Literal["black", "edge"],
    rows_a_pixel: float = math.inf,
) -> UInt8[np.ndarray, "size size 3"]:
    """Return the region of a picture, turned upright and resampled bilinearly to `size_px` a side.

    `beyond` says what lies outside the picture: black, or its edge drawn on. As in MediaPipe on a CPU, pixel (i, j) of the cut is
    the picture at the share (i / size, j / size) of the region, whole numbers being pixel centres; the network's answer moves by
    some 2 px where this is off by half a pixel. Where the picture has more than twice `rows_a_pixel` rows to a pixel of the cut,
    some are left out, since handing pixels to Pillow costs as much as resampling them.
    """
    height, width = rgb.shape[:2]
    corners = region.corners()
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, (left + 1, top + 1), (width, height))
    step = region.turn * (region.side_px / size_px)
    every = max(1, int(region.side_px / size_px / rows_a_pixel))
    # Pillow puts pixel centres at halves, in the picture and in the cut.
    to_part = step / [[1.0], [every]]
    shift = (corners[0] - (left, top)) / (1.0, every) + 0.5 - to_part @ (0.5, 0.5)
    cut = Image.fromarray(rgb[top:bottom:every, left:right]).transform(
        (size_px, size_px),
        Image.Transform.AFFINE,
        (to_part[0, 0], to_part[0, 1], shift[0], to_part[1, 0], to_part[1, 1], shift[1]),
        Image.Resampling.BILINEAR,
    )
    inside = (corners >= 0.0).all() and (corners <= (width - 1, height - 1)).all()
    if beyond == "black" or inside:
        return np.asarray(cut)
    return _draw_edge_on(np.array(cut), rgb, corners[0], step)


def _draw_edge_on(
    cut: UInt8[np.ndarray, "size size 3"],
    rgb: UInt8[np.ndarray, "height width 3"],
    origin: Float[np.ndarray, " 2"],
    step: Float[np.ndarray, "2 2"],
) -> UInt8[np.ndarray, "size size 3"]:
    """Fill those pixels of a cut that lie outside the picture with the picture's nearest pixel."""
    height, width = rgb.shape[:2]
    count = np.arange(cut.shape[0], dtype=np.float32)
    x, y = (
        np.add.outer((origin[row] + step[row, 1] * count).astype(np.float32), (step[row, 0] * count).astype(np.float32))
        for row in (0, 1)
    )
    outside = np.flatnonzero((x < -0.5) | (x >= width - 0.5) | (y < -0.5) | (y >= height - 0.5))
    if outside.size:
        columns, rows = (np.clip(np.rint(place.ravel()[outside]), 0, most - 1) for place, most in ((x, width), (y, height)))
        nearest = rows.astype(np.intp) * width + columns.astype(np.intp)
        cut.reshape(-1, 3)[outside] = rgb.reshape(-1, 3).take(nearest, axis=0)
    return cut
