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
    rgb: UInt8[np.ndarray, "height width 3"], region: Region, size_px: int, beyond: Literal["black", "edge"]
) -> UInt8[np.ndarray, "size size 3"]:
    """Return the region of a picture, turned upright and resampled bilinearly to `size_px` a side.

    `beyond` says what lies outside the picture: black, or its edge drawn on. As in MediaPipe on a CPU, pixel (i, j) of the cut is
    the picture at the share (i / size, j / size) of the region, whole numbers being pixel centres; the network's answer moves by
    some 2 px where this is off by half a pixel.
    """
    height, width = rgb.shape[:2]
    corners = region.corners()
    picture, origin = _hand_to_pillow(rgb, corners)
    step = region.turn * (region.side_px / size_px)
    # Pillow puts pixel centres at halves, in the picture and in the cut.
    shift = corners[0] - origin + 0.5 - step @ (0.5, 0.5)
    cut = picture.transform(
        (size_px, size_px),
        Image.Transform.AFFINE,
        (step[0, 0], step[0, 1], shift[0], step[1, 0], step[1, 1], shift[1]),
        Image.Resampling.BILINEAR,
    )
    inside = (corners >= 0.0).all() and (corners <= (width - 1, height - 1)).all()
    if beyond == "black" or inside:
        return np.asarray(cut)[:, :, :3]
    return _draw_edge_on(np.array(cut)[:, :, :3], rgb, corners[0], step)


def _hand_to_pillow(
    rgb: UInt8[np.ndarray, "height width 3"], corners: Float[np.ndarray, "4 2"]
) -> tuple[Image.Image, Float[np.ndarray, " 2"]]:
    """Return a Pillow image that holds at least the box of `corners`, and where in the picture its first pixel lies.

    Pillow keeps four bytes a pixel. A picture that lies so in memory already, as films are read, is shared; of any other the box
    is copied, which for 1080 lines costs more than the resampling.
    """
    height, width = rgb.shape[:2]
    memory = rgb.base
    if isinstance(memory, np.ndarray) and memory.dtype == np.uint8 and memory.flags.c_contiguous and rgb.strides[1:] == (4, 1):
        flat = memory.reshape(-1)
        start = rgb.__array_interface__["data"][0] - flat.__array_interface__["data"][0]
        if rgb.strides[0] > 0 and start + height * rgb.strides[0] <= flat.size:
            shared = Image.frombuffer("RGBX", (width, height), flat[start:], "raw", "RGBX", rgb.strides[0], 1)
            return shared, np.zeros(2)
    left, top = np.clip(np.floor(corners.min(axis=0)).astype(int), 0, (width - 1, height - 1))
    right, bottom = np.clip(np.ceil(corners.max(axis=0)).astype(int) + 1, (left + 1, top + 1), (width, height))
    return Image.fromarray(rgb[top:bottom, left:right]), np.array([left, top], dtype=float)


def _draw_edge_on(
    cut: UInt8[np.ndarray, "size size 3"],
    rgb: UInt8[np.ndarray, "height width 3"],
    origin: Float[np.ndarray, " 2"],
    step: Float[np.ndarray, "2 2"],
) -> UInt8[np.ndarray, "size size 3"]:
    """Fill those pixels of a cut that lie outside the picture with the picture's nearest pixel."""
    count = np.arange(cut.shape[0], dtype=np.float32)
    outside = np.zeros(cut.shape[:2], dtype=bool)
    places = [(origin[axis] + step[axis, 1] * count, step[axis, 0] * count, rgb.shape[1 - axis]) for axis in (0, 1)]
    for down, across, most in places:
        # Most regions reach out of the picture on two sides only: the other direction is not worked out pixel by pixel.
        if down.min() + across.min() < -0.5 or down.max() + across.max() >= most - 0.5:
            place = np.add.outer(down.astype(np.float32), across.astype(np.float32))
            outside |= (place < -0.5) | (place >= most - 0.5)
    rows, columns = np.nonzero(outside)
    x, y = (np.clip(np.rint(down[rows] + across[columns]), 0, most - 1).astype(np.intp) for down, across, most in places)
    cut[rows, columns] = rgb[y, x]
    return cut
