"""How freely does this person squat? From what was typed in, measured or stored in a result, to a `Squatter`.

Where nobody measured a joint's range it is assumed to be usual, and the squatter says so. A film shows how far a joint went in a
squat, so that it goes at least so far.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from kinechain.app.loads import strong_body
from kinechain.app.row_readers import read_measure
from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.types import SIDES, Measure, Person, Protocol
from kinechain.core.units import INTERVAL_HALF_WIDTH, SI
from kinechain.evidence import constant
from kinechain.loads.sagittal_chain import Shape, shape_of
from kinechain.loads.squatter import RANGES, Range, Squatter

#: What a film of a squat shows of a joint's range: it goes at least so far.
_AT_LEAST = {"knee_to_wall_deg": "shank_inclination_peak", "knee_flexion_range": "knee_flexion_peak"}
#: How the words for arms and bars that people type are meant; the first that occurs counts.
_ARMS = (
    ("cross", "crossed"),
    ("chest", "crossed"),
    ("over", "overhead"),
    ("hang", "hanging"),
    ("side", "hanging"),
    ("front", "forward"),
    ("forward", "forward"),
    ("ahead", "forward"),
    ("stretch", "forward"),
)
#: By which of the fit's lengths a part of the body in the plane is as long as it is.
_STRAIGHT_DEG = 60.0
_LEAST_SD = 1e-3  # no film knows a length better (m)
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


def squatter_typed(person: Person, dorsiflexion_deg: float | None = None) -> Squatter:
    """Return a person without any result, their ankles as typed where they were. Raises UsageError for an ankle that is none."""
    if dorsiflexion_deg is None:
        return squatter_of(person, Protocol(), {}, ())
    if not 0.0 <= dorsiflexion_deg <= _STRAIGHT_DEG:
        do = "Give --dorsiflexion-deg as the lean of the shin at the wall, in degrees."
        raise UsageError(f"a dorsiflexion between 0 and {_STRAIGHT_DEG:.0f} degrees", f"{dorsiflexion_deg:g}", do)
    value = dorsiflexion_deg * SI["deg"]
    return squatter_of(person, Protocol(), {}, (Measure("knee_to_wall_deg", "both", None, value, value, value, "rad", ""),))


def squatter_from(document: Mapping[str, Any]) -> Squatter:
    """Return the person of a result as they squat. Raises DataFileError where its film could not be measured."""
    if "person" not in document:
        do = "Film again first, or give --height-cm and --mass-kg without a result."
        raise DataFileError("a result with a person in it", "one that holds only why its film cannot be measured", do)
    told, how = document["person"], document["protocol"]
    heel_cm = how["heel_cm"]
    protocol = Protocol(how["footwear"], None if heel_cm is None else heel_cm / 100.0, how["arms"], how["bar"], how["load_kg"])
    person = Person(told["height_cm"] / 100.0, told["mass_kg"], told["age"], told["sex"])
    return squatter_of(person, protocol, _lengths(document["body"]), tuple(_measures(document)))


def _lengths(body: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Return the lengths (m, sd) of a result's segments by the fit's names; of the foot the part before the ankle, as is usual."""
    lengths = {}
    for segment, row in body.items():
        sd = 0.01 * 0.5 * (row["high"] - row["low"]) / INTERVAL_HALF_WIDTH
        lengths[segment] = (0.01 * row["value"], max(sd, _LEAST_SD))
    if "foot" in lengths:
        toe, heel = (constant(f"body.{part}_length_share").value for part in ("toe", "heel"))
        lengths["toe"] = tuple(toe / (toe + heel) * number for number in lengths.pop("foot"))
    return lengths


def _measures(document: Mapping[str, Any]) -> Iterator[Measure]:
    """Yield a result's measures over the repetitions, and typed ranges that are not among them, in SI units."""
    for row in document["measures"]:
        if row["rep"] is None and row["value"] is not None:
            yield read_measure(row["code"], row["side"], row, row["clip"] or "")
    for code, sides in document["ranges"].items():
        for side, row in sides.items():
            if row["value"] is not None and row.get("from") == "typed":
                yield read_measure(code, side, row, "")


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
    """Return how arms are held, by the words of the protocol; crossed where it does not tell.

    Arms stretched forward are a counterweight, which deepens the squat of a stiff ankle: nobody is given it unasked.
    """
    told = f"{protocol.arms or ''} {protocol.bar or ''}".lower()
    if protocol.bar == "front" or (protocol.bar == "back" and not protocol.arms):
        return "crossed"
    return next((arms for word, arms in _ARMS if word in told), "crossed")
