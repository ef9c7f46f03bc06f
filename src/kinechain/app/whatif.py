"""What would change if one link were freer? Predicted squats of one person, before and after, for the same draws.

How far joints go is taken from what was typed in or measured, and where neither was, assumed; the answer says which. A film shows
how far a joint went in a squat, so that it goes at least so far.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from jaxtyping import Float

from kinechain.app.loads import strong_body
from kinechain.core.types import SIDES, Gain, Measure, Person, Protocol, Ranged
from kinechain.core.units import INTERVAL_HALF_WIDTH, INTERVAL_LEVEL
from kinechain.evidence import constant
from kinechain.loads.sagittal_chain import Shape, shape_of
from kinechain.loads.squatter import RANGES, Change, People, Range, Squatter, range_draws, squatting
from kinechain.loads.uncertainty import Chance
from kinechain.maths.draws import interval_of

#: What a film of a squat shows of a joint's range: it goes at least so far.
_AT_LEAST = {"knee_to_wall_deg": "shank_inclination_peak", "knee_flexion_range": "knee_flexion_peak"}
#: How the words for arms and bars that people type are meant; the first that occurs counts.
_ARMS = (("cross", "crossed"), ("chest", "crossed"), ("over", "overhead"), ("hang", "hanging"), ("side", "hanging"))
#: By which of the fit's lengths a part of the body in the plane is as long as it is.
_LENGTH_OF = {"thigh": "thigh", "shank": "shank", "trunk": "trunk", "foot": "toe"}


def squatter_of(
    person: Person, protocol: Protocol, lengths: Mapping[str, tuple[float, float]], measures: Sequence[Measure]
) -> Squatter:
    """Return a person as they squat: ranges from what was typed in or measured, the rest as it is usual.

    `lengths` are those of the fit, by the names of `LENGTHS`: (m, sd); of what is not there, stature tells.
    """
    body = strong_body(person, lengths)
    shape = shape_of(body.model)
    load_kg = protocol.load_kg or 0.0
    return Squatter(
        body=body,
        lengths_sd={part: _relative_spread(name, lengths) for part, name in _LENGTH_OF.items()},
        ranges={measure: _ranges(measure, measures, shape) for measure in RANGES},
        arms=_arms(protocol),
        load_kg=load_kg,
        load_at="front" if protocol.bar == "front" else "shoulders",
        stance_m=_over_repetitions(measures, "stance_width"),
        toe_out_rad=_over_repetitions(measures, "toe_out"),
        heel_m=protocol.heel_m or 0.0,
    )


def usual_changes(squatter: Squatter) -> tuple[Change, ...]:
    """Return each link's change to what is usual, on the legs where it is less; on both where it is nowhere less."""
    changes = []
    for measure, link in RANGES.items():
        usual = constant(f"squat_model.{link}").si
        less = [side for side in SIDES if squatter.ranges[measure][side].value < usual]
        changes.append(Change(measure, usual, "at_least", less[0] if len(less) == 1 else "both"))
    return tuple(changes)


def gains(squatter: Squatter, changes: Sequence[Change], seed: int = 0, draws: int | None = None) -> tuple[Gain, ...]:
    """Return what each change of a range brings by itself: the deepest squat before and after, in the same draws."""
    people = People.by(Chance(seed=seed) if draws is None else Chance(draws, seed))
    before = squatting(squatter, people).deepest()
    return tuple(_gain(squatter, change, before, people) for change in changes)


def _gain(squatter: Squatter, change: Change, before: Float[np.ndarray, " draw"], people: People) -> Gain:
    changed = squatter.changed((change,))
    after = squatting(changed, people).deepest()
    at = range_draws(changed, change.measure, people)[:, 0]
    return Gain(
        link=RANGES[change.measure],
        side=change.side,
        measure=change.measure,
        changed_to=float(at.min() if change.side == "both" else at[SIDES.index(change.side)]),
        before=ranged(before),
        after=ranged(after),
        gain=ranged(after - before),
    )


def ranged(drawn: Float[np.ndarray, " draw"]) -> Ranged:
    """Return a value, the first draw, with the interval of the others."""
    low, high = interval_of(drawn[:1], drawn[1:, None], INTERVAL_LEVEL)
    return Ranged(float(drawn[0]), float(low[0]), float(high[0]))


def _relative_spread(name: str, lengths: Mapping[str, tuple[float, float]]) -> float:
    if name in lengths:
        value, sd = lengths[name]
        return sd / value
    row = constant(f"body.{name}_length_share")
    return float(row.sd / row.value)


def _ranges(measure: str, measures: Sequence[Measure], shape: Shape) -> dict[str, Range]:
    known = {side: found for side in SIDES if (found := _known(measure, side, measures, shape)) is not None}
    return {side: known[side] if side in known else _assumed(measure, side, known, measures) for side in SIDES}


def _known(measure: str, side: str, measures: Sequence[Measure], shape: Shape) -> Range | None:
    """Return a range that was typed or measured, the best way first; None where none was."""
    typed, film = constant("squat_model.typed_spread").si, constant("squat_model.film_spread").si
    for one in _of_side(measures, measure, side):
        return Range(one.value, typed, "typed")
    if measure == "knee_to_wall_deg":
        for one in _of_side(measures, "knee_to_wall_cm", side):
            return Range(shank_at_wall(one.value, shape), _wall_spread(one.value, shape), "typed")
        for one in _of_side(measures, f"{measure}_film", side):
            return Range(one.value, float(np.hypot(film, _spread(one))), "measured")
    return None


def _assumed(measure: str, side: str, known: Mapping[str, Range], measures: Sequence[Measure]) -> Range:
    """Return a range that nobody measured: as the other leg's, else as is usual, and at least what a film shows."""
    for other in known.values():
        return Range(other.value, other.sd, "assumed")
    row = constant(f"squat_model.{RANGES[measure]}")
    value, sd = row.si, row.sd * row.si / row.value
    seen = [one.value for one in _of_side(measures, _AT_LEAST.get(measure, ""), side)]
    return Range(max([value, *seen]), sd, "assumed")


def shank_at_wall(distance_m: float, shape: Shape) -> float:
    """Return how far the shank leans (rad) where the knee touches a wall so far before the big toe, by a person's own lengths."""
    ahead = distance_m + shape.toe.real - constant("squat_model.knee_depth").si
    return float(np.arcsin(np.clip(ahead / float(shape.shank.max()), 0.0, 1.0)))


def _wall_spread(distance_m: float, shape: Shape) -> float:
    depth = constant("squat_model.knee_depth")
    steep = shank_at_wall(distance_m + depth.sd * depth.si / depth.value, shape) - shank_at_wall(distance_m, shape)
    return float(np.hypot(steep, constant("squat_model.wall_spread").si))


def _of_side(measures: Sequence[Measure], code: str, side: str) -> Iterator[Measure]:
    """Yield what is known of a measure over the repetitions, of one side or both alike."""
    own = (one for one in measures if one.code == code and one.rep is None and one.side in (side, "both"))
    return (one for one in own if np.isfinite(one.value))


def _over_repetitions(measures: Sequence[Measure], code: str) -> float | None:
    values = [one.value for side in SIDES for one in _of_side(measures, code, side)]
    return float(np.mean(values)) if values else None


def _spread(measure: Measure) -> float:
    return 0.5 * (measure.high - measure.low) / INTERVAL_HALF_WIDTH if np.isfinite(measure.high - measure.low) else 0.0


def _arms(protocol: Protocol) -> str:
    """Return how arms are held, by the words of the protocol; before the body where it does not tell."""
    told = f"{protocol.arms or ''} {protocol.bar or ''}".lower()
    if protocol.bar == "front" or (protocol.bar == "back" and not protocol.arms):
        return "crossed"
    return next((arms for word, arms in _ARMS if word in told), "forward")
