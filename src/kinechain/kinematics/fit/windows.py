"""How is a long film fitted? In windows one after the other, so that time grows with its length and memory hardly does.

Windows overlap. What is constant (lengths, phone, offsets) is believed in the next window as the one before has left it, with its
covariance; where the feet rest and when the person moves is each window's own. Quiet standing counts once. Curves and draws are
faded from window to window over the overlap. Draws keep their numbers: the constant unknowns of draw i are the same quantiles in
every window, so that what they leave open stays the same curve's error throughout, as it is. Each window has a heading of its own,
so that a person may turn in a long film; the fade keeps it from jumping.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.skeleton import LENGTHS
from kinechain.core.types import Keypoints
from kinechain.evidence import constant
from kinechain.kinematics.fit.film import Before, Fit, Repairs, depth_of
from kinechain.kinematics.fit.motion import Drawn, drawn_curves
from kinechain.kinematics.fit.solver import Prior
from kinechain.kinematics.fit.state import POINT_COUNT, State
from kinechain.kinematics.fit.trust import Doubt, best_fit, doubts
from kinechain.kinematics.standing import Standing
from kinechain.maths.bordered import Factor


@dataclass(frozen=True)
class Windowed:
    """A film fitted in windows: its curves, the lengths as the last window has them, repairs, and any window's doubts."""

    drawn: Drawn
    lengths: Mapping[str, tuple[float, float]]
    repairs: Repairs
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class _Window:
    """One fitted window: its frames, and the factor of its normal matrix at the solution."""

    frames: slice
    fit: Fit
    factor: Factor

    @property
    def constants(self) -> int:
        """How many shared unknowns are constant over the film: all but the plantings, which come last."""
        return int(self.fit.state.layout["plantings"].start)

    @property
    def covariance(self) -> Float[np.ndarray, "constant constant"]:
        """Covariance of the constant unknowns."""
        return self.factor.shared_covariance()[: self.constants, : self.constants]

    def lengths(self) -> dict[str, tuple[float, float]]:
        """Return each length and its standard deviation (m)."""
        spreads = np.sqrt(np.diag(self.covariance))
        each = zip(LENGTHS, self.fit.state.lengths, spreads, strict=False)
        return {name: (float(length), float(length * spread)) for name, length, spread in each}

    def draws(self, rng: np.random.Generator, normal: Float[np.ndarray, "constant draw"]) -> list[State]:
        """Return draws about the solution, whose constant unknowns are those that standard normal numbers stand for."""
        given = np.linalg.cholesky(self.covariance) @ normal
        chain, shared = self.factor.draw_given(rng, given)
        return [self.fit.state.moved(chain[:, number], shared[:, number]) for number in range(normal.shape[1])]


def fit_windows(
    keypoints: Keypoints,
    stature_m: float,
    standing: Standing | None,
    exchanged: Bool[np.ndarray, " time"] | None,
    planted: str | None = None,
) -> Windowed:
    """Fit a film of any length; one that is not longer than the row `fit.window` is fitted as a whole."""
    count, draws = keypoints.time_s.size, int(constant("fit.draws").value)
    rng = np.random.default_rng(0)
    repairs = Repairs(np.zeros(count, dtype=bool), np.zeros((count, POINT_COUNT), dtype=bool))
    fade, doubted = _Fade(keypoints.time_s), dict[str, Doubt]()
    normal: Float[np.ndarray, "constant draw"] | None = None
    last: _Window | None = None
    for window in _windows(keypoints, stature_m, standing, exchanged, planted):
        normal = rng.standard_normal((window.constants, draws)) if normal is None else normal
        fade.add(window.frames, drawn_curves(window.fit.marks.samples, window.fit.state, window.draws(rng, normal)))
        before = window.frames.start if last is None else (window.frames.start + last.frames.stop) // 2
        for whole, part in ((repairs.exchanged, window.fit.repairs.exchanged), (repairs.stray, window.fit.repairs.stray)):
            whole[before : window.frames.stop] = part[before - window.frames.start :]
        doubted |= {doubt.code: doubt for doubt in doubts(window.fit) if doubt.code not in doubted}
        last = window
    assert last is not None
    return Windowed(fade.drawn(), last.lengths(), repairs, tuple(doubted.values()))


def _windows(
    keypoints: Keypoints,
    stature_m: float,
    standing: Standing | None,
    exchanged: Bool[np.ndarray, " time"] | None,
    planted: str | None,
) -> Iterator[_Window]:
    """Yield window after window, each fitted with what the one before has told."""
    spans = window_frames(keypoints.time_s)
    depth = depth_of(keypoints, stature_m) if len(spans) > 1 else None
    prior: Prior | None = None
    for frames in spans:
        part = Keypoints(keypoints.dataset.isel(time=frames))
        quiet = _within(standing, frames)
        before = None if prior is None or depth is None else Before(prior, depth[frames])
        fit = best_fit(part, stature_m, quiet, None if exchanged is None else exchanged[frames], before, planted)
        window = _Window(frames, fit, fit.problem.normal(fit.state)[0].factor())
        yield window
        standing = standing if quiet is None else None
        prior = Prior(fit.state.shared[: window.constants], np.linalg.inv(window.covariance))


def window_frames(time_s: Float[np.ndarray, " time"]) -> list[slice]:
    """Return equally long windows that overlap by the row `fit.window_overlap` and are at most as long as `fit.window`."""
    longest, overlap = constant("fit.window").value, constant("fit.window_overlap").value
    first, length = float(time_s[0]), float(time_s[-1] - time_s[0])
    if length <= longest:
        return [slice(0, time_s.size)]
    count = int(np.ceil((length - overlap) / (longest - overlap)))
    starts = first + (length - overlap) / count * np.arange(count)
    stops = starts + (length - overlap) / count + overlap
    edges = zip(np.searchsorted(time_s, starts - 1e-9), np.searchsorted(time_s, stops + 1e-9), strict=True)
    return [slice(int(start), int(stop)) for start, stop in edges]


def _within(standing: Standing | None, frames: slice) -> Standing | None:
    """Return the part of quiet standing inside a window, counted from the window's first frame."""
    if standing is None:
        return None
    start, stop = max(standing.start, frames.start), min(standing.stop, frames.stop)
    if stop <= start:
        return None
    return Standing(
        start - frames.start, stop - frames.start, standing.duration_s * (stop - start) / (standing.stop - standing.start)
    )


class _Fade:
    """Curves of windows, faded into each other where they overlap; draws as far apart there as the windows' own are."""

    def __init__(self, time_s: Float[np.ndarray, " time"]) -> None:
        self._time_s, self._filled = time_s, 0
        self._best: dict[str, np.ndarray] = {}
        self._draws: dict[str, np.ndarray] = {}
        self._near = ""

    def add(self, frames: slice, drawn: Drawn) -> None:
        """Add the next window."""
        if not self._best:
            self._near = drawn.near
            for name, curve in drawn.best.items():
                self._best[name] = np.empty((self._time_s.size, *curve.shape[1:]))
                self._draws[name] = np.empty((len(drawn.draws[name]), *self._best[name].shape), dtype=np.float32)
        overlap = slice(frames.start, max(self._filled, frames.start))
        count = overlap.stop - overlap.start
        rising = (np.arange(count) + 1.0) / (count + 1.0)
        for name, curve in drawn.best.items():
            share = rising.reshape(-1, *[1] * (curve.ndim - 1))
            best, draws, new = self._best[name], self._draws[name], drawn.draws[name]
            beside = _faded(draws[:, overlap] - best[overlap], new[:, :count] - curve[:count], share)
            best[overlap] = (1.0 - share) * best[overlap] + share * curve[:count]
            draws[:, overlap] = best[overlap] + beside
            best[overlap.stop : frames.stop], draws[:, overlap.stop : frames.stop] = curve[count:], new[:, count:]
        self._filled = frames.stop

    def drawn(self) -> Drawn:
        """Return the whole film's curves."""
        return Drawn(self._time_s, self._best, self._draws, self._near)


def _faded(
    old: Float[np.ndarray, "draw time *side"], new: Float[np.ndarray, "draw time *side"], share: Float[np.ndarray, " time *one"]
) -> Float[np.ndarray, "draw time *side"]:
    """Return deviations faded from old to new, and stretched where they cancel, so that their spread is faded too."""
    mixed = (1.0 - share) * old + share * new
    wanted = (1.0 - share) * _spread(old) + share * _spread(new)
    return np.asarray(mixed * wanted / np.maximum(_spread(mixed), 1e-12))


def _spread(deviations: Float[np.ndarray, "draw time *side"]) -> Float[np.ndarray, " time *side"]:
    return np.asarray(np.sqrt((deviations**2).mean(axis=0)))
