"""What is asked after a session? Pain, what was done of each line, and what the last time has still to tell."""

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from kinechain.app.battery_steps import Step
from kinechain.core.errors import UsageError
from kinechain.core.training import Diary, Done, Prescription, Program, Session
from kinechain.io.diary import append_entry, tell_later
from kinechain.program.adapting import by_day, week_of
from kinechain.program.outcomes import score
from kinechain.report.plan_reading import date_words, depth_words, dose_words, exercise_name

_MOST = 10.0
_MOST_REPETITIONS = 200
#: What may be told of a session only later, and when it can be known at the earliest, in days after it.
_LATER = {"pain_hour_after": 0, "pain_next_morning": 1}
_ALL = "all"
_BETWEEN = re.compile(r"[\s,;]+")
_TIMES = re.compile(r"(\d+)\s*[x×*]\s*(\d+)")


def next_question(program: Program, diary: Diary, on: date, answers: Mapping[str, Any]) -> Step | None:
    """Return the first thing that answers do not tell yet of the session `on` a day, None where nothing is left to ask."""
    return next((step for step in _steps(program, diary, on, answers) if step.path not in answers), None)


def keep_sessions(file: Path, program: Program, diary: Diary, on: date, answers: Mapping[str, Any]) -> Diary:
    """Write into a diary's file what answers tell: pain of an earlier session first, then the session `on` that day if it is new.

    Returns the diary as it then is; each writing is whole. Raises as `io.diary` does.
    """
    for one in _open(diary, on):
        pains = {pain: told for pain in _LATER if (told := answers.get(f"{pain}/{one.on}")) is not None}
        diary = tell_later(file, one.on, pains, score) if pains else diary
    if _is_told(diary, on) or answers.get("trained") != "yes":
        return diary
    return append_entry(file, _session(program, on, answers), score)


def due_lines(program: Program, on: date) -> tuple[Prescription, ...]:
    """Return the lines that are due in the week of a day."""
    return tuple(line for line in program.prescriptions if line.due(week_of(program, on)))


def read_sets(told: str, line: Prescription) -> tuple[int, ...]:
    """Return repetitions set by set: `10 10 8`, `3x10`, or `all` for as many as were asked. Raises UsageError.

    >>> from kinechain.core.training import Because, Dose, Part
    >>> line = Prescription("knee", "box_squat", "both", Part.STRENGTH, Dose(3, 10, 3), Because(""))
    >>> read_sets("10, 10, 8", line), read_sets("2x12", line), read_sets("all", line)
    ((10, 10, 8), (12, 12), (10, 10, 10))
    """
    told = told.strip().casefold()
    if told == _ALL:
        return (line.dose.repetitions,) * line.dose.sets
    if match := _TIMES.fullmatch(told):
        sets, repetitions = (int(number) for number in match.groups())
        counts = (repetitions,) * min(sets, _MOST_REPETITIONS)
    else:
        words = [word for word in _BETWEEN.split(told) if word]
        counts = tuple(int(word) for word in words if word.isdecimal())
        if len(counts) != len(words):
            raise UsageError("repetitions set by set, such as 10 10 8", repr(told), "Type a number for each set, or all.")
    if not all(count <= _MOST_REPETITIONS for count in counts):
        raise UsageError(f"at most {_MOST_REPETITIONS} repetitions a set", f"{max(counts)}", "Look for a slip.")
    return counts


def _steps(program: Program, diary: Diary, on: date, answers: Mapping[str, Any]) -> Iterator[Step]:
    for one in _open(diary, on):
        for pain in _missing(one, on):
            yield _pain(f"{pain}/{one.on}", f"plan.ask_{pain}", {"on": date_words(one.on)})
    if _is_told(diary, on):
        return
    yield Step("trained", "plan.ask_trained", "yes_no", {"on": date_words(on)}, needed=True)
    if answers.get("trained") != "yes":
        return
    yield _pain("pain_before", "plan.ask_pain_before")
    for line in due_lines(program, on):
        yield from _line_steps(line, answers)
    yield _pain("pain_during", "plan.ask_pain_during")
    yield Step("gave_way", "plan.ask_gave_way", "yes_no", needed=True)
    yield _pain("pain_hour_after", "plan.ask_pain_hour_after", {"on": date_words(on)})
    yield Step("note", "plan.ask_note", "text")


def _line_steps(line: Prescription, answers: Mapping[str, Any]) -> Iterator[Step]:
    asked = ", ".join(part for part in (dose_words(line), depth_words(line)) if part)
    yield Step(
        f"done/{line.slot}",
        "plan.ask_done",
        "text",
        {"name": exercise_name(line.exercise), "dose": asked},
        how="plan.ask_done_how",
        check=lambda told: " ".join(map(str, read_sets(told, line))),
    )
    if line.dose.effort is not None and answers.get(f"done/{line.slot}"):
        yield Step(f"effort/{line.slot}", "plan.ask_effort", "number", {"name": exercise_name(line.exercise)}, high=_MOST)


def _pain(path: str, words: str, parameters: Mapping[str, Any] | None = None) -> Step:
    return Step(path, words, "number", parameters or {}, high=_MOST)


def _open(diary: Diary, on: date) -> tuple[Session, ...]:
    """Return the last day's session, where something is still to be told of it."""
    before = [one for one in by_day(diary.sessions) if one.on <= on]
    return tuple(one for one in before[-1:] if _missing(one, on))


def _missing(one: Session, on: date) -> tuple[str, ...]:
    """Return what can be known of a session by now and was not told."""
    return tuple(pain for pain, days in _LATER.items() if getattr(one, pain) is None and on >= one.on + timedelta(days=days))


def _is_told(diary: Diary, on: date) -> bool:
    return any(one.on == on for one in diary.sessions)


def _session(program: Program, on: date, answers: Mapping[str, Any]) -> Session:
    pains = {name: answers.get(name) for name in ("pain_before", "pain_during", "pain_hour_after")}
    done = tuple(
        Done(line.slot, read_sets(told, line), answers.get(f"effort/{line.slot}"))
        for line in due_lines(program, on)
        if (told := answers.get(f"done/{line.slot}"))
    )
    return Session(on, done, gave_way=answers.get("gave_way") == "yes", note=answers.get("note") or "", **pains)
