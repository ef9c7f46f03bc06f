"""What does a squat filmed from the side load? The film's angles put on the person's model, with every draw of them.

One film shows one leg; the other one is taken to do the same, and both to share evenly. How sure the moments are comes from two
sides: the draws of the motion, each carried through the whole chain, and what is not known of the ground under each of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import Loads, Motion
from kinechain.evidence import constant
from kinechain.loads.joint_moments import Borne, as_loads, compute_borne
from kinechain.loads.leg_chain import StrongBody, has_kneecaps
from kinechain.loads.motion import differentiate_each, one_after_another
from kinechain.loads.muscle_loads import Frames, add_muscles, thinned
from kinechain.loads.posture import SagittalPosture, take_postures
from kinechain.loads.uncertainty import Chance, Unknowns
from kinechain.maths.filters import known_stretches
from kinechain.maths.multibody import Tree

Curve = Float[np.ndarray, " time"]

#: The angles that must be known, and those that may be missing (the arms then hang).
_NEEDED, _ARMS = ("knee_flexion", "shank_inclination", "trunk_lean"), ("shoulder_flexion", "elbow_flexion")

#: What has a spread.
_SPREADS = ("moment", "ground_force", "centre_of_pressure")


def film_loads(
    motion: Motion,
    near_side: str,
    span: slice,
    body: StrongBody,
    tree: Tree,
    attributes: Mapping[str, str | float],
    chance: Chance | None = None,
) -> Loads | None:
    """Return the loads of a squat filmed from the side, over the frames `span` as far as its angles are known there.

    `body` is this person's, `tree` their model's with what is carried. Of the far leg nothing is told: nobody saw it. `chance`
    tells how often all that is not known is drawn. None where the angles are known for less than the row `loads.shortest_film`.
    """
    frames, model = _longest_stretch(motion, near_side, span), body.model
    if frames is None:
        return None
    chance = chance or Chance()
    rng = np.random.default_rng(chance.seed)
    share = constant("loads.pelvis_share")
    drawn = [
        (_posture(motion, near_side, frames, curves), float(rng.normal(share.value, share.sd)))
        for curves in _draws(motion, near_side, chance.draws, rng)
    ]
    best = _posture(motion, near_side, frames, _best(motion, near_side))
    taken = differentiate_each(tree, take_postures(model, [(best, share.value), *drawn]))
    together = one_after_another(taken)
    borne = compute_borne(together, model.within(together.coordinates, model.leg_coordinates))
    count, kept = taken[0].time_s.size, _inside(taken[0].time_s, motion.time_s[span])
    each = [borne.at(slice(at, at + count)).at(kept) for at in range(0, together.time_s.size, count)]
    told = {"ground": "estimated", "seed": chance.seed, **attributes}
    loads = _near_only(as_loads(_with_spreads(each[0], each[1:]), taken[0].time_s[kept], told), near_side)
    if not has_kneecaps(model):
        return loads
    inside = np.arange(count)[kept]
    thin = thinned(inside.size, len(drawn))
    rows = Frames(inside, inside[thin] + count * np.arange(1, len(taken))[:, None], thin)
    return add_muscles(loads, body, together, borne, rows, Unknowns.drawn(rng, len(drawn)), (near_side,))


def _best(motion: Motion, side: str) -> dict[str, Curve]:
    return {name: motion.values(name, _side_of(name, side)) for name in (*_NEEDED, "foot_pitch")}


def _draws(motion: Motion, side: str, count: int, rng: np.random.Generator) -> Iterator[dict[str, Curve]]:
    """Yield the angles as they might as well be, from the motion's draws, which belong together; each of them about as often."""
    drawn = {name: motion.drawn(name, _side_of(name, side)) for name in (*_NEEDED, "foot_pitch")}
    if not all(motion.is_drawn(name) for name in drawn):  # plain angles err by themselves: their shifts must not go together
        drawn = {name: curves[rng.permutation(len(curves))] for name, curves in drawn.items()}
    available = min(len(curves) for curves in drawn.values())
    for number in np.arange(count) * available // count if count < available else np.arange(count) % available:
        yield {name: curves[number] for name, curves in drawn.items()}


def _side_of(name: str, side: str) -> str | None:
    return None if name == "trunk_lean" else side


def _longest_stretch(motion: Motion, side: str, span: slice) -> slice | None:
    """Return the longest stretch in which all angles are known, within the span and a margin for smoothing on both sides."""
    known: Bool[np.ndarray, " time"] = np.isfinite(np.column_stack(list(_best(motion, side).values()))).all(axis=1)
    times, margin = motion.time_s[span], constant("loads.margin").value
    known &= (motion.time_s >= times[0] - margin) & (motion.time_s <= times[-1] + margin)
    stretches = known_stretches(known, motion.time_s, constant("filter.longest_gap").value)
    if not stretches:
        return None
    start, stop = max(stretches, key=lambda stretch: motion.time_s[stretch[1] - 1] - motion.time_s[stretch[0]])
    long_enough = motion.time_s[stop - 1] - motion.time_s[start] >= constant("loads.shortest_film").value
    return slice(start, stop) if long_enough else None


def _inside(time_s: Curve, span: Float[np.ndarray, " frame"]) -> slice:
    """Return the frames at `time_s` that lie within the times of the span."""
    inside = np.flatnonzero((time_s >= span[0]) & (time_s <= span[-1]))
    return slice(int(inside[0]), int(inside[-1]) + 1)


def _posture(motion: Motion, side: str, frames: slice, curves: dict[str, Curve]) -> SagittalPosture:
    time_s = motion.time_s[frames]
    told = {name: _bridged(curve[frames], time_s) for name, curve in curves.items()}
    arms = {name: motion.values(name, side)[frames] for name in _ARMS}
    shown = {name: _bridged(curve, time_s) for name, curve in arms.items() if np.isfinite(curve).any()}
    return SagittalPosture(
        time_s=time_s,
        knee_flexion=told["knee_flexion"],
        shank_inclination=told["shank_inclination"],
        trunk_lean=told["trunk_lean"],
        foot_pitch=told["foot_pitch"],
        shoulder_flexion=shown.get("shoulder_flexion"),
        elbow_flexion=shown.get("elbow_flexion"),
    )


def _bridged(curve: Curve, time_s: Curve) -> Curve:
    """Return a curve with its gaps bridged by straight lines; before the first and after the last known value it stays there."""
    known = np.isfinite(curve)
    return np.asarray(np.interp(time_s, time_s[known], curve[known]))


def _with_spreads(best: Borne, drawn: Sequence[Borne]) -> Borne:
    """Return the best with spreads: between the draws of the motion, and within each by what the ground hides.

    Where the model does not hold for most draws, there is no spread and thus no load.
    """
    spreads = {}
    for name in _SPREADS:
        values, within = (np.stack([getattr(one, each) for one in drawn]) for each in (name, f"{name}_sd"))
        known = np.isfinite(values) & np.isfinite(within)
        enough = known.mean(axis=0) > 0.5
        squares = np.where(known, (values - getattr(best, name)) ** 2 + within**2, 0.0)
        spreads[f"{name}_sd"] = np.sqrt(np.where(enough, squares.sum(axis=0) / np.maximum(known.sum(axis=0), 1), np.nan))
    return replace(best, moment=np.where(np.isfinite(spreads["moment_sd"]), best.moment, np.nan), **spreads)


def _near_only(loads: Loads, near_side: str) -> Loads:
    dataset = loads.dataset
    of_legs = [str(name) for name, variable in dataset.data_vars.items() if "coordinate" in variable.dims]
    seen = {name: dataset[name].where(dataset["side"] == near_side) for name in of_legs}
    return Loads(dataset.assign(seen).assign_attrs(seen=near_side))
