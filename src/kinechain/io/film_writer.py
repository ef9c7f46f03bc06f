"""How do pictures become a film that any browser plays? H.264 in an mp4 whose index comes first, whole or absent."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc, Interpolation, VideoReformatter
from av.video.stream import VideoStream
from jaxtyping import UInt8

from kinechain.core.errors import OutputError
from kinechain.io.whole import whole_file

# `veryfast` costs 2 ms a picture of 720 lines more than the fastest presets and makes files half to a quarter their size; without
# pictures that refer forwards and with a short look ahead it costs a fifth less, for files a sixth larger. A key picture every 60
# lets a reader jump about.
_ENCODER = {"preset": "veryfast", "profile": "high", "g": "60", "x264-params": "bframes=0:ref=1:rc-lookahead=10"}

#: The encoder's constant rate factor, by its own default: films that look like their pictures.
RATE_FACTOR = 23

# Ticks a second of an mp4's clock: divides 24, 25, 30, 50, 60, 120 and 240 pictures a second.
_TICKS_PER_S = 90_000

# FFmpeg's number of the BT.709 matrix, the one that players take for granted in films of this size.
_BT709_MATRIX = 1


class FilmWriter:
    """Adds pictures to an open film; made by `film_writer`."""

    def __init__(self, container: OutputContainer, fps: float, rate_factor: int) -> None:
        self._container = container
        self._encoder = _ENCODER | {"crf": str(rate_factor)}
        self._fps = Fraction(fps).limit_denominator(1001)
        self._to_planes = VideoReformatter()
        self._stream: VideoStream | None = None
        self._last_tick = -1

    def add(self, time_s: float, rgb: UInt8[np.ndarray, "height width 3"]) -> None:
        """Add the picture `rgb`, shown from `time_s` seconds on; an odd last row or column is left out.

        Raises:
            ValueError: the time is not later than the one before, or the picture is of another size.
        """
        tick = round(time_s * _TICKS_PER_S)
        if tick <= self._last_tick:
            raise ValueError(f"Expected times that rise from picture to picture, got {time_s} s again or earlier. Sort them first.")
        height, width = (length // 2 * 2 for length in rgb.shape[:2])
        stream = self._stream = self._stream or self._started(width, height)
        if (width, height) != (stream.width, stream.height):
            raise ValueError(f"Expected pictures of {stream.width} x {stream.height}, got {width} x {height}. Keep to one size.")
        self._last_tick = tick
        self._container.mux(stream.encode(self._frame(rgb[:height, :width], tick)))

    def finish(self) -> None:
        """Write what the encoder still holds.

        Raises:
            ValueError: no picture was added.
        """
        if self._stream is None:
            raise ValueError("Expected at least one picture in a film, got none. Add one.")
        self._container.mux(self._stream.encode(None))

    def _started(self, width: int, height: int) -> VideoStream:
        stream = self._container.add_stream("libx264", rate=self._fps, options=self._encoder)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        context = stream.codec_context
        context.time_base = Fraction(1, _TICKS_PER_S)
        context.colorspace, context.color_range = _BT709_MATRIX, ColorRange.MPEG
        context.color_primaries, context.color_trc = ColorPrimaries.BT709, ColorTrc.BT709
        return stream

    def _frame(self, rgb: UInt8[np.ndarray, "height width 3"], tick: int) -> av.VideoFrame:
        # Borrows the picture's memory: the conversion below makes its own.
        borrowed = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(rgb), format="rgb24")
        frame = self._to_planes.reformat(
            borrowed,
            format="yuv420p",
            dst_colorspace=Colorspace.ITU709,
            dst_color_range=ColorRange.MPEG,
            interpolation=Interpolation.FAST_BILINEAR,  # only colour is halved; sharper ways cost a third more
            threads=1,
        )
        frame.pts, frame.time_base = tick, Fraction(1, _TICKS_PER_S)
        return frame


@contextmanager
def film_writer(path: Path, fps: float = 30.0, rate_factor: int = RATE_FACTOR) -> Iterator[FilmWriter]:
    """Give a writer of an H.264 mp4 that becomes `path` at the end, or vanishes on an error; `fps` is the nominal rate.

    A larger `rate_factor` makes a smaller film with less in it; 18 looks like the pictures, 32 like what messengers pass on.

    Raises:
        OutputError: `path` exists, its folder cannot be written to, or the disk is full.
        ValueError: no picture was added.
    """
    with whole_file(path) as beside:
        try:
            with av.open(str(beside), "w", format="mp4", options={"movflags": "faststart"}) as container:
                writer = FilmWriter(container, fps, rate_factor)
                yield writer
                writer.finish()
        except FFmpegError as error:
            got = f"the system's answer '{error.strerror}'"
            raise OutputError(f"a place to write the film {path}", got, "Free some space or name another place.") from error


def write_film(
    path: Path,
    pictures: Iterable[tuple[float, UInt8[np.ndarray, "height width 3"]]],
    fps: float = 30.0,
    rate_factor: int = RATE_FACTOR,
) -> None:
    """Write `pictures`, each a time in seconds and RGB, as a film at `path`; raises as `film_writer` and `FilmWriter.add` do."""
    with film_writer(path, fps, rate_factor) as writer:
        for time_s, rgb in pictures:
            writer.add(time_s, rgb)
