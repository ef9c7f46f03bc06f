"""What does each part of a person weigh, where is its centre, how does it turn? Shares by sex, from a published table.

The table is Zatsiorsky's, adjusted to joint centres by de Leva (1996): rows `anthropometry.*`. A model's segments are grouped to
the table's: thigh with kneecap, foot, trunk with head and pelvis, forearm. What a model lacks (arms, say) rides with its trunk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import UsageError
from kinechain.evidence import constant

#: The table's segments, and how many of each a body has.
COUNTS: dict[str, int] = {
    "head": 1,
    "trunk": 1,
    "upper_arm": 2,
    "forearm": 2,
    "hand": 2,
    "thigh": 2,
    "shank": 2,
    "foot": 2,
}

#: The table's segment that each of a model's segments, without its side, belongs to.
GROUPS: dict[str, str] = {
    "pelvis": "trunk",
    "torso": "trunk",
    "head": "trunk",
    "humerus": "upper_arm",
    "ulna": "forearm",
    "radius": "forearm",
    "hand": "hand",
    "femur": "thigh",
    "patella": "thigh",
    "tibia": "shank",
    "talus": "foot",
    "calcn": "foot",
    "toes": "foot",
}


@dataclass(frozen=True)
class Build:
    """How a segment's mass lies: its centre, a share of the way from the upper joint centre to the lower one, and how it turns.

    `gyration` about the axes forward, along and to the right through that centre, in shares of the segment's length.
    """

    centre: float
    gyration: Float[np.ndarray, " 3"]


def group_of(segment: str) -> str:
    """Return the table's segment that a model's segment belongs to, by its OpenSim name.

    Raises UsageError for a name that the table cannot be laid upon.

    >>> group_of("calcn_l")
    'foot'
    """
    plain = segment.removesuffix("_r").removesuffix("_l")
    if plain not in GROUPS:
        raise UsageError(
            f"segments named {', '.join(GROUPS)} (with _r or _l)",
            f"{segment}",
            "Rename it in the model, so that a table of people's masses can be laid upon it.",
        )
    return GROUPS[plain]


def mass_shares(sex: str | None) -> dict[str, float]:
    """Return each of the table's segments' share of body mass, one of a pair; together, with `COUNTS`, exactly 1.

    `sex` is `f` or `m`; where it is not told, the mean of both.
    """
    shares = {segment: _by_sex(f"{segment}_mass", sex) for segment in COUNTS}
    whole = sum(shares[segment] * count for segment, count in COUNTS.items())
    return {segment: share / whole for segment, share in shares.items()}


def segment_masses(generic_kg: Mapping[str, float], mass_kg: float, sex: str | None) -> dict[str, float]:
    """Return the mass (kg) of each of a model's segments for a person; together exactly `mass_kg`.

    `generic_kg` are the generic model's: within a group of the table, and between its parts, mass is split as they split it.
    Raises UsageError for a segment that the table does not know, or where a model has no trunk.
    """
    groups = {segment: _side_group(segment) for segment in generic_kg}
    if "trunk" not in groups.values():
        raise UsageError("a model with a pelvis or a torso", f"{', '.join(generic_kg)}", "Give the whole body's model.")
    shares = mass_shares(sex)
    wanted: dict[str, float] = {}
    for segment, count in COUNTS.items():
        sides = [segment] if count == 1 else [f"{segment}_r", f"{segment}_l"]
        for side in sides:
            bearer = side if side in groups.values() else "trunk"
            wanted[bearer] = wanted.get(bearer, 0.0) + shares[segment]
    whole = {group: sum(kg for segment, kg in generic_kg.items() if groups[segment] == group) for group in wanted}
    masses = {segment: mass_kg * wanted[groups[segment]] * kg / whole[groups[segment]] for segment, kg in generic_kg.items()}
    return _exactly(masses, mass_kg)


def mass_spread(sex: str | None, group: str) -> float:
    """Return the spread of a group's mass, a share of that mass: people's, and half the gap of the sexes where none is told."""
    spread = constant("anthropometry.segment_mass_spread").value
    if sex is not None:
        return spread
    women, men = mass_shares("f")[group], mass_shares("m")[group]
    return float(np.hypot(spread, abs(women - men) / (women + men)))


def build_of(group: str, sex: str | None) -> Build:
    """Return how the mass of a thigh or a shank lies; the mean of both sexes where none is told."""
    axes: Sequence[str] = ("forward", "along", "right")
    gyration = np.array([_by_sex(f"{group}_gyration_{axis}", sex) for axis in axes])
    return Build(_by_sex(f"{group}_centre", sex), gyration)


def _side_group(segment: str) -> str:
    group = group_of(segment)
    if COUNTS[group] == 1:
        return group
    if segment[-2:] not in ("_r", "_l"):
        raise UsageError(f"{segment} with its side, _r or _l", segment, "Rename it in the model.")
    return group + segment[-2:]


def _by_sex(what: str, sex: str | None) -> float:
    if sex is None:
        return 0.5 * (_by_sex(what, "f") + _by_sex(what, "m"))
    return constant(f"anthropometry.{what}_{sex}").value


def _exactly(masses: dict[str, float], mass_kg: float) -> dict[str, float]:
    """Return masses that add up to the last digit."""
    factor = mass_kg / sum(masses.values())
    return {segment: kg * factor for segment, kg in masses.items()}
