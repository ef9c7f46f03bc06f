"""How does an exercise read? What it is for, how it goes, its dose, what the kneecap bears in it, and what is easier or harder."""

import math
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from kinechain.core.training import LOAD_CLASSES, Because, Part
from kinechain.program.catalogue import AREAS, Exercise, exercise
from kinechain.program.exercise_loads import ExerciseLoad, load_of
from kinechain.report.lines import Kind, TextLine
from kinechain.report.reasons import Reference, references
from kinechain.report.words import has_words, say

_MINUTE_S = 60.0


@dataclass(frozen=True)
class LoadRun:
    """A class of load and the bends of the knee over which it holds (degrees); both None where it holds at any bend."""

    load_class: str
    start_deg: float | None
    end_deg: float | None


@dataclass(frozen=True)
class LoadReading:
    """What the kneecap bears in words: by bends of the knee, in numbers at the deepest one, and how that is known.

    `runs` go from the least bend of the table to its deepest. `own_deg` is how far the knee bends in the exercise itself.
    """

    load: ExerciseLoad
    runs: tuple[LoadRun, ...]
    own_deg: tuple[float, float] | None
    headline: str
    most: str
    known: str


@dataclass(frozen=True)
class ExerciseReading:
    """An exercise in words; `also`, `effort` and `bend` are empty where there is nothing to say; `assumed`: without a source."""

    exercise: Exercise
    name: str
    part: str
    links: str
    purpose: str
    setup: str
    cues: tuple[str, ...]
    faults: tuple[str, ...]
    also: str
    dose: str
    days: str
    effort: str
    bend: str
    needs: str
    load: LoadReading
    easier: tuple[tuple[str, str], ...]
    harder: tuple[tuple[str, str], ...]
    references: tuple[Reference, ...]
    assumed: bool


@dataclass(frozen=True)
class AreaReading:
    """An area in words: its ladders, the exercises on none, and all of them in this order.

    A ladder is made of steps from easier to harder, each with the exercises that are as far up.
    """

    code: str
    name: str
    ladders: tuple[tuple[tuple[ExerciseReading, ...], ...], ...]
    beside: tuple[ExerciseReading, ...]
    exercises: tuple[ExerciseReading, ...]


def read_exercise(code: str, language: str = "en") -> ExerciseReading:
    """Return an exercise in words."""
    one = exercise(code)

    def told(what: str) -> str:
        return say(f"exercise.{code}.{what}", language=language)

    load = load_of(code)
    behind = references([Because("", sources=tuple(dict.fromkeys((*one.sources, *load.sources))))], language)
    return ExerciseReading(
        exercise=one,
        name=told("name"),
        part=say(f"exercise_part.{one.part.value}", language=language),
        links=_listed([say(f"link.{link}", language=language) for link in one.links]),
        purpose=told("purpose"),
        setup=told("setup"),
        cues=_sentences(told("cues")),
        faults=_sentences(told("faults")),
        also=told("also") if has_words(f"exercise.{code}.also", language) else "",
        dose=_dose(one, language),
        days=_days(one, language),
        effort="" if one.effort is None else say("exercises.effort", language=language, effort=one.effort),
        bend=_bend(one, language),
        needs=_listed([say(f"exercises_need.{need}", language=language) for need in one.equipment])
        or say("exercises.needs_nothing", language=language),
        load=_read_load(one, load, language),
        easier=_named(one.regress, language),
        harder=_named(one.progress, language),
        references=tuple(behind.values()),
        assumed=not one.sources,
    )


def read_areas(codes: Sequence[str], language: str = "en") -> tuple[AreaReading, ...]:
    """Return the areas in which exercises with these codes are."""
    wanted = [exercise(code) for code in codes]
    return tuple(_area(area, [one for one in wanted if one.area == area], language) for area in AREAS if _any(area, wanted))


def ladder(members: Sequence[Exercise]) -> Mapping[str, int]:
    """Return on which step each exercise stands, by the longest way up to it; those on no ladder are left out.

    One that has nothing easier stands just below what is harder than it.

    >>> ladder([exercise("squat"), exercise("box_squat")])
    {'box_squat': 0, 'squat': 1}
    """
    codes = {one.code for one in members}
    below = {one.code: [code for code in one.regress if code in codes] for one in members}
    above = {one.code: [code for code in one.progress if code in codes] for one in members}

    def height(code: str) -> int:
        return max((1 + height(easier) for easier in below[code]), default=0)

    def step(code: str) -> int:
        return height(code) if below[code] else min(height(harder) for harder in above[code]) - 1

    return dict(sorted(((code, step(code)) for code in below if below[code] or above[code]), key=lambda pair: pair[1]))


def ladders(members: Sequence[Exercise]) -> tuple[tuple[tuple[str, ...], ...], ...]:
    """Return the ladders of an area, each as its steps from the easiest; what nothing leads to or from is on none.

    >>> ladders([exercise("squat"), exercise("box_squat"), exercise("clam")])
    ((('box_squat',), ('squat',)),)
    """
    steps, placed, found = ladder(members), set[str](), []
    for code in steps:
        if code not in placed:
            one = _joined(code, steps)
            placed |= one
            least = min(steps[other] for other in one)
            most = max(steps[other] for other in one)
            found.append(tuple(tuple(o for o in steps if o in one and steps[o] == step) for step in range(least, most + 1)))
    return tuple(found)


def _joined(code: str, among: Collection[str]) -> set[str]:
    """Return all that some way up or down leads to."""
    found, ahead = {code}, [code]
    while ahead:
        one = exercise(ahead.pop())
        new = {other for other in (*one.progress, *one.regress) if other in among} - found
        found |= new
        ahead += sorted(new)
    return found


def exercise_lines(reading: ExerciseReading, language: str = "en") -> list[TextLine]:
    """Return an exercise as lines for a terminal."""
    return list(_lines(reading, language))


def exercise_document(reading: ExerciseReading) -> dict[str, Any]:
    """Return an exercise as plain values: degrees, seconds, body weights."""
    one, load = reading.exercise, reading.load.load
    return {
        "code": one.code,
        "name": reading.name,
        "area": one.area,
        "part": one.part.value,
        "links": list(one.links),
        "purpose": reading.purpose,
        "setup": reading.setup,
        "cues": list(reading.cues),
        "faults": list(reading.faults),
        "also": reading.also,
        "one_sided": one.one_sided,
        "dose": {
            "sets": list(one.sets),
            "repetitions": list(one.repetitions),
            "seconds": list(one.seconds),
            "days": list(one.days),
            "effort": one.effort,
        },
        "equipment": list(one.equipment),
        "knee_flexion_deg": None if one.flexion_rad is None else [round(math.degrees(bend), 1) for bend in one.flexion_rad],
        "easier": list(one.regress),
        "harder": list(one.progress),
        "kneecap": {
            "method": load.method,
            "rows": [
                {
                    "knee_flexion_deg": None if row.flexion_rad is None else round(math.degrees(row.flexion_rad), 1),
                    "body_weights": _number(row.force.value),
                    "low": _number(row.force.low),
                    "high": _number(row.force.high),
                    "class": row.load_class,
                }
                for row in load.rows
            ],
            "sources": list(load.sources),
            "reason": load.reason,
        },
        "sources": list(one.sources),
        "reason": one.reason,
        "assumed": reading.assumed,
    }


def load_runs(load: ExerciseLoad) -> tuple[LoadRun, ...]:
    """Return over which bends each class holds; between two rows the higher class counts, and the highest where none is told."""
    rows = [(row.flexion_rad, row.load_class or LOAD_CLASSES[-1]) for row in load.rows]
    if not rows:
        return (LoadRun(LOAD_CLASSES[0], None, None),)
    bends = [math.degrees(bend) for bend, _ in rows if bend is not None]
    classes = [one for _, one in rows]
    if len(bends) < len(rows):
        return (LoadRun(max(classes, key=LOAD_CLASSES.index), None, None),)
    if len(bends) == 1:
        return (LoadRun(classes[0], bends[0], bends[0]),)
    between = [max(pair, key=LOAD_CLASSES.index) for pair in pairwise(classes)]
    runs = []
    for load_class, members in groupby(enumerate(between), key=lambda pair: pair[1]):
        numbers = [number for number, _ in members]
        runs.append(LoadRun(load_class, bends[numbers[0]], bends[numbers[-1] + 1]))
    return tuple(runs)


def _read_load(one: Exercise, load: ExerciseLoad, language: str) -> LoadReading:
    runs = load_runs(load)
    own = None if one.flexion_rad is None else (math.degrees(one.flexion_rad[0]), math.degrees(one.flexion_rad[1]))
    return LoadReading(
        load=load,
        runs=runs,
        own_deg=own,
        headline=_headline(runs, language),
        most=_most(load, own, language),
        known=say(f"exercises_known.{load.method}", language=language),
    )


def _headline(runs: Sequence[LoadRun], language: str) -> str:
    """Return which class holds to where, in one phrase."""
    parts = []
    for number, run in enumerate(runs):
        if run.start_deg is None or run.end_deg is None or len(runs) == 1:
            code = "exercises.load_all"
        else:
            code = "exercises.load_to" if number + 1 < len(runs) else "exercises.load_beyond"
        parts.append(say(code, language=language, load=say(f"exercises_load.{run.load_class}", language=language), to=run.end_deg))
    return ", ".join(parts)


def _most(load: ExerciseLoad, own: tuple[float, float] | None, language: str) -> str:
    """Return the greatest force within the exercise's own bends, empty where none is told."""
    rows = [row for row in load.rows if not math.isnan(row.force.value)]
    inside = [
        row for row in rows if row.flexion_rad is None or own is None or math.degrees(row.flexion_rad) <= own[1] + 1e-6
    ]  # fmt: skip
    if not inside:
        return ""
    top = max(inside, key=lambda row: row.force.value)
    code = "exercises.most" if top.flexion_rad is None else "exercises.most_at"
    at = None if top.flexion_rad is None else round(math.degrees(top.flexion_rad))
    return say(code, language=language, force=top.force.value, low=top.force.low, high=top.force.high, at=at)


def _dose(one: Exercise, language: str) -> str:
    sets, repetitions = _range(one.sets, language), _range(one.repetitions, language)
    timed = _time(one.seconds, language)
    held = "exercises.held_once" if one.repetitions == (1, 1) else "exercises.held"
    code = held if timed else "exercises.moved"
    much = say(code, language=language, sets=sets, most=one.sets[1], repetitions=repetitions, timed=timed)
    if one.sets == (1, 1) and one.repetitions == (1, 1):
        much = timed
    return say("exercises.each_side", language=language, much=much) if one.one_sided else much


def _time(seconds: tuple[float, float], language: str) -> str:
    if seconds[1] <= 0.0:
        return ""
    long = seconds[0] >= _MINUTE_S
    unit = _MINUTE_S if long else 1.0
    ends = (round(seconds[0] / unit), round(seconds[1] / unit))
    return say("exercises.minutes" if long else "exercises.seconds", language=language, number=_range(ends, language))


def _days(one: Exercise, language: str) -> str:
    if one.part is Part.STRENGTH or one.days[0] == one.days[1]:
        code = "exercises.every_day" if one.days[0] == 7 else "exercises.days"
    else:
        code = "exercises.days_up_to" if one.days[1] == 7 else "exercises.days"
    return say(code, language=language, days=_range(one.days, language), least=one.days[0])


def _bend(one: Exercise, language: str) -> str:
    if one.flexion_rad is None:
        return ""
    least, most = (round(math.degrees(bend)) for bend in one.flexion_rad)
    code = "exercises.straight" if most == 0 else "exercises.bent_at" if least == most else "exercises.bent"
    return say(code, language=language, least=least, most=most)


def _range(ends: tuple[float, float] | tuple[int, int], language: str) -> str:
    least, most = ends
    return f"{least:g}" if least == most else say("exercises.range", language=language, least=f"{least:g}", most=f"{most:g}")


def _named(codes: Sequence[str], language: str) -> tuple[tuple[str, str], ...]:
    return tuple((code, say(f"exercise.{code}.name", language=language)) for code in codes)


def _sentences(words: str) -> tuple[str, ...]:
    """Return the sentences of a text, one by one."""
    return tuple(re.split(r"(?<=[.!?])\s+", words.strip()))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _any(area: str, members: Sequence[Exercise]) -> bool:
    return any(one.area == area for one in members)


def _area(area: str, members: Sequence[Exercise], language: str) -> AreaReading:
    readings = {one.code: read_exercise(one.code, language) for one in members}
    found = tuple(tuple(tuple(readings[code] for code in step) for step in steps) for steps in ladders(members))
    on_one = [reading for steps in found for step in steps for reading in step]
    beside = tuple(reading for reading in readings.values() if reading not in on_one)
    return AreaReading(area, say(f"exercise_area.{area}", language=language), found, beside, (*on_one, *beside))


def _lines(reading: ExerciseReading, language: str) -> Iterator[TextLine]:
    load = reading.load
    yield TextLine(Kind.HEADLINE, reading.name)
    yield TextLine(Kind.TEXT, reading.purpose)
    yield from _section("dose", (reading.dose, reading.days, reading.effort, reading.bend), language)
    yield from _section("needs", (reading.needs,), language)
    yield from _section("setup", (reading.setup,), language)
    yield from _section("cues", reading.cues, language)
    yield from _section("faults", reading.faults, language)
    if reading.also:
        yield TextLine(Kind.TEXT, reading.also)
    yield from _section("kneecap", (load.headline, load.most), language, (load.known, load.load.reason))
    yield from _section("easier", [f"{name} ({code})" for code, name in reading.easier], language)
    yield from _section("harder", [f"{name} ({code})" for code, name in reading.harder], language)
    assumed = say("exercises.assumed", language=language) if reading.assumed else ""
    behind = [f"{one.says}. {one.source}" for one in reading.references]
    yield from _section("rests_on", (), language, (assumed, reading.exercise.reason, *behind))


def _section(code: str, told: Sequence[str], language: str, notes: Sequence[str] = ()) -> Iterator[TextLine]:
    """Yield a heading with what is told below it, and nothing where nothing is."""
    lines = [TextLine(kind, f"  {words}") for kind, those in ((Kind.TEXT, told), (Kind.NOTE, notes)) for words in those if words]
    if lines:
        yield TextLine(Kind.HEADING, say(f"exercises.{code}", language=language))
        yield from lines


def _number(value: float) -> float | None:
    return None if math.isnan(value) else value
