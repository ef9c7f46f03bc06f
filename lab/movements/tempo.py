"""When does what happen? Repetitions with a person's own uneven tempo, and the sway of a body that never stands quite still."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

Curve = Float[np.ndarray, " time"]

#: How long one repetition lasts (s). Real squats on the shared films last 1.2 to 5 s.
_SHORTEST_S, _LONGEST_S = 1.0, 5.0
#: A clip should last about so long (s): long enough for standing and a repetition or two, short enough to render many.
_CLIP_S, _CLIP_SD_S, _CLIP_MOST_S, _CLIP_LEAST_S = 5.5, 0.6, 7.0, 4.0
_STILL_S = (1.0, 1.5)
_GAP_S = (0.1, 0.6)
_MOST_REPETITIONS = 3
#: A step between repetitions takes so long, with the weight going aside first and back afterwards (s).
_STEPPING_S = 1.5


@dataclass(frozen=True)
class Tempo:
    """When the repetitions of a clip happen.

    Frame times, (start, deepest, end) of each repetition (s), when its bottom is reached and left (s), and how far it is `done`
    (time), 0 to 1. `depth` is `done` with every repetition a little deeper or shallower than meant.
    """

    time_s: Curve
    repetitions: tuple[tuple[float, float, float], ...]
    bottoms: tuple[tuple[float, float], ...]
    done: Curve
    depth: Curve


def rise(share: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
    """Return a smooth way from 0 to 1 (minimum jerk, Flash and Hogan 1985), flat before 0 and after 1."""
    x = np.clip(share, 0.0, 1.0)
    return np.asarray(x**3 * (10.0 - 15.0 * x + 6.0 * x**2))


def ramp(time_s: Curve, start_s: float, end_s: float) -> Curve:
    """Return a smooth way from 0 at `start_s` to 1 at `end_s`."""
    return rise((time_s - start_s) / (end_s - start_s))


def sway(
    rng: np.random.Generator, time_s: Curve, size: float, low_hz: float = 0.15, high_hz: float = 1.5, columns: int = 1
) -> Float[np.ndarray, "time column"]:
    """Return curves of root mean square `size` that wander within a band of frequencies, the slow ones most.

    A sum of sines with random phases, so the same draw at another frame rate is the same curve.
    """
    count = 14
    hertz = np.exp(rng.uniform(np.log(low_hz), np.log(high_hz), (count, columns)))
    phase = rng.uniform(0.0, 2.0 * np.pi, (count, columns))
    weight = rng.rayleigh(1.0, (count, columns)) / np.sqrt(hertz)
    waves = np.sin(2.0 * np.pi * hertz * time_s[:, None, None] + phase) * weight
    return np.asarray(size * waves.sum(axis=1) / np.sqrt(0.5 * (weight**2).sum(axis=0)))


def draw_tempo(
    rng: np.random.Generator,
    fps: float,
    faults: tuple[str, ...],
    standing_first: bool,
    shortest_s: float = _SHORTEST_S,
    longest_s: float = _LONGEST_S,
    hold_s: float = 0.0,
) -> Tempo:
    """Return the tempo of one clip: as many repetitions as fit a clip of about 5.5 s, in this person's own way.

    `hold_s` is spent at the bottom of each besides.

    Faults: `uneven_tempo` (repetitions of unlike length, with hitches), `pause` (a second or more at the bottom), `stepping` (two
    repetitions at least, and time to step between them).
    """
    still = rng.uniform(*_STILL_S)
    lead = still if standing_first else rng.uniform(0.0, 0.1)
    tail = rng.uniform(0.2, 0.6)
    wished = float(np.clip(rng.normal(_CLIP_S, _CLIP_SD_S), _CLIP_LEAST_S, _CLIP_MOST_S))
    lasting = max(shortest_s, float(np.exp(rng.uniform(np.log(_SHORTEST_S), np.log(longest_s)))))
    gap = rng.uniform(*_GAP_S)
    manner = _draw_manner(rng)
    held_s = rng.uniform(1.0, 1.8)
    odd = np.exp(rng.uniform(-0.35, 0.35, _MOST_REPETITIONS))
    jitter = rng.normal(1.0, 0.05, _MOST_REPETITIONS)
    depths = np.clip(rng.normal(1.0, 0.05, _MOST_REPETITIONS), 0.85, 1.08)

    if "stepping" in faults:
        gap = max(gap, _STEPPING_S)
        lasting = float(np.clip(1.8, shortest_s, longest_s))
    pause = hold_s + (held_s if "pause" in faults else 0.0)
    room = wished - lead - tail
    count = int(np.clip(round((room + gap) / (lasting + pause + gap)), 2 if "stepping" in faults else 1, _MOST_REPETITIONS))
    fitting = (room + gap) / count - gap - pause
    lasting = float(np.clip(fitting, max(0.75 * lasting, shortest_s), 1.4 * lasting))
    durations = np.maximum(lasting * (odd if "uneven_tempo" in faults else jitter), 0.9 * shortest_s)
    if "uneven_tempo" in faults:
        manner = replace(manner, hitch=-0.75)

    repetitions, moment = [], lead
    for number in range(count):
        repetitions.append(manner.moments(moment, float(durations[number]), pause))
        moment = repetitions[-1][-1] + gap
    end = max(moment - gap + tail, min(_CLIP_LEAST_S, wished))
    time_s = np.arange(round(end * fps)) / fps
    ways = np.stack([manner.way(time_s, moments) for moments in repetitions])
    deepest = tuple((start, 0.5 * (bottom + leave), stop) for start, bottom, leave, stop in repetitions)
    bottoms = tuple((bottom, leave) for _, bottom, leave, _ in repetitions)
    return Tempo(time_s, deepest, bottoms, ways.sum(axis=0), np.asarray(depths[:count] @ ways))


def with_room(tempo: Tempo, room_s: float, fps: float) -> Tempo:
    """Return the tempo with everything that moves later by so much: the time to lift a foot."""
    return _moved(tempo, round(room_s * fps), fps)


def from_first_bottom(tempo: Tempo, fps: float) -> Tempo:
    """Return the tempo from the middle of its first bottom on, standing afterwards until the clip is long enough."""
    rest = _moved(tempo, -round(tempo.repetitions[0][1] * fps), fps)
    missing = np.zeros(max(round(_CLIP_LEAST_S * fps) - rest.time_s.size, 0))
    return replace(
        rest,
        time_s=np.arange(rest.time_s.size + missing.size) / fps,
        done=np.concatenate([rest.done, missing]),
        depth=np.concatenate([rest.depth, missing]),
    )


def _moved(tempo: Tempo, frames: int, fps: float) -> Tempo:
    def later(moments: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(max(moment + frames / fps, 0.0) for moment in moments)

    def curve(values: Curve) -> Float[np.ndarray, " moved"]:
        return values[-frames:] if frames < 0 else np.concatenate([np.zeros(frames), values])

    return Tempo(
        np.arange(tempo.time_s.size + frames) / fps,
        tuple((later(moments)[0], later(moments)[1], later(moments)[2]) for moments in tempo.repetitions),
        tuple((later(moments)[0], later(moments)[1]) for moments in tempo.bottoms),
        curve(tempo.done),
        curve(tempo.depth),
    )


@dataclass(frozen=True)
class _Manner:
    """How a person goes down and up: shares of the time, warps of it (1 is even) and how strongly the way hitches (below 1)."""

    down_share: float
    hold_share: float
    down_warp: float
    up_warp: float
    hitch: float

    def moments(self, start: float, lasting: float, pause: float) -> tuple[float, float, float, float]:
        """Return when the repetition starts, reaches its bottom, leaves it and ends (s)."""
        bottom = start + self.down_share * lasting
        leave = bottom + self.hold_share * lasting + pause
        return start, bottom, leave, start + lasting + pause

    def way(self, time_s: Curve, moments: tuple[float, float, float, float]) -> Curve:
        """Return how far the repetition is done at each time: 0 before, 1 at the bottom, 0 after."""
        start, bottom, leave, stop = moments
        down = rise(self._warped((time_s - start) / (bottom - start), self.down_warp))
        up = rise(self._warped((stop - time_s) / (stop - leave), self.up_warp))
        return np.asarray(np.minimum(down, up))

    def _warped(self, share: Curve, power: float) -> Curve:
        x = np.clip(share, 0.0, 1.0) ** power
        return np.asarray(x + self.hitch * np.sin(4.0 * np.pi * x) / (4.0 * np.pi))


def _draw_manner(rng: np.random.Generator) -> _Manner:
    hold = rng.uniform(0.02, 0.15)
    return _Manner(
        down_share=rng.uniform(0.38, 0.6) * (1.0 - hold),
        hold_share=hold,
        down_warp=rng.uniform(0.75, 1.25),
        up_warp=rng.uniform(0.75, 1.25),
        hitch=rng.uniform(-0.3, 0.3),
    )
