"""What is unknown, and what follows from it at given times? A trajectory in splines, and a few numbers shared by all frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import COORDINATES, LENGTHS, POINTS, Laid, lay_out
from kinechain.maths.splines import EvenSpline, SplineWeights

Shared = Float[np.ndarray, " shared"]


@dataclass(frozen=True)
class Samples:
    """Times at which something is known of the trajectory, with the spline's weights there."""

    time_s: Float[np.ndarray, " time"]
    weights: SplineWeights

    @classmethod
    def of(cls, spline: EvenSpline, time_s: Float[np.ndarray, " time"]) -> "Samples":
        """Return the samples of a spline at these times."""
        return cls(time_s, spline.weights(time_s))

    def worth(self, lasting_s: float) -> float:
        """Return what one sample is worth of an independent observation, where errors last so long (s)."""
        return min(1.0, float(np.median(np.diff(self.time_s))) / lasting_s)


@dataclass(frozen=True)
class Layout:
    """Which of the shared unknowns is where: slices by name. The logarithms of the segment lengths (m) come first."""

    places: Mapping[str, slice]

    @classmethod
    def of(cls, sizes: Mapping[str, int]) -> "Layout":
        """Lay out `sizes` one after the other, behind the lengths."""
        places, at = {"lengths": slice(0, len(LENGTHS))}, len(LENGTHS)
        for name, size in sizes.items():
            places[name] = slice(at, at + size)
            at += size
        return cls(places)

    @property
    def size(self) -> int:
        """How many shared unknowns there are."""
        return int(max(place.stop for place in self.places.values()))

    def __getitem__(self, name: str) -> slice:
        return self.places[name]


@dataclass(frozen=True)
class State:
    """One guess at everything: control points of the coordinates (m, rad), and the shared unknowns."""

    spline: EvenSpline
    control: Float[np.ndarray, "control coordinate"]
    layout: Layout
    shared: Shared

    @property
    def lengths(self) -> Float[np.ndarray, " length"]:
        """Segment lengths (m)."""
        return np.asarray(np.exp(self.shared[self.layout["lengths"]]))

    def moved(self, control: Float[np.ndarray, " unknown"], shared: Shared) -> "State":
        """Return the state after a step."""
        return State(self.spline, self.control + control.reshape(self.control.shape), self.layout, self.shared + shared)

    def at(self, samples: Samples) -> "Posture":
        """Return the skeleton at the samples' times; asked twice for the same samples, it is laid out once."""
        key = id(samples)
        if key not in self._laid:
            self._laid[key] = Posture(samples.weights.values(self.control), self.lengths)
        return self._laid[key]

    @cached_property
    def _laid(self) -> dict[int, "Posture"]:
        return {}


@dataclass(frozen=True)
class Posture:
    """The skeleton at some times: coordinates (time, 23), lengths (8,), and what follows from them."""

    coordinates: Float[np.ndarray, "time coordinate"]
    lengths: Float[np.ndarray, " length"]

    @cached_property
    def laid(self) -> Laid:
        """Where everything is."""
        return lay_out(self.coordinates, self.lengths)

    @cached_property
    def by_coordinate(self) -> Float[np.ndarray, "time point 3 coordinate"]:
        """How the skeleton's points move with the coordinates."""
        return self.laid.by_coordinate(self.laid.points)

    @cached_property
    def by_log_length(self) -> Float[np.ndarray, "time point 3 length"]:
        """How the skeleton's points move with the logarithms of the lengths."""
        return self.laid.by_log_length(self.lengths)


#: Sizes that annotations and slices lean on.
COORDINATE_COUNT, POINT_COUNT = len(COORDINATES), len(POINTS)
