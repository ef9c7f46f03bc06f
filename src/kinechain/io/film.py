"""What does a video file show, and when? Any phone's film in, upright RGB pictures with their times out.

A film is read as it goes: memory does not grow with its length. What cannot be read ends in one `FilmError`.
"""

import hashlib
import os
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import TracebackType

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.stream import Disposition
from av.video.stream import VideoStream

from kinechain.core.errors import FilmError
from kinechain.core.types import FilmHeader, Picture
from kinechain.io.background import Background
from kinechain.io.frames import Clock, Damage, decode
from kinechain.io.upright import MAX_LINES, Shape, Upright, shape_of

#: A longer film is a mistake (a forgotten camera): a test lasts a minute or two, and half an hour takes half an hour to measure.
MAX_DURATION_S = 30 * 60.0

#: Missing at the end without complaint: phones announce the sound's length, and the last frames of a copied file may be lost. A
#: squat takes longer than this.
MAX_MISSING_S = 0.5

#: Share of packets that may be damaged, and a number that may be in any film: a few grey frames do not spoil a film of hundreds.
MAX_DAMAGED_SHARE, MAX_DAMAGED = 0.05, 3

# Pictures decoded ahead of the reader: enough that neither side waits for a slow one, 25 MB at 1080 lines.
_AHEAD = 4

# More threads than this keep many 4K frames in flight and gain nothing that the pose network does not eat up.
_MAX_CODEC_THREADS = 4

# Containers that phones and browsers write. A name left out of this list is refused: FFmpeg would also play text files as films,
# and playlists, which reach out to the network.
_CONTAINERS = "mov,matroska,webm,avi,mpegts,mpeg,flv,asf"
_KINDS = "an mp4, mov, webm, mkv, avi or 3gp film"

# Where containers of films say what they are: (offset, mark). Tells a film that was cut off from a file that never was one.
_FILM_MARKS = ((4, b"ftyp"), (4, b"moov"), (4, b"mdat"), (4, b"wide"), (0, b"\x1aE\xdf\xa3"), (8, b"AVI "))

# Android writes the rate of the camera under this tag. Apple's `full-frame-rate-playback-intent` is 0 in ordinary films too and so
# tells nothing; an iPhone's original slow-motion film needs no tag, since its frames carry the true times.
_CAPTURE_FPS_TAG = "com.android.capture.fps"

_COPY_AGAIN = "Copy the film from the phone again, or film anew."


class Film:
    """An open film: `header` says what it is, `pictures` gives its pictures. Made by `open_film`; a context manager."""

    def __init__(self, path: Path, header: FilmHeader, shape: Shape, spare_byte: bool) -> None:
        self.path, self.header = path, header
        self._shape, self._spare_byte = shape, spare_byte
        self._running: list[Background[Picture]] = []

    def __enter__(self) -> "Film":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all decoding that still runs."""
        while self._running:
            self._running.pop().close()

    def pictures(self) -> Iterator[Picture]:
        """Give the pictures from the first to the last, decoded ahead in a thread; each call starts anew.

        Times are the container's, from 0 and strictly rising, in seconds; see `frames.Clock` for stamps that repeat, fall or lack.

        Raises:
            FilmError: the film breaks off more than half a second before its announced end, is damaged in more than one packet
                of twenty, or lasts longer than half an hour. The pictures before that have been given by then.
        """
        background = Background(self._decode, _AHEAD)
        self._running.append(background)
        return self._read(background)

    def _read(self, background: Background[Picture]) -> Iterator[Picture]:
        try:
            yield from background
        finally:
            background.close()
            if background in self._running:
                self._running.remove(background)

    def _decode(self) -> Generator[Picture, None, None]:
        damage, upright = Damage(), Upright(self._shape, spare_byte=self._spare_byte)
        index, end_s, step_s = 0, 0.0, _step_s(self.header)
        with _opened(self.path) as (container, stream):
            clock = Clock(_tick_s(stream), step_s)
            for frame in decode(container, stream, damage):
                time_s = clock.read(frame.pts, frame.dts)
                if time_s is None:
                    continue
                _require_short(self.path, time_s)
                yield Picture(index, time_s, upright.rgb(frame))
                index += 1
                # The last picture may be announced to stay for long.
                end_s = time_s + max(step_s, float(frame.duration * _tick_s(stream)))
        _require_whole(self.path, self.header, end_s, damage)


def open_film(path: Path, max_lines: int = MAX_LINES, *, spare_byte: bool = False) -> Film:
    """Return the film at `path`, its header read and its first picture decoded for a check.

    Pictures are upright (the rotation flag is applied), have square pixels, and are shrunk where their shorter side is above
    `max_lines`. With `spare_byte` a pixel takes four bytes in memory, which the pose network's resampling reads without a copy.

    Raises:
        FilmError: the file is missing, empty, a folder, cut off, no film, without pictures, or longer than half an hour.

    Example:
        with open_film(Path("squat.mp4")) as film:
            for picture in film.pictures():
                print(picture.time_s, picture.rgb.shape)
    """
    _require_file(path)
    with _opened(path) as (container, stream):
        frame = next(decode(container, stream, Damage()), None)
        if frame is None:
            raise FilmError(f"pictures in {path}", "none that can be decoded", _COPY_AGAIN)
        duration_s = _announced_duration_s(container, stream, frame)
        _require_short(path, duration_s or 0.0)
        shape = shape_of(frame, stream.sample_aspect_ratio, max_lines)
        rate = stream.average_rate or stream.guessed_rate
        header = FilmHeader(
            name=path.name,
            sha256=_sha256(path),
            codec=stream.codec_context.name,
            width_px=shape.upright[0],
            height_px=shape.upright[1],
            rotation_deg=shape.rotation_deg,
            announced_frames=stream.frames or None,
            announced_duration_s=duration_s,
            announced_fps=float(rate) if rate else None,
            capture_fps=_capture_fps(container, stream),
        )
    return Film(path, header, shape, spare_byte)


@contextmanager
def _opened(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    try:
        # An absolute path cannot be taken for an address, as `http:film.mp4` would be.
        container = av.open(
            str(path.absolute()), options={"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}, metadata_errors="replace"
        )
    except (FFmpegError, OSError) as error:
        raise _not_opened(path, error) from error
    try:
        with container:
            yield container, _video_stream(path, container)
    except FFmpegError as error:
        raise FilmError(f"a film that can be decoded at {path}", f"the decoder's answer '{error.strerror}'", _COPY_AGAIN) from error


def _video_stream(path: Path, container: InputContainer) -> VideoStream:
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & Disposition.attached_pic:
        held = "only sound" if container.streams.audio else "no pictures"
        raise FilmError(f"a film with pictures at {path}", held, "Name the video file itself.")
    if stream.codec_context is None:
        raise FilmError(f"a film that can be decoded at {path}", "an unknown video codec", "Film in H.264, HEVC or VP9.")
    stream.thread_type = "AUTO"
    stream.codec_context.thread_count = min(_MAX_CODEC_THREADS, os.cpu_count() or 1)
    return stream


def _not_opened(path: Path, error: Exception) -> FilmError:
    if isinstance(error, PermissionError):
        return FilmError(f"a film that can be read at {path}", "a refusal by the system", "Mend the file's permissions.")
    with path.open("rb") as file:
        start = file.read(16)
    if any(start[offset : offset + len(mark)] == mark for offset, mark in _FILM_MARKS):
        return FilmError(f"a whole film at {path}", "one that was cut off or damaged, without its index", _COPY_AGAIN)
    return FilmError(f"{_KINDS} at {path}", "a file of another kind", "Name the video file itself.")


def _require_file(path: Path) -> None:
    do = "Name the video file itself."
    if path.is_dir():
        raise FilmError(f"a film at {path}", "a folder", do)
    if not path.exists():
        raise FilmError(f"a film at {path}", "no file of that name", "Check the name and the folder.")
    if not path.is_file():
        raise FilmError(f"a film at {path}", "something that is no file", do)
    if path.stat().st_size == 0:
        raise FilmError(f"a film at {path}", "an empty file", _COPY_AGAIN)


def _require_short(path: Path, duration_s: float) -> None:
    if duration_s > MAX_DURATION_S:
        raise FilmError(
            f"a film of at most {MAX_DURATION_S / 60:.0f} minutes at {path}",
            f"one of more than {int(duration_s / 60)} minutes",
            "Cut out the part with the test.",
        )


def _require_whole(path: Path, header: FilmHeader, end_s: float, damage: Damage) -> None:
    announced_s = header.announced_duration_s
    if announced_s is not None and announced_s - end_s > MAX_MISSING_S:
        raise FilmError(f"{announced_s:.1f} s of film at {path}", f"{end_s:.1f} s before it breaks off", _COPY_AGAIN)
    if damage.lost > max(MAX_DAMAGED, MAX_DAMAGED_SHARE * damage.packets):
        raise FilmError(f"a sound film at {path}", f"one with {damage.lost} of {damage.packets} packets damaged", _COPY_AGAIN)


def _step_s(header: FilmHeader) -> float:
    return 1.0 / header.announced_fps if header.announced_fps else 0.0


def _tick_s(stream: VideoStream) -> Fraction:
    return stream.time_base or Fraction(1, av.time_base)


def _announced_duration_s(container: InputContainer, stream: VideoStream, first: av.VideoFrame) -> float | None:
    """Return the shortest of the announced durations: sound may outlast the pictures, a trimmed film keeps more than it shows."""
    announced = []
    if stream.duration:
        announced.append(float(stream.duration * _tick_s(stream)))
    if container.duration:
        # Matroska counts up to the end from zero, not from the first picture.
        unshown_s = float((first.pts or 0) * _tick_s(stream)) if "matroska" in container.format.name else 0.0
        announced.append(container.duration / av.time_base - unshown_s)
    return min(announced, default=None)


def _capture_fps(container: InputContainer, stream: VideoStream) -> float | None:
    written = container.metadata.get(_CAPTURE_FPS_TAG) or stream.metadata.get(_CAPTURE_FPS_TAG)
    try:
        fps = float(written) if written else 0.0
    except ValueError:
        return None
    return fps if fps > 0 else None


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
