"""How deep can this person squat, and how would they stand on the way? Postures found, not measured, each at rest.

At every bend of the knee the postures that can be held are those in which ankle, hip and spine stay in their ranges, the heel stays
down, and the body's weight lies over a part of the foot where people can hold it. The deepest squat is the last bend that can be
held on the way down from standing. Of the postures at one bend that of least effort is taken: the sum of the squared shares of what
back, hip, knee and ankle could make at most, and a share for standing away from where people usually stand.

It is a model in the plane seen from the side: nothing in it lets a knee fall inward.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Complex, Float

from kinechain.loads.sagittal_chain import Each, Legs, Moments, SagittalBody, Shape, Table, Upper, Values

#: Bends of the knee that are tried on the way down (rad), and how often a bend between two of them is halved.
_DOWN = np.deg2rad(np.arange(10.0, 141.0, 5.0))
_HALVINGS = 16
#: The search for the least effort: so many places each way, so much closer in every round.
_PLACES, _ROUNDS, _CLOSER = 5, 5, 0.5
_SECANTS, _FLAT = 3, 1e-12
#: So near to a place on the foot the weight is over it (m).
_NEAR_M = 2e-3


@dataclass(frozen=True)
class Limits:
    """What a body can do, each (draw, 1), rad; `rear` and `front` are where the ground may push, shares of the sole from the heel.

    `ankle` is how far the shank may lean over a flat foot, `hip` and `knee` how far they bend, `spine` how far it bends forward
    against the pelvis, `lean` and `back` how far the trunk is ever leant forward and back.
    """

    ankle: Each
    hip: Each
    knee: Each
    spine: Each
    lean: Each
    back: Each
    rear: Each
    front: Each


@dataclass(frozen=True)
class Effort:
    """What a moment costs: the `strongest` that each joint of `Moments` could make by the knee's bend (Nm).

    `usual` (share of the sole) is where people stand, and `uneasy` (m) how far from there costs as much as a joint at its most.
    """

    bends: Table
    strongest: Sequence[Table]
    usual: float
    uneasy: float


@dataclass(frozen=True)
class Postures:
    """Postures at bends of the knee, all (draw, depth), rad, m and Nm; NaN where a bend cannot be held.

    `pressure` is where the ground pushes, as a share of the sole from the heel; `moments` are those of one leg.
    """

    knee: Values
    shank: Values
    lean: Values
    tilt: Values
    thigh_lean: Values
    hip_flexion: Values
    dorsiflexion: Values
    pressure: Values
    moments: Moments
    legs: Legs
    upper: Upper
    shape: Shape
    soles: tuple[Complex[np.ndarray, "draw 1"], Complex[np.ndarray, "draw 1"]]


class _Held(NamedTuple):
    legs: Legs
    upper: Upper
    centre: Values


@dataclass(frozen=True)
class Squatting:
    """Bodies with their limits and what effort costs them."""

    body: SagittalBody
    limits: Limits
    effort: Effort

    def deepest(self) -> Float[np.ndarray, " draw"]:
        """Return the last bend of the knee that each body can hold on the way down (rad)."""
        draws = self.limits.ankle.shape[0]
        holds = self.can_hold(np.broadcast_to(_DOWN, (draws, _DOWN.size)))
        fails = np.where(holds.all(axis=1), _DOWN.size, np.argmin(holds, axis=1))
        low = np.where(fails == 0, 0.0, _DOWN[np.maximum(fails - 1, 0)])
        high = _DOWN[np.minimum(fails, _DOWN.size - 1)]
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            held = self.can_hold(middle[:, None])[:, 0]
            low, high = np.where(held, middle, low), np.where(held, high, middle)
        return np.asarray(np.minimum(low, self.limits.knee[:, 0]))

    def can_hold(self, knee: Values) -> Bool[np.ndarray, "draw depth"]:
        """Return at which bends of the knee (rad) some posture keeps balance within all ranges.

        Leaning the shank as far as it goes brings the weight furthest forward and leaves the hip the most room.
        """
        low, high = self._shanks(knee)
        least, most = self._leans(knee, self.body.legs(knee, high))
        furthest = self._held(knee, high, most).centre
        nearest = self._held(knee, low, self.limits.back + 0.0 * knee).centre
        rear, front = self._base()
        return np.asarray((knee <= self.limits.knee + 1e-9) & (most >= least) & (furthest >= rear) & (nearest <= front))

    def postures(self, knee: Values, pressure: Each | None = None) -> Postures:
        """Return the postures of least effort at bends of the knee (rad).

        `pressure`, a share of the sole from the heel, asks for the ground to push there; NaN where it cannot.
        """
        rear, front = self._base() if pressure is None else (self._on_sole(pressure),) * 2
        low, high = self._shanks_between(knee, rear, front)
        middle, reach = np.full_like(knee, 0.5), 0.5
        for _ in range(_ROUNDS):
            tried = [np.clip(middle + step, 0.0, 1.0) for step in np.linspace(-reach, reach, _PLACES)]
            costs = [self._least_cost(knee, low + one * (high - low), rear, front)[0] for one in tried]
            middle = np.take_along_axis(np.stack(tried), np.argmin(costs, axis=0)[None], axis=0)[0]
            reach *= _CLOSER
        shank = low + middle * (high - low)
        lean = self._least_cost(knee, shank, rear, front)[1]
        centre = self._held(knee, shank, lean).centre
        balanced = (centre >= rear - _NEAR_M) & (centre <= front + _NEAR_M)  # an asked place may be out of reach
        return self._posture(knee, shank, lean, self.can_hold(knee) & balanced)

    def _least_cost(self, knee: Values, shank: Values, rear: Each, front: Each) -> tuple[Values, Values]:
        """Return the least effort where the shank leans so, and how far the trunk then leans.

        Moments are all but straight in where the weight lies, so that effort is all but a parabola between the ends of the base.
        """
        legs = self.body.legs(knee, shank)
        least, most = self._leans_between(knee, legs, rear, front)
        ends = [self._cost(knee, legs, lean) for lean in (least, 0.5 * (least + most), most)]
        bend = ends[0] - 2.0 * ends[1] + ends[2]
        turning = np.clip(0.5 + 0.25 * (ends[0] - ends[2]) / np.where(bend > _FLAT, bend, 1.0), 0.0, 1.0)
        at = np.where(bend > _FLAT, turning, np.where(ends[0] < ends[2], 0.0, 1.0))
        lean = least + at * (most - least)
        return self._cost(knee, legs, lean), lean

    def _posture(self, knee: Values, shank: Values, lean: Values, holds: Bool[np.ndarray, "draw depth"]) -> Postures:
        held = self._held(knee, shank, lean)
        heel, toe = self.body.heel_and_toe
        known = np.where(holds, 0.0, np.nan)
        moments = self.body.moments(held.legs, held.upper, held.centre)
        return Postures(
            knee=knee + known,
            shank=shank + known,
            lean=lean + known,
            tilt=held.upper.tilt + known,
            thigh_lean=held.legs.thigh_lean + known,
            hip_flexion=held.legs.thigh_lean + self._thigh_back(knee) + held.upper.tilt + known,
            dorsiflexion=shank - self.body.feet.pitch + known,
            pressure=(held.centre - heel) / (toe - heel) + known,
            moments=Moments(*(moment + known for moment in moments)),
            legs=held.legs,
            upper=held.upper,
            shape=self.body.shape,
            soles=self.body.soles,
        )

    def _held(self, knee: Values, shank: Values, lean: Values) -> _Held:
        return self._over(knee, self.body.legs(knee, shank), lean)

    def _over(self, knee: Values, legs: Legs, lean: Values) -> _Held:
        upper = self.body.upper(lean, self._tilt_most(knee, legs))
        return _Held(legs, upper, self.body.centre(legs, upper))

    def _cost(self, knee: Values, legs: Legs, lean: Values) -> Values:
        effort = self.effort
        held = self._over(knee, legs, lean)
        strongest = (np.interp(knee, effort.bends, most) for most in effort.strongest)
        moments = self.body.moments(held.legs, held.upper, held.centre)
        aside = (held.centre - self._on_sole(np.full((1, 1), effort.usual))) / effort.uneasy
        return np.asarray(sum((moment / most) ** 2 for moment, most in zip(moments, strongest, strict=True)) + aside**2)

    def _shanks(self, knee: Values) -> tuple[Values, Values]:
        high = np.minimum(self.limits.ankle + self.body.feet.pitch, knee)
        return np.minimum(high, 0.0), high

    def _thigh_back(self, knee: Values) -> Values:
        shape = self.body.shape
        return np.asarray(np.interp(knee, shape.bends, shape.thigh_back))

    def _tilt_most(self, knee: Values, legs: Legs) -> Values:
        return np.asarray(self.limits.hip - legs.thigh_lean - self._thigh_back(knee))

    def _leans(self, knee: Values, legs: Legs) -> tuple[Values, Values]:
        """Return how far the trunk may lean where hips and spine let it (rad), whatever the balance."""
        room = self._tilt_most(knee, legs) + self.limits.spine + self.body.shape.upright
        return self.limits.back + 0.0 * knee, np.minimum(self.limits.lean, room)

    def _base(self) -> tuple[Each, Each]:
        return self._on_sole(self.limits.rear), self._on_sole(self.limits.front)

    def _on_sole(self, share: Each) -> Each:
        heel, toe = self.body.heel_and_toe
        return np.asarray(heel + share * (toe - heel))

    def _shanks_between(self, knee: Values, rear: Each, front: Each) -> tuple[Values, Values]:
        """Return between which leans of the shank some lean of the trunk keeps balance; either brings the weight forward."""
        low, high = self._shanks(knee)

        def reaches_rear(shank: Values) -> Bool[np.ndarray, "draw depth"]:
            legs = self.body.legs(knee, shank)
            return np.asarray(self._over(knee, legs, self._leans(knee, legs)[1]).centre >= rear)

        def beyond_front(shank: Values) -> Bool[np.ndarray, "draw depth"]:
            return np.asarray(self._held(knee, shank, self.limits.back + 0.0 * knee).centre > front)

        return first_where(reaches_rear, low, high)[1], first_where(beyond_front, low, high)[0]

    def _leans_between(self, knee: Values, legs: Legs, rear: Each, front: Each) -> tuple[Values, Values]:
        """Return between which leans of the trunk balance is kept."""
        low, high = self._leans(knee, legs)
        ends = [self._over(knee, legs, lean).centre for lean in (low, high)]

        def at(end: Each) -> Values:
            def beyond(lean: Values) -> Values:
                return np.asarray(self._over(knee, legs, lean).centre - end)

            return _root(beyond, (low, ends[0] - end), (high, ends[1] - end))

        return at(rear), at(front)


def first_where(holds: Callable[[Values], Bool[np.ndarray, "draw depth"]], low: Values, high: Values) -> tuple[Values, Values]:
    """Return two neighbours between which `holds` begins to; both `low` or `high` where it does at once or never."""
    at_once, never = holds(low), ~holds(high)
    below, above = np.where(never, high, low), np.where(at_once, low, high)
    for _ in range(_HALVINGS):
        middle = 0.5 * (below + above)
        held = holds(middle)
        below, above = np.where(held, below, middle), np.where(held, middle, above)
    return np.where(at_once, low, np.where(never, high, below)), np.where(at_once, low, np.where(never, high, above))


def _root(rises: Callable[[Values], Values], low: tuple[Values, Values], high: tuple[Values, Values]) -> Values:
    """Return where a function that rises is 0, or the end that is nearest to it; of both ends place and value are known."""
    (first, at_first), (second, at_second) = low, high
    for _ in range(_SECANTS):
        steep = at_second - at_first
        turned = np.abs(steep) > _FLAT
        found = np.where(turned, second - at_second * (second - first) / np.where(turned, steep, 1.0), second)
        first, at_first, second = second, at_second, np.clip(found, low[0], high[0])
        at_second = rises(second)
    return np.where(low[1] >= 0.0, low[0], np.where(high[1] <= 0.0, high[0], second))
