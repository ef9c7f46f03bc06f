"""How does what muscles do run over a repetition, against how far the knee is bent? Medians of all frames at the same bend.

On the way down and on the way up apart where a picture tells the two, or both together.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.muscle_groups import GROUPS
from kinechain.core.types import Loads, RepetitionSpan
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.loads.peaks import knee_flexion, modelled

_BIN_DEG = 5.0

Curve = Float[np.ndarray, " time"]
Values = Float[np.ndarray, " point"]


@dataclass(frozen=True)
class Bends:
    """Frames gathered by how far the knee is bent: `x` (degrees) is where each gathering is drawn.

    Of a whole repetition x is the bend on the way down and, from the deepest on, twice the deepest less the bend.
    """

    x: Values
    frames: tuple[Bool[np.ndarray, " time"], ...]

    def middle(self, curve: Curve) -> Values:
        """Return a curve's median at each bend, NaN where it is not known."""
        inside = [curve[frames & np.isfinite(curve)] for frames in self.frames]
        return np.array([float(np.median(values)) if values.size else float("nan") for values in inside])

    def stretches(self, holds: Bool[np.ndarray, " time"]) -> tuple[tuple[float, float], ...]:
        """Return from where to where on x something holds for most of the frames gathered, half way to the neighbours."""
        most = np.array([bool(holds[frames].mean() > 0.5) for frames in self.frames], dtype=bool)
        borders = np.concatenate([self.x[:1], 0.5 * (self.x[1:] + self.x[:-1]), self.x[-1:]])
        edges = np.flatnonzero(np.diff(np.concatenate([[False], most, [False]]).astype(int))).reshape(-1, 2)
        return tuple((float(borders[start]), float(borders[stop])) for start, stop in edges)


def unexplained(loads: Loads, side: str) -> Bool[np.ndarray, " time"]:
    """Return where it is known what muscles do, but they do not explain what the joints bear."""
    _, known = _known(loads, side, ())
    return np.asarray(known & ~loads.explained(side))


def over_repetition(loads: Loads, side: str, spans: Sequence[RepetitionSpan] = ()) -> Bends:
    """Gather frames on the way down and then on the way up, of all repetitions together; of the whole motion where none is told."""
    bend, known = _known(loads, side, spans)
    if not known.any():
        return Bends(np.empty(0), ())
    rising = np.gradient(np.nan_to_num(bend), loads.time_s) < 0.0
    deepest = float(bend[known].max())
    down, up = _gathered(bend, known & ~rising), _gathered(bend, known & rising)
    places = [at for at, _ in down] + [2.0 * deepest - at for at, _ in reversed(up)]
    return Bends(np.array(places), tuple(frames for _, frames in (*down, *reversed(up))))


def at_bends(loads: Loads, side: str, spans: Sequence[RepetitionSpan] = ()) -> Bends:
    """Gather frames by the knee's bend alone, on the way down and up together."""
    bend, known = _known(loads, side, spans)
    gathered = _gathered(bend, known)
    return Bends(np.array([at for at, _ in gathered]), tuple(frames for _, frames in gathered))


def deepest_bend(loads: Loads, side: str, spans: Sequence[RepetitionSpan] = ()) -> float:
    """Return the largest bend of the knee (degrees) in which muscles are known, NaN where they never are."""
    bend, known = _known(loads, side, spans)
    return float(bend[known].max()) if known.any() else float("nan")


def deepest_frame(loads: Loads, side: str) -> int | None:
    """Return the frame in which the knee is bent the most of those in which muscles are known, None where they never are."""
    bend, known = _known(loads, side, ())
    return int(np.argmax(np.where(known, bend, -np.inf))) if known.any() else None


def shares_of_heads(loads: Loads, side: str) -> dict[str, Curve]:
    """Return each quadriceps head's share of the four's force over time."""
    heads = [name for name in GROUPS["quadriceps"] if name in loads.muscles]
    forces = np.array([loads.of_leg("muscle_force", side, name) for name in heads])
    return dict(zip(heads, forces / forces.sum(axis=0), strict=True)) if heads else {}


def group_activation(loads: Loads, side: str, group: str) -> tuple[Curve, Curve, Curve] | None:
    """Return how active a group's muscles are on average, the strong ones counting more, with an interval; None without any.

    Each counts by what it could give in that posture: its force over its activation. The interval is the same mean of the ends of
    theirs; the true one is narrower, unless all of them err together.
    """
    names = [name for name in GROUPS[group] if name in loads.muscles]
    if not names:
        return None
    value, low, high = (np.array([loads.of_leg(f"activation{end}", side, name) for name in names]) for end in ("", "_low", "_high"))
    force = np.array([loads.of_leg("muscle_force", side, name) for name in names])
    could = np.divide(force, value, out=np.zeros_like(force), where=value > 0.0)
    whole = could.sum(axis=0)
    weights = np.divide(could, whole, out=np.full_like(could, np.nan), where=whole > 0.0)
    return (weights * value).sum(axis=0), (weights * low).sum(axis=0), (weights * high).sum(axis=0)


def _known(loads: Loads, side: str, spans: Sequence[RepetitionSpan]) -> tuple[Curve, Bool[np.ndarray, " time"]]:
    """Return the knee's bend in degrees, and where it and what muscles do are known, within the repetitions."""
    bend = DEGREES_PER_RADIAN * knee_flexion(loads, side)
    known = modelled(loads) & np.isfinite(bend) & np.isfinite(loads.of_leg("quadriceps_demand", side))
    time_s = loads.time_s
    if spans:
        known = known & np.any([(time_s >= start) & (time_s <= end) for _, start, end in spans], axis=0)
    return bend, known


def _gathered(bend: Curve, known: Bool[np.ndarray, " time"]) -> list[tuple[float, Bool[np.ndarray, " time"]]]:
    """Return the middle bend and the frames of each step of some degrees, from the straight knee on."""
    steps = np.full(bend.shape, np.iinfo(int).min)
    steps[known] = np.floor(bend[known] / _BIN_DEG).astype(int)
    return [(float(np.median(bend[steps == step])), steps == step) for step in np.unique(steps[known])]
