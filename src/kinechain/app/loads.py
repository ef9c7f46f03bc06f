"""What does a movement load? From a file of joint angles, or of a film's motion, to the `Loads` of one person's legs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.app.compile_model import load_model
from kinechain.app.progress import Progress, Step, ignore
from kinechain.body.burden import carrying
from kinechain.body.model import BodyModel
from kinechain.body.scaling import scale
from kinechain.body.strength import Reading, strengthen
from kinechain.core.errors import DataFileError
from kinechain.core.types import SIDES, AssessedClip, Coordinates, GroundReaction, Loads, Person, Protocol, View
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant
from kinechain.io.ground_forces import read_ground_reaction
from kinechain.io.opensim_motion import MotionLimits, read_mot
from kinechain.loads.film import film_loads
from kinechain.loads.joint_moments import Borne, as_loads, compute_borne
from kinechain.loads.leg_chain import StrongBody, has_kneecaps
from kinechain.loads.motion import Moving, differentiate
from kinechain.loads.muscle_loads import Frames, add_muscles, thinned
from kinechain.loads.uncertainty import Chance, Unknowns

#: What a motion must tell: where the pelvis is, and hips, knees, ankles and trunk. Arms, toes and the rest may stay at rest.
NEEDED: tuple[str, ...] = (
    *(f"pelvis_{end}" for end in ("tilt", "list", "rotation", "tx", "ty", "tz")),
    *(
        f"{joint}_{side[0]}"
        for side in SIDES
        for joint in ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle")
    ),
    *(f"lumbar_{end}" for end in ("extension", "bending", "rotation")),
)


@dataclass(frozen=True)
class LoadsRequest:
    """What a user asks for: the loads of one motion of one person.

    `grf` is a file of force plates, `load_kg` what is carried and `load_at` where (`body.burden.PLACES`); `body` another compiled
    model than the one that comes along. `readings` are what a dynamometer read of the person's knee extension, `weakness` a factor
    of force by muscle (`vasmed_l`: 0.8). `chance` tells how often all that is not known is drawn.
    """

    motion: Path
    person: Person
    grf: Path | None = None
    load_kg: float = 0.0
    load_at: str = "shoulders"
    body: Path | None = None
    readings: tuple[Reading, ...] = ()
    weakness: Mapping[str, float] = field(default_factory=dict)
    chance: Chance = field(default_factory=Chance)


@dataclass(frozen=True)
class Computed:
    """The loads of a motion, the motion as it was read, and the coordinates that it lacks and that were taken at rest.

    `body` is whose loads they are.
    """

    loads: Loads
    body: StrongBody
    coordinates: Coordinates
    at_rest: tuple[str, ...]


def compute_loads(request: LoadsRequest, progress: Progress = ignore) -> Computed:
    """Read a motion and return its loads.

    Raises DataFileError where the motion or the forces cannot be used, or where no frame is inside the model's range.
    """
    progress(Step("loads", request.motion.name, 0, 2))
    limits = MotionLimits(
        least_frames=int(constant("motion.least_frames").value),
        longest_step_s=constant("motion.longest_step").si,
        hyperextension_rad=constant("motion.hyperextension").si,
        drop_m=constant("motion.drop").si,
    )
    coordinates = read_mot(request.motion, limits, NEEDED)
    plates = (
        None if request.grf is None else read_ground_reaction(request.grf, coordinates, constant("loads.plate_threshold").value)
    )
    body = strong_body(request.person, None, request.readings, request.weakness, request.body)
    model = body.model
    progress(Step("loads", request.motion.name, 1, 2))
    moving, borne, loads = _borne(model, coordinates, request.person, plates, request.load_kg, request.load_at)
    inside = loads.dataset["modelled"].values
    if not inside.any():
        raise DataFileError(*_beyond(model, coordinates, request.motion))
    if has_kneecaps(model):
        loads = _with_muscles(loads, body, moving, borne, request.chance)
    progress(Step("loads", request.motion.name, 2, 2))
    at_rest = tuple(name for name in model.tree.free if name not in coordinates.names)
    return Computed(loads, body, coordinates, at_rest)


def strong_body(
    person: Person,
    lengths: Mapping[str, tuple[float, float]] | None = None,
    readings: Sequence[Reading] = (),
    weakness: Mapping[str, float] | None = None,
    path: Path | None = None,
) -> StrongBody:
    """Return a person's model, as long as the film's fit found them (`lengths`) where it did, and as strong as norm or reading."""
    generic = load_model(path)
    scaled = scale(generic, person, lengths or {})
    weight_n = person.mass_kg * constant("body.gravity").value
    if not has_kneecaps(scaled):
        return StrongBody(scaled, None, person.sex, weight_n)
    model, strength = strengthen(scaled, generic, person, readings, weakness)
    return StrongBody(model, strength, person.sex, weight_n)


def body_loads(
    model: BodyModel,
    coordinates: Coordinates,
    person: Person,
    plates: GroundReaction | None = None,
    load_kg: float = 0.0,
    load_at: str = "shoulders",
) -> Loads:
    """Return what the joints of a model bear that is this person's already; frames out of range before smoothing stay so."""
    return _borne(model, coordinates, person, plates, load_kg, load_at)[2]


def body_loads_with_muscles(
    body: StrongBody, coordinates: Coordinates, person: Person, chance: Chance
) -> tuple[Moving, Borne, Loads]:
    """Return a motion with its derivatives, what the legs bear in it with nothing carried, and loads with what muscles do."""
    moving, borne, loads = _borne(body.model, coordinates, person, None, 0.0, "shoulders")
    return moving, borne, _with_muscles(loads, body, moving, borne, chance)


def clip_loads(
    clip: AssessedClip,
    person: Person,
    protocol: Protocol,
    readings: Sequence[Reading] = (),
    weakness: Mapping[str, float] | None = None,
    chance: Chance | None = None,
) -> Loads | None:
    """Return the loads of a film from the side, on a body of the lengths that its fit found; None where it does not show them."""
    if clip.motion is None or not clip.repetitions or clip.clip.view is not View.SIDE or clip.clip.near_side is None:
        return None
    body = strong_body(person, clip.lengths, readings, weakness)
    load_kg, load_at = protocol.load_kg or 0.0, "front" if protocol.bar == "front" else "shoulders"
    tree = carrying(body.model.tree, load_kg, load_at)
    span = slice(clip.repetitions[0].start, clip.repetitions[-1].end + 1)
    told = _told(body.model, person, load_kg)
    return film_loads(clip.motion, clip.clip.near_side, span, body, tree, told, chance)


def _borne(
    model: BodyModel, coordinates: Coordinates, person: Person, plates: GroundReaction | None, load_kg: float, load_at: str
) -> tuple[Moving, Borne, Loads]:
    """Return a motion with its derivatives, what the legs bear in it, and that as loads."""
    moving = differentiate(carrying(model.tree, load_kg, load_at), coordinates, dict(model.rest))
    told = {"ground": "estimated" if plates is None else "plates", **_told(model, person, load_kg)}
    joint_place_sd_m = constant("loads.joint_place").si if plates is None else 0.0
    modelled = model.within(moving.coordinates, model.leg_coordinates)
    for name in set(model.leg_coordinates).intersection(coordinates.names):
        modelled &= _out(model, coordinates, name) <= 0.0
    borne = compute_borne(moving, modelled, plates, joint_place_sd_m)
    return moving, borne, as_loads(borne, moving.time_s, told)


def _with_muscles(loads: Loads, body: StrongBody, moving: Moving, borne: Borne, chance: Chance) -> Loads:
    """Return loads with what muscles do: a motion from a file is taken as it is, all else is drawn."""
    frames, thin = np.arange(moving.time_s.size), thinned(moving.time_s.size, chance.draws)
    rows = Frames(frames, np.tile(thin, (chance.draws, 1)), thin)
    seeded = Loads(loads.dataset.assign_attrs(seed=chance.seed))
    return add_muscles(seeded, body, moving, borne, rows, Unknowns.drawn(np.random.default_rng(chance.seed), chance.draws))


def _told(model: BodyModel, person: Person, load_kg: float) -> dict[str, str | float]:
    """Return what loads say of where they come from."""
    return {
        "mass_kg": person.mass_kg,
        "load_kg": load_kg,
        "body_model": model.name,
        "body_sha256": model.origin.sha256,
    }


def _out(model: BodyModel, coordinates: Coordinates, name: str) -> Float[np.ndarray, " time"]:
    """Return how far a coordinate is out of its range (rad), below 0 inside."""
    low, high = model.ranges[name]
    return np.asarray(np.maximum(coordinates.curve(name) - high, low - coordinates.curve(name)))


def _beyond(model: BodyModel, coordinates: Coordinates, path: Path) -> tuple[str, str, str]:
    """Return in words how a motion is nowhere inside the model's range: by the coordinate that is out of it the longest."""
    out = {name: _out(model, coordinates, name) for name in model.leg_coordinates if name in coordinates.names}
    worst = max(out, key=lambda name: (float((out[name] > 0.0).mean()), float(out[name].max())))
    low, high = (bound * DEGREES_PER_RADIAN for bound in model.ranges[worst])
    value = float(coordinates.curve(worst)[int(out[worst].argmax())]) * DEGREES_PER_RADIAN
    return (
        f"{worst} between {low:.0f} and {high:.0f} degrees at least at times, where the body model holds",
        f"{value:.0f} degrees, and no frame inside all ranges, in {path}",
        "Check that the angles are those of this model's joints; beyond its range no load can be told.",
    )
