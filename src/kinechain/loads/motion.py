"""How fast do the coordinates change? Smoothed once, so that motion, contact and force are smoothed alike, then differentiated."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import Coordinates
from kinechain.evidence import constant
from kinechain.maths.filters import low_pass
from kinechain.maths.multibody import Dynamics, Frames, Tree, move

#: Frames that are laid out together.
_CHUNK = 1024


@dataclass(frozen=True)
class Moving:
    """A tree's coordinates, rates and accelerations (time, coordinate), in the tree's order, followers led.

    It may hold several motions one after the other, as the draws of one are: `starts` tells the first frame of each.
    """

    tree: Tree
    time_s: Float[np.ndarray, " time"]
    starts: Bool[np.ndarray, " time"]
    coordinates: Frames
    rates: Frames
    accelerations: Frames

    @property
    def step_s(self) -> float:
        """The usual time from frame to frame."""
        return float(np.median(np.diff(self.time_s)[~self.starts[1:]]))

    def chunks(self) -> Iterator[tuple[slice, Dynamics]]:
        """Yield stretches of frames with their dynamics, so that memory does not grow with the film."""
        for start in range(0, self.time_s.size, _CHUNK):
            part = slice(start, start + _CHUNK)
            yield part, move(self.tree, self.coordinates[part], self.rates[part], self.accelerations[part])


def one_after_another(motions: Sequence[Moving]) -> Moving:
    """Return motions of one tree as one, to be worked on together."""
    return Moving(
        tree=motions[0].tree,
        time_s=np.concatenate([one.time_s for one in motions]),
        starts=np.concatenate([one.starts for one in motions]),
        coordinates=np.concatenate([one.coordinates for one in motions]),
        rates=np.concatenate([one.rates for one in motions]),
        accelerations=np.concatenate([one.accelerations for one in motions]),
    )


def differentiate(tree: Tree, coordinates: Coordinates, rest: dict[str, float] | None = None) -> Moving:
    """Return a motion smoothed at the row `loads.cutoff` and its derivatives by a spline of degree 5 through it.

    Coordinates of the tree that the motion lacks stay at `rest` (0 where that has none).
    """
    return differentiate_each(tree, [coordinates], rest)[0]


def differentiate_each(tree: Tree, motions: Sequence[Coordinates], rest: dict[str, float] | None = None) -> list[Moving]:
    """Return motions over the same times, each as `differentiate` has it, all worked on together."""
    from scipy.interpolate import make_interp_spline  # imported here: it costs a second or more

    time_s = motions[0].time_s
    values = np.stack([_in_order(tree, motion, rest or {}) for motion in motions], axis=1)
    led = np.stack([tree.with_followers(values[:, number]) for number in range(len(motions))], axis=1)
    smooth = low_pass(led, time_s, constant("loads.cutoff").value, np.inf)
    spline = make_interp_spline(time_s, smooth, k=5)
    return [
        _led(tree, time_s, *parts)
        for parts in zip(*(np.moveaxis(each, 1, 0) for each in (smooth, spline(time_s, 1), spline(time_s, 2))), strict=True)
    ]


def _in_order(tree: Tree, motion: Coordinates, rest: dict[str, float]) -> Frames:
    """Return a motion's coordinates in the tree's order."""
    still = motion.time_s.shape
    return np.column_stack(
        [motion.curve(name) if name in motion.names else np.full(still, rest.get(name, 0.0)) for name in tree.coordinates]
    )


def _led(tree: Tree, time_s: Float[np.ndarray, " time"], smooth: Frames, rates: Frames, accelerations: Frames) -> Moving:
    """Return a motion whose followers do what those that lead them make them do."""
    led, fast, faster = tree.with_followers(smooth), np.array(rates), np.array(accelerations)
    for follower in tree.followers:
        jet = follower.curve.at(led[:, follower.leader])
        fast[:, follower.coordinate] = jet.slope * rates[:, follower.leader]
        faster[:, follower.coordinate] = jet.slope * accelerations[:, follower.leader] + jet.bend * rates[:, follower.leader] ** 2
    return Moving(tree, time_s, np.arange(time_s.size) == 0, led, fast, faster)
