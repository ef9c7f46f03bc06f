"""What does a person carry, and where? A bar, a rucksack or a weight in the hands, as mass that rides on a segment."""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import UsageError
from kinechain.evidence import constant
from kinechain.maths.multibody import Link, Tree

#: Where a load may be carried.
PLACES = ("shoulders", "front", "hands")

_TRUNK, _SHOULDERS, _HANDS = "torso", ("humerus_r", "humerus_l"), ("hand_r", "hand_l")


def carrying(tree: Tree, load_kg: float, at: str = "shoulders") -> Tree:
    """Return the tree with a load on it: on the shoulders, held before the chest (`front`), or half in each hand.

    Raises UsageError for another place, a load below 0, or one that no person carries.
    """
    if at not in PLACES:
        raise UsageError(f"a load carried at {', '.join(PLACES)}", repr(at), "Say --load-at with one of them.")
    if not 0.0 <= load_kg <= 500.0:
        raise UsageError("a load between 0 and 500 kg", f"{load_kg:g} kg", "Give --load-kg in kilograms.")
    if load_kg == 0.0:
        return tree
    return replace(tree, links=tuple(_loaded(tree, link, load_kg, at) for link in tree.links))


def _loaded(tree: Tree, link: Link, load_kg: float, at: str) -> Link:
    if at == "hands":
        return with_mass(link, 0.5 * load_kg, link.centre) if link.name in _HANDS else link
    if link.name != _TRUNK:
        return link
    shoulders = np.mean([tree.links[tree.link_at[name]].in_parent.origin for name in _SHOULDERS], axis=0)
    forward, up = (constant(f"burden.{at}_{axis}").si for axis in ("forward", "up"))
    return with_mass(link, load_kg, shoulders + np.array([forward, up, 0.0]))


def with_mass(link: Link, mass_kg: float, place: Float[np.ndarray, " 3"]) -> Link:
    """Return a link with a point of mass on it, at `place` in its axes (m); its inertia is about the new common centre."""
    mass = link.mass + mass_kg
    centre = (link.mass * link.centre + mass_kg * place) / mass
    inertia = link.inertia + _about(link.mass, link.centre - centre) + _about(mass_kg, place - centre)
    return replace(link, mass=mass, centre=centre, inertia=inertia)


def _about(mass: float, arm: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """Return the inertia of a point of mass at an arm (Steiner)."""
    return np.asarray(mass * (float(arm @ arm) * np.eye(3) - np.outer(arm, arm)))
