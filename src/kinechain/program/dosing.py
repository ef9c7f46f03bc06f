"""How often, how much, how deep and how heavy does a program begin? Days, doses and caps, from rows of the ledger."""

import math
from itertools import combinations

from kinechain.core.training import LOAD_CLASSES, Basis, Because, Dose, Part, Prescription
from kinechain.evidence import constant
from kinechain.program.catalogue import Exercise, exercise

_WEEK_DAYS = 7
_MINUTE_S = 60.0
#: Postures and loads in which it is not bound how far the knee bends: body weight does not rest on it.
_NOT_BOUND = ("none", "open_chain", "published", "assumed")
#: What is done every day loads the kneecap no more than this.
_DAILY_CAP = "low"
#: Drills that are done daily to begin with.
_DAILY_FIRST = ("knee_over_toe_drill", "seated_ankle_rock")


def weeks_of_program() -> int:
    """Return how many weeks a program lasts."""
    return int(constant("dose.weeks").value)


def training_days(days: tuple[int, ...]) -> tuple[int, ...]:
    """Return the days of strength among those on which there is time: up to three, no two in a row, the earliest in the week.

    >>> training_days((0, 1, 2, 3, 4, 5, 6)), training_days((5, 6, 0)), training_days((2, 3))
    ((0, 2, 4), (0, 5), (2,))
    """
    for count in range(int(constant("dose.days").value), 0, -1):
        for some in combinations(sorted(days), count):
            if not in_a_row(some):
                return some
    return ()


def in_a_row(days: tuple[int, ...]) -> bool:
    """Tell whether two of these weekdays follow on each other, Sunday and Monday too."""
    return any((day + 1) % _WEEK_DAYS in days for day in days)


def load_caps(*, sore: bool) -> tuple[str, ...]:
    """Return the highest class that the kneecap may bear, by week: gentle at first, longer and gentler where it is sore."""
    gentle, longer = int(constant("dose.gentle_weeks").value), int(constant("dose.gentle_weeks_sore").value)
    low, moderate, high = LOAD_CLASSES[1:]
    first = (low,) * gentle + (moderate,) * (longer - gentle) if sore else (moderate,) * gentle
    return first + (high,) * (weeks_of_program() - len(first))


def within(load: str, cap: str) -> bool:
    """Tell whether a class of load is no higher than a cap.

    >>> within("none", "low"), within("high", "moderate")
    (True, False)
    """
    return LOAD_CLASSES.index(load) <= LOAD_CLASSES.index(cap)


def cap_for(part: Part, cap: str) -> str:
    """Return the highest class for a part of a program under a week's cap: daily work is light, so that days of rest stay so.

    >>> cap_for(Part.STRENGTH, "high"), cap_for(Part.DAILY, "high")
    ('high', 'low')
    """
    return min(cap, _DAILY_CAP, key=LOAD_CLASSES.index) if part is Part.DAILY else cap


def first_depth(basis: Basis) -> tuple[float, Because]:
    """Return how far the knee may bend under load to begin with (rad), and why: the least of what is known to be free of pain.

    What a person told counts as it is, the bend at which pain began in a test less the row `dose.depth_margin`; where neither is
    known, the row `dose.first_depth`.
    """
    margin, told = constant("dose.depth_margin"), basis.intake.pain_free_flexion_rad
    felt = [
        pain.at_knee_flexion_rad
        for pain in basis.pains
        if pain.at_knee_flexion_rad is not None
        and math.isfinite(pain.at_knee_flexion_rad)
        and (pain.value is None or pain.value > 0.0)
    ]
    known: list[tuple[float, Because]] = []
    if felt:
        began = min(felt)
        words = {"began_deg": math.degrees(began), "margin_deg": margin.value}
        known.append((max(began - margin.si, 0.0), Because("because.depth_felt", words, (margin.key,))))
    if told is not None:
        known.append((told, Because("because.depth_told", {"told_deg": math.degrees(told)})))
    if known:
        return min(known, key=lambda one: one[0])
    row = constant("dose.first_depth")
    return row.si, Because("because.depth_unknown", {"depth_deg": row.value}, (row.key,))


def is_bound(one: Exercise) -> bool:
    """Tell whether the cap on how far the knee bends binds an exercise: body weight rests on a bent knee in it."""
    return one.mechanics not in _NOT_BOUND


def first_dose(one: Exercise, days: tuple[int, ...]) -> Dose:
    """Return the least dose in which an exercise is given: its first one. Strength is on `days`, the drills of the ankle daily."""
    often = one.days[0]
    if one.part is Part.STRENGTH:
        often = len(days)
    elif one.code in _DAILY_FIRST:
        often = _WEEK_DAYS
    return Dose(one.sets[0], one.repetitions[0], often, float(one.seconds[0]), one.effort)


def days_in(line: Prescription, week: int) -> int:
    """Return on how many days of a week (from 1) a line is done: drills of the ankle daily at first, then as seldom as is enough.

    A line that somebody set to fewer days than daily stays there.
    """
    daily = line.exercise in _DAILY_FIRST and line.dose.days == _WEEK_DAYS
    over = week > int(constant("dose.ankle_daily_weeks").value)
    return int(constant("dose.ankle_days").value) if daily and over else line.dose.days


def minutes_of(line: Prescription) -> float:
    """Return how long a line of the daily work takes, in minutes: every repetition of every set, and the pauses between sets.

    The rows `dose.seconds_a_repetition`, where it is moved, and `dose.seconds_between` tell the time; each side is a set of its
    own.
    """
    sets = line.dose.sets * (2 if exercise(line.exercise).one_sided and line.side == "both" else 1)
    each_s = line.dose.seconds or constant("dose.seconds_a_repetition").value
    return sets * (line.dose.repetitions * each_s + constant("dose.seconds_between").value) / _MINUTE_S
