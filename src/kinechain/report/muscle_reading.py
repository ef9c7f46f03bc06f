"""What is to be said of a muscle? Its plain name, its numbers, its moment arms, how well it was fitted, and where that fails."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kinechain.body.arm_curves import ArmCurve, arm_curves, working_range
from kinechain.body.model import BodyModel
from kinechain.body.muscle_fit import MuscleFit
from kinechain.body.muscle_groups import GROUPS, OTHER, group_of, joints_of, side_of, without_side
from kinechain.core.muscles import Muscle
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant
from kinechain.report.words import has_words, say

#: A terminal's table reads a moment arm at fewer places than this over the range.
_MOST_PLACES = 9


@dataclass(frozen=True)
class MuscleReading:
    """One muscle as it is told of, numbers in words; `origin` and `insertion` are empty where the catalogue has none."""

    muscle: Muscle
    fit: MuscleFit
    name: str
    plain: str
    group: str
    joints: tuple[str, ...]
    crosses: str
    origin: str
    insertion: str
    fibres: str
    tendon: str

    @property
    def short(self) -> str:
        """OpenSim's name without the side."""
        return without_side(self.name)


@dataclass(frozen=True)
class ArmPlot:
    """The moment arms of some muscles about one coordinate: `title` and `note` in words, angles in degrees, arms in mm.

    All are counted one way: in the direction in which most of them pull. `breaks_at` is where, in degrees, a curve among them
    ceases to mean anything.
    """

    coordinate: str
    title: str
    note: str
    curves: tuple[ArmCurve, ...]
    factor: int
    breaks_at: float | None

    @property
    def degrees(self) -> np.ndarray:
        """The angles, the same for all curves."""
        return np.asarray(np.round(DEGREES_PER_RADIAN * self.curves[0].values, 4))

    def millimetres(self, curve: ArmCurve) -> np.ndarray:
        """Return one curve's arms."""
        return np.asarray(1000.0 * self.factor * curve.arms)


def leg_muscles(model: BodyModel, side: str = "right") -> tuple[str, ...]:
    """Return the names of one leg's muscles, group by group; without any of it, those that tell no side, or all."""
    names = [muscle.name for muscle in model.muscles]
    of_leg = [name for name in names if side_of(name) == side] or [name for name in names if side_of(name) is None] or names
    order = [*GROUPS, OTHER]
    ranks = {name: rank for group in GROUPS.values() for rank, name in enumerate(group)}
    return tuple(sorted(of_leg, key=lambda name: (order.index(group_of(name)), ranks.get(without_side(name), 0))))


def plain_name(name: str, language: str = "en") -> str:
    """Return a muscle's plain name, OpenSim's own where the catalogue does not know it.

    >>> plain_name("vasmed_r")
    'vastus medialis'
    """
    code = f"muscle.{without_side(name)}"
    return say(f"{code}.name", language=language) if has_words(code, language) else without_side(name)


def read_muscles(model: BodyModel, names: Sequence[str], language: str = "en") -> tuple[MuscleReading, ...]:
    """Return what is to be said of these muscles."""
    muscles = {muscle.name: muscle for muscle in model.muscles}
    fits = {fit.name: fit for fit in model.fits}
    return tuple(_read(muscles[name], fits[name], language) for name in names)


def read_arms(model: BodyModel, names: Sequence[str], language: str = "en", step_deg: int = 1) -> tuple[ArmPlot, ...]:
    """Return the moment arms of these muscles about each coordinate that any of them crosses.

    What most of them cross comes first, and the knee before what as many cross.
    """
    crosses = {muscle.name: muscle.crosses for muscle in model.muscles}
    counts = Counter(coordinate for name in names for coordinate in crosses[name])
    ordered = sorted(counts, key=lambda coordinate: (-counts[coordinate], without_side(coordinate) != "knee_angle"))
    return tuple(
        _plot(model, [name for name in names if coordinate in crosses[name]], coordinate, language, step_deg)
        for coordinate in ordered
    )


def quadriceps_arms(model: BodyModel, names: Sequence[str], language: str = "en") -> tuple[ArmPlot, ...]:
    """Return the quadriceps' arms about the knee, up to where the rectus femoris breaks, and about hip flexion of it alone."""
    plots = [plot for plot in read_arms(model, names, language) if without_side(plot.coordinate) in ("knee_angle", "hip_flexion")]
    return tuple(_ended(plot) for plot in plots)


def share_of_force(readings: Sequence[MuscleReading]) -> Mapping[str, float]:
    """Return each muscle's share of the largest force of all of them."""
    whole = sum(reading.muscle.max_isometric_force_n for reading in readings)
    return {reading.name: reading.muscle.max_isometric_force_n / whole for reading in readings}


def crossing(readings: Sequence[MuscleReading], *joints: str) -> tuple[MuscleReading, ...]:
    """Return the muscles that cross these joints and no other."""
    return tuple(reading for reading in readings if reading.joints == joints)


def failures(readings: Sequence[MuscleReading], language: str = "en") -> Iterator[str]:
    """Return, in a sentence each, where these muscles' curves do not follow the model."""
    told = constant("anatomy.arm_error_told").si
    for reading in readings:
        fit = reading.fit
        if fit.jumped > 0.0 or fit.arm_worst_m > told:
            yield say(
                "anatomy.fails_jump" if fit.jumped > 0.0 else "anatomy.fails_arm",
                language=language,
                name=reading.plain,
                share=fit.jumped,
                length=millimetres(fit.length_worst_m),
                coordinate=coordinate_name(fit.arm_worst_about, language),
                arm=millimetres(fit.arm_worst_m),
                places=places(fit.arm_worst_at, language),
                usual=millimetres(fit.arm_median_m),
            )


def millimetres(length_m: float) -> str:
    """Return a length in mm with as many digits as tell something.

    >>> [millimetres(length) for length in (0.0271, 0.0000312, 0.0000001)]
    ['27', '0.031', '<0.001']
    """
    value = 1000.0 * length_m
    if value < 0.001:
        return "<0.001"
    return f"{value:.0f}" if value >= 10.0 else f"{value:.2g}"


def coordinate_name(coordinate: str, language: str = "en") -> str:
    """Return a coordinate in plain words, OpenSim's name where the catalogue has none."""
    code = f"coordinate.{without_side(coordinate)}"
    return say(code, language=language) if has_words(code, language) else coordinate


def places(at: Mapping[str, float], language: str = "en") -> str:
    """Return a posture in words: each coordinate with its angle."""
    told = [
        say(
            "anatomy.fit_place",
            language=language,
            name=coordinate_name(name, language),
            angle=round(DEGREES_PER_RADIAN * angle) + 0.0,
        )
        for name, angle in at.items()
    ]
    return ", ".join(told).replace("-", "−")


def listed(words: Sequence[str], language: str = "en") -> str:
    """Return words as a list in a sentence.

    >>> listed(["hip", "knee", "ankle"])
    'hip, knee and ankle'
    """
    if len(words) < 2:
        return "".join(words)
    return say("anatomy.and", language=language, first=", ".join(words[:-1]), last=words[-1])


def rows_of(plot: ArmPlot) -> tuple[tuple[float, ...], list[tuple[str, list[float]]]]:
    """Return a plot as a small table: angles (degrees), and for each muscle its arms (mm) there, NaN where they mean nothing."""
    span = plot.degrees[-1] - plot.degrees[0]
    step = next(step for step in (5.0, 10.0, 20.0, 30.0, np.inf) if span / step < _MOST_PLACES)
    at = np.flatnonzero(np.abs(np.remainder(plot.degrees + 0.5 * step, step) - 0.5 * step) < 0.01)
    rows = [(curve.muscle, [float(arm) for arm in plot.millimetres(curve)[at]]) for curve in plot.curves]
    return tuple(float(angle) for angle in plot.degrees[at]), rows


def _read(muscle: Muscle, fit: MuscleFit, language: str) -> MuscleReading:
    code = f"muscle.{without_side(muscle.name)}"
    known = has_words(code, language)
    joints = joints_of(muscle.crosses)
    told = [
        say(f"joint_crossed.{joint}", language=language) if has_words(f"joint_crossed.{joint}", language) else joint
        for joint in joints
    ]
    return MuscleReading(
        muscle=muscle,
        fit=fit,
        name=muscle.name,
        plain=plain_name(muscle.name, language),
        group=group_of(muscle.name),
        joints=joints,
        crosses=listed(told, language),
        origin=say(f"{code}.origin", language=language) if known else "",
        insertion=say(f"{code}.insertion", language=language) if known else "",
        fibres=say(
            "anatomy.fibre_words",
            language=language,
            length=100.0 * muscle.optimal_fibre_length_m,
            angle=DEGREES_PER_RADIAN * muscle.pennation_rad,
        ),
        tendon=say("anatomy.tendon_words", language=language, length=100.0 * muscle.tendon_slack_length_m),
    )


def _plot(model: BodyModel, names: Sequence[str], coordinate: str, language: str, step_deg: int) -> ArmPlot:
    curves = arm_curves(model, names, coordinate, working_range(model, coordinate, step_deg))
    strongest = max(curves, key=lambda curve: abs(float(np.nansum(curve.arms))))
    direction = strongest.direction
    about = coordinate_name(coordinate, language)
    breaks = _breaks(names, coordinate)
    if direction is None:
        title = say("anatomy.arm_title_mixed", language=language, coordinate=about)
        return ArmPlot(
            coordinate, title, say("anatomy.arm_note_plain", language=language, coordinate=coordinate), curves, 1, breaks
        )
    pull = say(f"pull.{direction.code}", language=language)
    title = say("anatomy.arm_title", language=language, pull=pull[:1].upper() + pull[1:], coordinate=about)
    return ArmPlot(coordinate, title, say("anatomy.arm_note", language=language, pull=pull), curves, direction.factor, breaks)


def _breaks(names: Sequence[str], coordinate: str) -> float | None:
    """Return where (degrees) the rectus femoris breaks at the knee, where it is among these muscles."""
    hit = without_side(coordinate) == "knee_angle" and any(without_side(name) == "recfem" for name in names)
    return constant("anatomy.rectus_until").value if hit else None


def _ended(plot: ArmPlot) -> ArmPlot:
    if plot.breaks_at is None:
        return plot
    kept = plot.degrees <= plot.breaks_at + 1e-9
    curves = tuple(ArmCurve(one.muscle, one.coordinate, one.values[kept], one.arms[kept]) for one in plot.curves)
    return ArmPlot(plot.coordinate, plot.title, plot.note, curves, plot.factor, plot.breaks_at)
