"""How do tests come by films? They make small ones, of any codec, timing, rotation and depth, with PyAV."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

#: Colours of a made picture's quarters: clockwise from the top left.
QUARTERS = {"top left": (220, 30, 30), "top right": (30, 200, 30), "bottom right": (230, 230, 230), "bottom left": (30, 30, 220)}


def make_film(
    path: Path,
    *,
    codec: str = "libx264",
    size: tuple[int, int] = (64, 48),
    frames: int = 30,
    fps: float = 30.0,
    times_s: Sequence[float] | None = None,
    rotation_deg: int = 0,
    pix_fmt: str = "yuv420p",
    picture: Callable[[int], np.ndarray] | None = None,
    pixel_aspect: Fraction | None = None,
    audio: bool = False,
    video: bool = True,
    metadata: dict[str, str] | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write a film at `path` and return the path.

    `size` is (width, height) as stored; `times_s` overrides `frames` and `fps`; `rotation_deg` is how far a player must turn the
    stored picture clockwise; `picture(index)` gives RGB of that size (default: `quarters`); `metadata` are tags of the file.
    """
    times_s = [index / fps for index in range(frames)] if times_s is None else times_s
    # Without this flag the mp4 muxer drops tags that it does not know, such as those that phones write.
    muxer = {"movflags": "use_metadata_tags"} if path.suffix in {".mp4", ".mov"} else {}
    with av.open(str(path), "w", options=muxer) as container:
        container.metadata.update(metadata or {})
        streams = []
        if video:
            streams.append(_video_stream(container, codec, size, fps, rotation_deg, pix_fmt, pixel_aspect, options))
        if audio:
            streams.append(container.add_stream("aac", rate=16000))
        if video:
            _encode_pictures(container, streams[0], times_s, picture or (lambda index: quarters(size, index)))
        if audio:
            _encode_silence(container, streams[-1], times_s[-1])
    return path


def quarters(size: tuple[int, int], index: int = 0) -> np.ndarray:
    """Return RGB of `size` (width, height) whose quarters differ in colour; a grey patch in the middle tells the index."""
    width, height = size
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[: height // 2, : width // 2] = QUARTERS["top left"]
    rgb[: height // 2, width // 2 :] = QUARTERS["top right"]
    rgb[height // 2 :, width // 2 :] = QUARTERS["bottom right"]
    rgb[height // 2 :, : width // 2] = QUARTERS["bottom left"]
    rgb[height * 3 // 8 : height * 5 // 8, width * 3 // 8 : width * 5 // 8] = 20 + index * 8 % 216
    return rgb


def _video_stream(container, codec, size, fps, rotation_deg, pix_fmt, pixel_aspect, options):
    defaults = {
        "libx264": {"preset": "ultrafast"},
        "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
        "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
    }
    settings = defaults.get(codec, {}) | (options or {})
    stream = container.add_stream(codec, rate=Fraction(fps).limit_denominator(1001), options=settings)
    stream.width, stream.height = size
    stream.pix_fmt = pix_fmt
    # Fine enough for any list of times; the container may coarsen it (WebM counts milliseconds).
    stream.codec_context.time_base = Fraction(1, 90000)
    if codec == "libx265":
        stream.codec_context.codec_tag = "hvc1"
    if pixel_aspect:
        stream.codec_context.sample_aspect_ratio = pixel_aspect
    if rotation_deg:
        # A display matrix counts against the clock.
        stream.set_display_rotation(-rotation_deg)
    return stream


def _encode_pictures(container, stream, times_s, picture):
    for index, time_s in enumerate(times_s):
        frame = av.VideoFrame.from_ndarray(picture(index), format="rgb24")
        frame.pts, frame.time_base = round(time_s * 90000), Fraction(1, 90000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _encode_silence(container, stream, duration_s):
    for index in range(max(1, round(duration_s * 16000 / 1024))):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 16000, index * 1024, Fraction(1, 16000)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
