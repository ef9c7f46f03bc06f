"""What do the typed values mean? Centimetres and degrees become SI, and what makes no sense is refused in one sentence."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np

from kinechain.app.compile_model import load_model
from kinechain.body.strength import Reading, check_readings, check_weakness
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Measure, Pain, Person, Protocol
from kinechain.loads.uncertainty import Chance
from kinechain.screening.typed import find_typed, read_typed

_NUMBER = r"\d+(?:\.\d+)?"
_READING = re.compile(rf"(?:(left|right|both)=)?({_NUMBER})(nm|nm/kg)(?:@({_NUMBER})(?:deg)?)?")
_WEAK = re.compile(rf"(\w+)=({_NUMBER})")


def read_person(height_cm: float, mass_kg: float, age: int | None, sex: StrEnum | None) -> Person:
    """Return the person; raises UsageError for a height, mass, age or sex that no adult or child has."""
    return Person(height_cm / 100.0, mass_kg, age, sex.value if sex else None)


def read_protocol(
    footwear: str | None,
    heel_cm: float | None,
    arms: str | None,
    bar: str | None,
    load_kg: float | None,
    eyes: StrEnum | None = None,
) -> Protocol:
    """Return how the test was done; raises UsageError for a heel or load that cannot be."""
    if heel_cm is not None and not 0.0 <= heel_cm <= 20.0:
        raise UsageError("a heel between 0 and 20 cm", f"{heel_cm:g} cm", "Give --heel-cm in centimetres.")
    load_kg = None if load_kg is None else read_load(load_kg)
    heel_m = None if heel_cm is None else heel_cm / 100.0
    return Protocol(footwear, heel_m, arms, bar, load_kg, eyes.value if eyes else None)


def read_load(load_kg: float) -> float:
    """Return a weight carried; raises UsageError for one that nobody carries."""
    if not 0.0 <= load_kg <= 500.0:
        raise UsageError("a load between 0 and 500 kg", f"{load_kg:g} kg", "Give --load-kg in kilograms.")
    return load_kg


def read_pain(painful: StrEnum | None, pain: float | None, pain_at_deg: float | None, test: str = "squat") -> tuple[Pain, ...]:
    """Return the pain felt in the test, an entry for each side it was told of."""
    if pain is None and pain_at_deg is None:
        return ()
    if pain is not None and not 0.0 <= pain <= 10.0:
        raise UsageError("a pain between 0 (none) and 10 (worst)", f"{pain:g}", "Give --pain from 0 to 10.")
    if pain_at_deg is not None and not 0.0 <= pain_at_deg <= 170.0:
        raise UsageError("a knee flexion between 0 and 170 degrees", f"{pain_at_deg:g}", "Give --pain-at-deg in degrees.")
    if painful is None and pain:
        raise UsageError("to hear which knee hurts", "a pain without a side", "Add --painful left, right or both.")
    if painful is not None and painful.value == "none" and (pain or pain_at_deg is not None):
        raise UsageError(
            "no pain where no knee hurts",
            f"--painful none with pain {pain or ''}".strip(),
            "Name the knee, or leave the pain away.",
        )
    side = painful.value if painful is not None and painful.value != "none" else "both"
    return (Pain(side, pain, None if pain_at_deg is None else float(np.deg2rad(pain_at_deg)), test),)


def read_typed_options(told: Mapping[str, Sequence[str] | None], side: StrEnum, person: Person, test: str) -> tuple[Measure, ...]:
    """Return what was told in options of one measure each; a value that names no leg is of `side`.

    Raises UsageError for a measure of another test, a value without a leg, and one that cannot be.
    """
    given = {code: texts for code, texts in told.items() if texts}
    for code in given:
        if find_typed(code).test != test:
            raise UsageError(f"{code} in the test {find_typed(code).test}", f"--test {test}", "Say --test knee-to-wall.")
    return tuple(_typed_option(code, text, side, person) for code, texts in given.items() for text in texts)


def _typed_option(code: str, text: str, side: StrEnum, person: Person) -> Measure:
    leg, equals, value = text.rpartition("=")
    leg = leg.strip().lower() if equals else side.value
    if leg not in SIDES:
        option = code.rpartition("_")[2]
        raise UsageError("to hear which leg was measured", repr(text), f"Write --{option} left={value.strip()}, or add --side.")
    return read_typed(code, leg, value, person)


def read_knee_extension(told: Sequence[str] | None, person: Person) -> tuple[Reading, ...]:
    """Return what a dynamometer read; raises UsageError for what is no reading, or none of this person.

    >>> read_knee_extension(["left=120Nm@60", "right=2.1Nm/kg"], Person(1.7, 70.0))[1].moment
    2.1
    """
    readings = tuple(_reading(text) for text in told or ())
    check_readings(readings, person)
    return readings


def read_weakness(told: Sequence[str] | None, body: Path | None = None) -> dict[str, float]:
    """Return the factor of force of each weak muscle; raises UsageError for muscles that the body model does not have.

    >>> read_weakness(["vasmed_l=0.8"])
    {'vasmed_l': 0.8}
    """
    weakness: dict[str, float] = {}
    for text in told or ():
        match = _WEAK.fullmatch(text.replace(" ", ""))
        if match is None:
            raise UsageError("a weak muscle and its share of force, such as vasmed_l=0.8", repr(text), "Give --weak MUSCLE=FACTOR.")
        name, factor = match.groups()
        if name in weakness:
            raise UsageError("each weak muscle once", f"{name} twice", "Give one factor for it.")
        weakness[name] = float(factor)
    if weakness:
        check_weakness(load_model(body), weakness)
    return weakness


def _reading(text: str) -> Reading:
    match = _READING.fullmatch(text.replace(" ", "").lower())
    if match is None:
        raise UsageError(
            "a reading such as right=150Nm@60 or 2.1Nm/kg",
            repr(text),
            "Give --knee-extension in Nm (force in N times the lever in m) or Nm/kg, and behind @ the knee's flexion in degrees.",
        )
    side, moment, unit, angle_deg = match.groups()
    if angle_deg is not None and float(angle_deg) > 140.0:
        raise UsageError("a knee flexion between 0 and 140 degrees", angle_deg, "Give it behind @, 0 for a straight knee.")
    return Reading(
        moment=float(moment),
        per_kg=unit == "nm/kg",
        knee_flexion=None if angle_deg is None else float(np.deg2rad(float(angle_deg))),
        side=None if side == "both" else side,
    )


def read_chance(draws: int | None, seed: int) -> Chance:
    """Return how often all that is not known is drawn, and from which seed.

    >>> read_chance(400, 1)
    Chance(draws=400, seed=1)
    """
    return Chance(seed=seed) if draws is None else Chance(draws, seed)
