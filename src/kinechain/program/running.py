"""How does somebody come back to running, jumping and kicking? In stages, each with a first week and what has to go well before.

Only where it is wanted. A stage begins no earlier than its week and than the load cap allows, and only once every one of its
entries is met; until then one stays at the stage before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kinechain.core.training import Because, Dose, Part, Prescription
from kinechain.evidence import constant
from kinechain.program.catalogue import Exercise, exercise
from kinechain.program.dosing import first_dose, within
from kinechain.program.exercise_loads import highest_class
from kinechain.program.facts import Fact

#: The first exercise of each activity; the next ones are the next harder ones of the catalogue.
_FIRST = {"running": "walk_run", "jumping": "two_leg_jump", "kicking": "easy_kick"}
ACTIVITIES: tuple[str, ...] = tuple(_FIRST)
_MINUTE_S = 60.0


@dataclass(frozen=True)
class Stage:
    """One stage of the way back: its exercise, the first week in which it may begin, and what has to go well before."""

    exercise: str
    week: int
    entries: tuple[Because, ...]


def stages(activity: str) -> tuple[Stage, ...]:
    """Return the stages of an activity in order.

    >>> [stage.exercise for stage in stages("running")]
    ['walk_run', 'easy_run', 'longer_run']
    """
    ways = [_FIRST[activity]]
    while harder := exercise(ways[-1]).progress:
        ways.append(harder[0])
    week = int(constant(f"program.{activity}_week").value)
    first, later = _before_all(activity), _before_next(activity)
    return tuple(Stage(code, week + number, (first, later) if number else (first,)) for number, code in enumerate(ways))


def returns(facts: Mapping[str, Fact], caps: Sequence[str], days: tuple[int, ...]) -> tuple[Prescription, ...]:
    """Return the first lines of what somebody wants back, each from its first week on; none where no week of the program allows it.

    Who runs now goes on with easy runs as soon as the load cap lets the kneecap bear a run: with a part of what they run now, or
    with the least where the knee is sore and the pause is long.
    """
    lines = []
    for activity in ACTIVITIES:
        runs_now = _runs_now(activity, facts)
        if not runs_now and f"goal_{activity}" not in facts:
            continue
        stage = stages(activity)[1 if runs_now else 0]
        week = first_week(stage.exercise, 1 if runs_now else stage.week, caps)
        if week is not None:
            lines.append(_line(activity, stage, week, caps, days, facts))
    return tuple(lines)


def entry_rules(lines: Sequence[Prescription]) -> tuple[Because, ...]:
    """Return what has to go well before the stages of these lines, each once."""
    own = [because for line in lines if line.slot in ACTIVITIES for stage in stages(line.slot) for because in stage.entries]
    return tuple(because for number, because in enumerate(own) if because not in own[:number])


def first_week(code: str, week: int, caps: Sequence[str]) -> int | None:
    """Return the first week, from `week` on, whose cap an activity keeps to; None where no week of the program does."""
    load = highest_class(code, exercise(code).flexion_rad)
    return next((at for at in range(week, len(caps) + 1) if within(load, caps[at - 1])), None)


def _line(
    activity: str, stage: Stage, week: int, caps: Sequence[str], days: tuple[int, ...], facts: Mapping[str, Fact]
) -> Prescription:
    one, growth = exercise(stage.exercise), constant("program.weekly_growth")
    dose = first_dose(one, days)
    words = {"week": week, "activity": activity, "share": growth.si}
    if not _runs_now(activity, facts):
        because = Because("because.return", words, (f"program.{activity}_week", "rathleff-2019"))
    elif "sore" in facts:
        because = Because("because.run_on_sore", words, ("esculier-2018", "hart-2022", growth.key))
    else:
        part, pace = constant("program.run_part"), constant("program.run_pace")
        dose = _running_on(one, dose, facts["runs"].parameters["km"] * pace.value * _MINUTE_S * part.si)
        sources = ("esculier-2018", "hart-2022", part.key, pace.key, growth.key)
        because = Because("because.run_on", {**words, "part": part.si}, sources)
    return Prescription(activity, one.code, "both", Part.ACTIVITY, dose, because, one.flexion_rad, (week, len(caps)))


def _runs_now(activity: str, facts: Mapping[str, Fact]) -> bool:
    return activity == "running" and "runs" in facts


def _running_on(one: Exercise, dose: Dose, seconds: float) -> Dose:
    """Return a dose of at most so many seconds a week, in whole minutes, as far as the exercise takes them."""
    least, most = one.seconds
    return replace(dose, seconds=min(max(seconds / dose.days // _MINUTE_S * _MINUTE_S, least), most))


def _before_all(activity: str) -> Because:
    """Return what has to go well before any stage of an activity."""
    pain = constant("program.return_pain")
    if activity == "running":
        minutes = constant("program.walk_minutes")
        return Because("because.entry_walk", {"minutes": minutes.value, "pain": pain.value}, (minutes.key, pain.key))
    squats = constant("program.entry_squats")
    return Because("because.entry_squats", {"count": int(squats.value), "pain": pain.value}, (squats.key, pain.key))


def _before_next(activity: str) -> Because:
    """Return what has to go well before every stage but the first."""
    times = constant("program.entry_times")
    return Because("because.entry_stage", {"activity": activity, "count": int(times.value)}, (times.key,))
