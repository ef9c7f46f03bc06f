"""Which frames does a container hold, and when was each shown? Damaged ones are left out, times rise strictly from zero."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream


@dataclass
class Damage:
    """How many packets a film has given so far, and how many of them, or of their frames, could not be decoded."""

    packets: int = 0
    lost: int = 0


def decode(container: InputContainer, stream: VideoStream, damage: Damage) -> Iterator[av.VideoFrame]:
    """Give the frames of `stream` in the order in which they are shown, leaving out damaged ones and counting in `damage`."""
    for packet in _packets(container, stream, damage):
        damage.packets += 1
        try:
            frames = stream.decode(packet)
        except FFmpegError:
            damage.lost += 1
            continue
        for frame in frames:
            if frame.is_corrupt:
                damage.lost += 1
            else:
                yield frame


def _packets(container: InputContainer, stream: VideoStream, damage: Damage) -> Iterator["av.Packet[VideoStream] | None"]:
    """Give the packets of `stream`, then None, which fetches the frames that the decoder still holds."""
    try:
        for packet in container.demux(stream):
            # An empty packet is PyAV's own sign of the end.
            if packet.size:
                yield packet
    except FFmpegError:
        # The file breaks off inside a packet. Whether too much is missing is judged by the time that was reached.
        damage.lost += 1
    yield None


class Clock:
    """Reads the times of one film's frames, in the order in which they are shown.

    The presentation stamp counts. Where these fall back more often than the decoding stamps do (an AVI file stores only the
    latter), the decoding stamp counts, as in FFmpeg's `best_effort_timestamp`. A frame without any stamp is put one step after the
    one before. A frame that is not later than the one before has no time: it is to be left out. `tick_s` is what a stamp counts in.
    """

    def __init__(self, tick_s: Fraction, step_s: float) -> None:
        self._tick_s, self._step_s = tick_s, step_s
        self._first: Fraction | None = None
        self._last_s = -1.0
        self._pts, self._dts = _Stamps(), _Stamps()

    def read(self, pts: int | None, dts: int | None) -> float | None:
        """Return the time of the next frame, given its two stamps, in seconds from the first; None where it is not later."""
        stamp = self._stamp(pts, dts)
        if stamp is None:
            time_s = 0.0 if self._last_s < 0 else self._last_s + self._step_s
        else:
            moment = stamp * self._tick_s
            if self._first is None:
                # Counted from the last time given, so that stamps may begin after frames without any.
                self._first = moment - (Fraction(self._last_s + self._step_s) if self._last_s >= 0 else 0)
            time_s = float(moment - self._first)
        if time_s <= self._last_s:
            return None
        self._last_s = time_s
        return time_s

    def _stamp(self, pts: int | None, dts: int | None) -> int | None:
        self._pts.note(pts)
        self._dts.note(dts)
        if pts is not None and (dts is None or self._pts.falls <= self._dts.falls):
            return pts
        return dts


class _Stamps:
    """Counts how often stamps of one kind did not rise."""

    def __init__(self) -> None:
        self.falls = 0
        self._last: int | None = None

    def note(self, stamp: int | None) -> None:
        if stamp is None:
            return
        self.falls += self._last is not None and stamp <= self._last
        self._last = stamp
