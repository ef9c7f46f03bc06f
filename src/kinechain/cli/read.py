"""What do the typed values mean? Centimetres and degrees become SI, and what makes no sense is refused in one sentence."""

from enum import StrEnum

import numpy as np

from kinechain.core.errors import UsageError
from kinechain.core.types import Pain, Person, Protocol


def read_person(height_cm: float, mass_kg: float, age: int | None, sex: StrEnum | None) -> Person:
    """Return the person; raises UsageError for a height, mass, age or sex that no adult or child has."""
    return Person(height_cm / 100.0, mass_kg, age, sex.value if sex else None)


def read_protocol(
    footwear: str | None, heel_cm: float | None, arms: str | None, bar: str | None, load_kg: float | None
) -> Protocol:
    """Return how the test was done; raises UsageError for a heel or load that cannot be."""
    if heel_cm is not None and not 0.0 <= heel_cm <= 20.0:
        raise UsageError("a heel between 0 and 20 cm", f"{heel_cm:g} cm", "Give --heel-cm in centimetres.")
    load_kg = None if load_kg is None else read_load(load_kg)
    return Protocol(footwear, None if heel_cm is None else heel_cm / 100.0, arms, bar, load_kg)


def read_load(load_kg: float) -> float:
    """Return a weight carried; raises UsageError for one that nobody carries."""
    if not 0.0 <= load_kg <= 500.0:
        raise UsageError("a load between 0 and 500 kg", f"{load_kg:g} kg", "Give --load-kg in kilograms.")
    return load_kg


def read_pain(painful: StrEnum | None, pain: float | None, pain_at_deg: float | None) -> tuple[Pain, ...]:
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
    return (Pain(side, pain, None if pain_at_deg is None else float(np.deg2rad(pain_at_deg))),)
