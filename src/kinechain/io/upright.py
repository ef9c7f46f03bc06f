"""How does a decoded frame become an upright RGB picture? Shrunk, turned, square pixels, with as little copying as can be."""

from dataclasses import dataclass
from fractions import Fraction

import av
import numpy as np
from av.filter import Graph
from av.video.format import VideoFormat
from av.video.reformatter import Interpolation, VideoReformatter
from jaxtyping import UInt8

#: Lines that a picture keeps. The pose network looks at 256 x 256 crops, in which a person of 1080 lines is already shrunk
#: fourfold; more lines cost time and memory and show nothing.
MAX_LINES = 1080

# Widths of a pixel over its height that are believed. A wilder one is a broken header, and would ask for a huge picture.
_MIN_PIXEL_ASPECT, _MAX_PIXEL_ASPECT = Fraction(1, 4), Fraction(4)

# So little from square that stretching would cost more than it mends: at 45 degrees it is 0.15 degrees.
_NEARLY_SQUARE = Fraction(1, 200)

# Filters that turn a picture clockwise by so many degrees. Turning planar YUV in swscale's neighbour takes 2 ms where turning
# 1080 lines of RGB in NumPy takes 28.
_TURNS = {90: (("transpose", "clock"),), 180: (("hflip", ""), ("vflip", "")), 270: (("transpose", "cclock"),)}


@dataclass(frozen=True)
class Shape:
    """Sizes in pixels as (width, height): `stored` in the file, `shrunk` before turning; and the clockwise turn in degrees."""

    stored: tuple[int, int]
    shrunk: tuple[int, int]
    rotation_deg: int

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height of the pictures handed on."""
        return self.shrunk if self.rotation_deg % 180 == 0 else (self.shrunk[1], self.shrunk[0])


def shape_of(frame: av.VideoFrame, pixel_aspect: Fraction | None, max_lines: int = MAX_LINES) -> Shape:
    """Return how pictures like `frame` are to be shown: square pixels, at most `max_lines` on the shorter side, upright."""
    aspect = pixel_aspect or Fraction(1)
    if abs(aspect - 1) < _NEARLY_SQUARE or not _MIN_PIXEL_ASPECT <= aspect <= _MAX_PIXEL_ASPECT:
        aspect = Fraction(1)
    width, height = frame.width * aspect, Fraction(frame.height)
    scale = min(Fraction(1), Fraction(max_lines) / min(width, height))
    # A player turns against the clock by `rotation`; phones write quarters only.
    rotation_deg = round(-frame.rotation / 90) * 90 % 360
    unchanged = scale == 1 and aspect == 1
    shrunk = (frame.width, frame.height) if unchanged else (_even(width * scale), _even(height * scale))
    return Shape((frame.width, frame.height), shrunk, rotation_deg)


class Upright:
    """Turns frames of one film into RGB pictures of one shape, with converters that are set up once."""

    def __init__(self, shape: Shape, *, spare_byte: bool = False) -> None:
        self._shape = shape
        self._layout = "rgba" if spare_byte else "rgb24"
        self._to_planes, self._to_rgb = VideoReformatter(), VideoReformatter()
        self._turn = _turner(shape) if shape.rotation_deg else None

    def rgb(self, frame: av.VideoFrame) -> UInt8[np.ndarray, "height width 3"]:
        """Return `frame` as an upright picture in memory of its own, whose rows may be padded (packing them would cost a copy).

        With `spare_byte` a pixel takes four bytes, of which the picture is a view of three; Pillow can then read it in place.
        """
        width, height = self._shape.shrunk
        if self._turn is not None:
            frame = self._to_planes.reformat(frame, width, height, "yuv420p", interpolation=Interpolation.AREA, threads=1)
            self._turn.push(frame)
            frame = self._turn.vpull()
            width, height = self._shape.upright
        frame = self._to_rgb.reformat(frame, width, height, self._layout, interpolation=Interpolation.AREA, threads=1)
        pixels: UInt8[np.ndarray, "height width bytes"] = frame.to_ndarray()
        return pixels[:, :, :3]


def _turner(shape: Shape) -> Graph:
    graph = Graph()
    graph.threads = 1
    width, height = shape.shrunk
    # The time base is of no account: times are read before turning.
    planes = VideoFormat("yuv420p", width, height)
    last = graph.add_buffer(width=width, height=height, format=planes, time_base=Fraction(1, 1000))
    for name, arguments in _TURNS[shape.rotation_deg]:
        step = graph.add(name, arguments)
        last.link_to(step)
        last = step
    last.link_to(graph.add("buffersink"))
    graph.configure()
    return graph


def _even(length: Fraction) -> int:
    return max(2, 2 * round(length / 2))
