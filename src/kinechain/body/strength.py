"""How strong are this person's muscles? Quadriceps until knee extension meets norm or dynamometer, the others by body size.

The generic model's muscles bear about twice the tension that is measured in people (60 N/cm2 against 25 in the quadriceps of six
men, Narici et al. 1992), so that no person extends the knee as it does. First all forces go with muscle volume over fibre length,
and volume with mass times stature (Handsfield et al. 2014). Then they are brought down: the quadriceps until they extend the knee
as the norm for sex and age, or the person's own dynamometer, says; the others by the norm's factor, because the generic model
gives all muscles the same tension, with a wide spread. Weakness enters at last, as a factor of force by muscle. That holds at the
best angle; how the quadriceps' capacity goes with the knee's angle comes beside it (`torque_angle.py`, `Strength.by_angle`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from kinechain.body.estimate import Estimate
from kinechain.body.model import BodyModel
from kinechain.body.muscle_curves import active_force, curves_of, fibres
from kinechain.body.torque_angle import QuadricepsByAngle, TorqueAngle, quadriceps_by_angle, torque_angle
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Person
from kinechain.evidence import constant

#: The four that extend the knee, without their side.
QUADRICEPS: tuple[str, ...] = ("recfem", "vasint", "vaslat", "vasmed")

#: Knee moments that no person makes and no dynamometer reads (Nm/kg).
_LEAST, _MOST = 0.05, 8.0


@dataclass(frozen=True)
class Reading:
    """What a dynamometer read of the person's isometric knee extension: Nm, or Nm per kg of body mass where `per_kg`.

    `knee_flexion` (rad) at which it was read, None for the strongest angle; `side`, None where both legs are alike.
    """

    moment: float
    per_kg: bool
    knee_flexion: float | None = None
    side: str | None = None

    def __post_init__(self) -> None:
        if self.side not in (None, *SIDES):
            raise UsageError("the side left or right", repr(self.side), "Leave it away where both legs are alike.")


@dataclass(frozen=True)
class Strength:
    """How strong a person's muscles are made, against the generic ones scaled to the person's size.

    `knee_extension` (Nm/kg) by side at the best angle, or at that of a reading, and where it comes from: `norm` or `reading`; by
    which factors tension was brought down for it: `quadriceps` by side, and `others`; `spread` of each muscle's force, a share of
    that force. `by_angle` is by side what the quadriceps' capacity has to be multiplied by at an angle of the knee: without it
    they are as strong as the person at their own best angle only, and a reading is met only with it.
    """

    knee_extension: Mapping[str, Estimate]
    source: Mapping[str, str]
    quadriceps: Mapping[str, float]
    others: float
    spread: Mapping[str, float]
    by_angle: Mapping[str, QuadricepsByAngle]


def knee_extension_norm(person: Person) -> Estimate:
    """Return how strongly people of this sex and age extend the knee (Nm/kg), isometrically, at the best angle, with their spread.

    Adults' and older adults' norms with a straight line between them; an unknown age counts as an adult's, and where no sex is
    told both norms are taken together. The spread is that among people.
    """
    sexes = (person.sex,) if person.sex else ("f", "m")
    norms = [_norm(sex, person.age_years) for sex in sexes]
    value = float(np.mean([norm.value for norm in norms]))
    return Estimate(value, float(np.sqrt(np.mean([norm.sd**2 + (norm.value - value) ** 2 for norm in norms]))))


def knee_extension(
    model: BodyModel,
    side: str,
    knee_flexion: Float[np.ndarray, " angle"],
    hip_flexion: float,
    by_angle: QuadricepsByAngle | None = None,
) -> Float[np.ndarray, " angle"]:
    """Return the moment (Nm) by which the quadriceps extend a knee isometrically when fully active, at angles (rad).

    It is the model's own where no `by_angle` is given, and with it a person's.
    """
    quadriceps = _quadriceps(model, side)
    coordinates = model.tree.coordinates
    poses = np.repeat([[model.rest[name] for name in coordinates]], knee_flexion.size, axis=0)
    knee = f"knee_angle_{side[0]}"
    poses[:, model.tree.at[knee]] = knee_flexion
    poses[:, model.tree.at[f"hip_flexion_{side[0]}"]] = hip_flexion
    paths = model.geometry.paths(poses, coordinates)
    moment = np.zeros(knee_flexion.size)
    for name in quadriceps:
        muscle, at = model.muscles[_at(model)[name]], model.geometry.muscles.index(name)
        curves = curves_of(muscle.curves)
        stretched = fibres(
            curves, paths.lengths[:, at], muscle.optimal_fibre_length_m, muscle.tendon_slack_length_m, muscle.pennation_rad
        )
        arm = -paths.moment_arms[:, at, model.tree.at[knee]]  # knee flexion is positive
        moment += muscle.max_isometric_force_n * active_force(curves, stretched) * arm
    return moment if by_angle is None else np.asarray(moment * by_angle.at(knee_flexion))


def strengthen(
    scaled: BodyModel,
    generic: BodyModel,
    person: Person,
    readings: Sequence[Reading] = (),
    weakness: Mapping[str, float] | None = None,
) -> tuple[BodyModel, Strength]:
    """Return the scaled model with this person's muscle forces, and how they were found.

    `readings` of a dynamometer win over the norm; `weakness` is a factor of force by muscle name (`vasmed_l`: 0.8). A reading
    already holds what is weak in the quadriceps: their weakness is then only shared out among the four, and what they give
    together stays as read. With `Strength.by_angle` the model extends the knee, seated, as people do over the angle. Raises
    UsageError for readings and factors that are no person's, and for unknown muscles.
    """
    factors, shape = dict(weakness or {}), torque_angle(person)
    check_weakness(scaled, factors)
    sized = _by_volume(scaled, generic, person)
    norm = knee_extension_norm(person)
    told = {side: _reading_of(readings, side) for side in SIDES}
    wanted = {side: norm if reading is None else _read(reading, person) for side, reading in told.items()}
    alone = {side: _seated(sized, side, _knots(sized, side, shape, told[side])) for side in SIDES}
    others = float(np.mean([norm.value * person.mass_kg / moments.strongest for moments in alone.values()]))
    quadriceps, by_angle = {}, {}
    for side, reading in told.items():
        moments = alone[side] if reading is None or not factors else _seated(_times(sized, factors), side, alone[side].angles)
        known_at = None if reading is None else reading.knee_flexion
        share = 1.0 if known_at is None else float(shape.at(np.array(known_at)))
        quadriceps[side] = wanted[side].value * person.mass_kg / share / moments.strongest
        by_angle[side] = quadriceps_by_angle(shape, moments.angles, moments.moment, moments.strongest, known_at)
    tension = {muscle.name: quadriceps[_side(muscle.name)] if _is_quadriceps(muscle.name) else others for muscle in sized.muscles}
    wide = constant("strength.other_spread").value
    spread = {name: wanted[_side(name)].sd / wanted[_side(name)].value if _is_quadriceps(name) else wide for name in tension}
    source = {side: "norm" if reading is None else "reading" for side, reading in told.items()}
    return _times(_times(sized, tension), factors), Strength(wanted, source, quadriceps, others, spread, by_angle)


def check_readings(readings: Sequence[Reading], person: Person) -> None:
    """Raise UsageError where a leg was read more than once, or a reading is no person's of this body mass."""
    for side in SIDES:
        reading = _reading_of(readings, side)
        if reading is not None:
            _read(reading, person)


def check_weakness(model: BodyModel, weakness: Mapping[str, float]) -> None:
    """Raise UsageError where a weak muscle is none of the model's, or its factor of force is no person's."""
    for name, factor in weakness.items():
        if name not in _at(model):
            raise UsageError(
                "the name of a muscle with its side, such as vasmed_l", f"{name}", "`kinechain body muscles` lists them."
            )
        if not 0.0 < factor <= 2.0:
            raise UsageError(f"a factor of force above 0 and up to 2 for {name}", f"{factor}", "Give 0.8 for a fifth weaker.")


def factor_from_thickness(thin: float, sound: float) -> Estimate:
    """Return the factor of force that a thinner muscle stands for, by its thickness and that of the sound side (any unit).

    The ratio to a power that is hardly known: row `strength.thickness_power`; thickness says nothing of pain or drive.
    """
    if not (np.isfinite(thin) and np.isfinite(sound) and thin > 0.0 and sound > 0.0):
        raise UsageError("two thicknesses above 0", f"{thin} and {sound}", "Measure both sides at the same place.")
    power = constant("strength.thickness_power")
    factor = (thin / sound) ** power.value
    return Estimate(factor, abs(float(factor * np.log(thin / sound))) * power.sd)


def _norm(sex: str, age_years: int | None) -> Estimate:
    adult, older = constant(f"strength.knee_extension_adult_{sex}"), constant(f"strength.knee_extension_older_{sex}")
    start, end = constant("strength.decline_from").value, constant("strength.older_from").value
    share = 0.0 if age_years is None else float(np.clip((age_years - start) / (end - start), 0.0, 1.0))
    value = (1.0 - share) * adult.value + share * older.value
    mean_sd = float(np.hypot((1.0 - share) * adult.sd, share * older.sd))
    return Estimate(value, float(np.hypot(mean_sd, value * constant("strength.person_spread").value)))


def _read(reading: Reading, person: Person) -> Estimate:
    value = reading.moment if reading.per_kg else reading.moment / person.mass_kg
    if not _LEAST <= value <= _MOST:
        raise UsageError(
            f"a knee extension moment between {_LEAST} and {_MOST:.0f} Nm per kg of body mass",
            f"{value:.2f} Nm/kg",
            "Give the dynamometer's moment in Nm (force in N times the lever in m) or in Nm/kg.",
        )
    return Estimate(value, value * constant("strength.reading_spread").value)


def _reading_of(readings: Sequence[Reading], side: str) -> Reading | None:
    """Return the reading of a side: its own before one that holds for both."""
    own = [reading for reading in readings if reading.side == side] or [reading for reading in readings if reading.side is None]
    if len(own) > 1:
        raise UsageError(f"one reading of the {side} leg", f"{len(own)}", "Give the best attempt only.")
    return own[0] if own else None


@dataclass(frozen=True)
class _Seated:
    """By which moments (Nm) a seated model extends its knee at angles (rad), and the strongest in the middle of the range."""

    angles: Float[np.ndarray, " angle"]
    moment: Float[np.ndarray, " angle"]
    strongest: float


def _seated(model: BodyModel, side: str, angles: Float[np.ndarray, " angle"]) -> _Seated:
    moment = knee_extension(model, side, angles, constant("strength.test_hip_flexion").si)
    middle = (angles > constant("strength.mid_range_from").si - 1e-9) & (angles < constant("strength.mid_range_to").si + 1e-9)
    return _Seated(angles, moment, float(moment[middle].max()))


def _knots(model: BodyModel, side: str, shape: TorqueAngle, reading: Reading | None) -> Float[np.ndarray, " angle"]:
    """Return the whole degrees of a knee's range, where the curve of people begins, tops and ends, and where it was read."""
    low, high = model.geometry.ranges[f"knee_angle_{side[0]}"]
    read_at = [] if reading is None or reading.knee_flexion is None else [reading.knee_flexion]
    if read_at and not low <= read_at[0] <= high:
        raise UsageError(
            f"a knee angle between {np.degrees(low):.0f} and {np.degrees(high):.0f} degrees, where the model has quadriceps",
            f"{np.degrees(read_at[0]):.0f} degrees",
            "Give the knee flexion of the reading, 0 for a straight knee.",
        )
    even = np.radians(np.arange(np.ceil(np.degrees(low)), np.degrees(high)))
    return np.unique([low, *even, high, shape.low, shape.place.value, shape.high, *read_at])


def _by_volume(scaled: BodyModel, generic: BodyModel, person: Person) -> BodyModel:
    """Return the scaled model with forces that go with muscle volume over optimal fibre length."""
    volume = _volume(person.mass_kg, person.height_m) / _volume(generic.tree.mass, constant("anthropometry.model_stature").value)
    before = {muscle.name: muscle for muscle in generic.muscles}
    muscles = tuple(
        replace(
            muscle,
            max_isometric_force_n=before[muscle.name].max_isometric_force_n
            * volume
            * before[muscle.name].optimal_fibre_length_m
            / muscle.optimal_fibre_length_m,
        )
        for muscle in scaled.muscles
    )
    return replace(scaled, muscles=muscles)


def _volume(mass_kg: float, height_m: float) -> float:
    """Return the volume (cm3) of a leg's muscles (Handsfield et al. 2014)."""
    return constant("strength.volume_slope").value * mass_kg * height_m + constant("strength.volume_offset").value


def _times(model: BodyModel, factors: Mapping[str, float]) -> BodyModel:
    muscles = tuple(
        replace(muscle, max_isometric_force_n=muscle.max_isometric_force_n * factors.get(muscle.name, 1.0))
        for muscle in model.muscles
    )
    return replace(model, muscles=muscles)


def _quadriceps(model: BodyModel, side: str) -> list[str]:
    names = [f"{name}_{side[0]}" for name in QUADRICEPS]
    missing = [name for name in names if name not in _at(model)]
    if missing:
        raise UsageError(f"the muscles {', '.join(names)}", f"a model without {', '.join(missing)}", "Use a model with all four.")
    return names


def _is_quadriceps(name: str) -> bool:
    return name.removesuffix("_r").removesuffix("_l") in QUADRICEPS


def _side(name: str) -> str:
    return "left" if name.endswith("_l") else "right"


def _at(model: BodyModel) -> dict[str, int]:
    return {muscle.name: number for number, muscle in enumerate(model.muscles)}
