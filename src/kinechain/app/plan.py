"""How does a program come to be, and how does it stand today? From a result and answers, through a clinician's changes and a diary.

A plan holds the program as it was first built; how it stands today follows from that, from the changes and from the diary alone, so
that the same folder always tells the same.
"""

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.app.plain import Ways, from_plain, to_plain
from kinechain.app.plan_log import keep_sessions
from kinechain.app.program_rows import load_row, program_rows, read_program, sources_of, step_row, verdict_row
from kinechain.app.row_readers import read_finding, read_limit, read_pain, read_person
from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import Basis, Diary, Edit, Intake, Program
from kinechain.core.types import Verdict
from kinechain.io.diary import NAME as DIARY
from kinechain.io.diary import read_diary
from kinechain.io.program import SCHEMA, find_made, read_made
from kinechain.program.adapting import Adapted, adapt
from kinechain.program.building import build
from kinechain.program.checks import faults
from kinechain.program.conditions import Answer, Answers
from kinechain.program.editing import edit, laws_broken
from kinechain.program.outcomes import score
from kinechain.program.retest import Retest
from kinechain.program.safety import hip_rotation_answers

#: What is kept of the result that a program was made from, beside its measures: enough to compare it with a later one.
_KEPT = ("schema", "test", "person", "protocol", "engine")
#: By how many years an age may differ between a result and answers: somebody may have had a birthday.
_BIRTHDAY = 1.0


@dataclass(frozen=True)
class Stand:
    """A program as a clinician left it on a day: what was told before that day moves nothing in it any more."""

    on: date
    program: Program


@dataclass(frozen=True)
class Plan:
    """A program and all that made it what it is: as it was built, as a clinician left it since, what the diary tells.

    `stands` are in the order of their days, one a day. `result` is what was measured before it, None where nothing was.
    `diary_file` is where the diary stands, or would stand, None for a plan that is not written yet.
    """

    built: Program
    stands: tuple[Stand, ...] = ()
    diary: Diary = field(default_factory=Diary)
    result: Mapping[str, Any] | None = None
    diary_file: Path | None = None

    @property
    def key(self) -> str:
        """What tells it from other plans: the same as long as it is the same program that goes on, in whatever words."""
        own = to_plain((self.built.start, self.built.prescriptions, self.built.basis.intake), Ways())
        return hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def changed_on(self) -> date:
        """The last day that made it what it is."""
        return max((self.built.start, *(one.on for one in self.stands), *(one.on for one in self.diary.sessions)))

    @property
    def version(self) -> int:
        """How often it may have changed since it was built."""
        return len(self.diary.sessions) + (len(self.stands[-1].program.edits) if self.stands else 0)


@dataclass(frozen=True)
class Standing:
    """How a program stands today, and what the diary led to: stretch by stretch, as a clinician's changes part them."""

    program: Program
    adapted: tuple[Adapted, ...] = ()

    @property
    def ask_again(self) -> bool:
        """Whether the safety questions are due before the next session: the last one told says so."""
        told = [one for one in self.adapted if one.verdicts]
        return bool(told) and told[-1].ask_again


def basis_of(result: Mapping[str, Any] | None, intake: Intake) -> Basis:
    """Return what a program stands on: what was told, and what a result says.

    Raises UsageError where the result's films have to be made again, so that it says nothing.
    """
    if result is None:
        return Basis(intake)
    if result.get("quality", {}).get("verdict") == Verdict.REFILM.value or "person" not in result:
        do = "Film again, or make the program without it."
        raise UsageError("a result that measured something", "one whose films have to be made again", do)
    try:
        return Basis(
            intake=intake,
            person=read_person(result["person"]),
            **({"aim": result["aim"]} if "aim" in result else {}),
            findings=tuple(read_finding(row) for row in result.get("findings", [])),
            limits=tuple(read_limit(row) for row in result.get("limiting", [])),
            pains=tuple(read_pain(row) for row in result.get("pain", [])),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        do = "Give the file as kinechain assess or battery wrote it."
        raise DataFileError("findings, limits and pain of a result", f"a wrong or missing {error}", do) from error


def plan(result: Mapping[str, Any] | None, intake: Intake, start: date) -> Plan:
    """Return a plan that begins on `start`, for what was told and what a result says; None where nothing was measured."""
    return Plan(built=build(basis_of(result, intake), start), result=None if result is None else _kept(result))


def standing(plan: Plan) -> Standing:
    """Return how a plan stands: a change holds from its day on, and what was told before that day was judged without it."""
    ends = (*(one.on for one in plan.stands), date.max)
    begins = (Stand(date.min, plan.built), *plan.stands)
    parts = tuple(
        adapt(one.program, _between(plan.diary, one.on, end), _between(plan.diary, date.min, one.on))
        for one, end in zip(begins, ends, strict=True)
    )
    return Standing(parts[-1].program, parts)


def changed(plan: Plan, edits: Sequence[Edit]) -> Plan:
    """Return a plan with a clinician's changes of one day; each changes the program as the sessions before that day left it.

    Raises UsageError where a change cannot be made, or comes before the last one.
    """
    for one in edits:
        last = plan.stands[-1] if plan.stands else Stand(date.min, plan.built)
        if one.on < last.on:
            raise UsageError(f"a day not before the last change, {last.on}", f"{one.on}", "Give a later one with --on.")
        before = adapt(last.program, _between(plan.diary, last.on, one.on), _between(plan.diary, date.min, last.on)).program
        earlier = plan.stands[:-1] if last.on == one.on else plan.stands
        plan = replace(plan, stands=(*earlier, Stand(one.on, edit(before, one))))
    return plan


def read_plan(file: Path, document: Mapping[str, Any], diary: Path | None = None) -> Plan:
    """Return the plan that `program.json` tells, with its diary: the file given, else the one beside it.

    Raises DataFileError for what is no plan, and where less stands in the diary than when the plan was written.
    """
    try:
        built = read_program({**document["built"], "basis": document["basis"]})
        stands = tuple(_read_stand(row, document["basis"]) for row in document["changed"])
    except UsageError as error:
        raise DataFileError(error.expected, f"{error.got} in {file}", error.do) from error
    except (KeyError, TypeError) as error:
        raise DataFileError("a program as kinechain plan writes it", f"{file} without {error}", "Make it anew.") from error
    wrong = (*faults(built), *(fault for one in stands for fault in laws_broken(one.program, one.on)))
    if wrong:
        got = f"{file}: {wrong[0].removesuffix('.')}"
        raise DataFileError("a program that keeps its own laws", got, "Change it with kinechain plan --change.")
    place = diary or file.with_name(DIARY)
    slots = {line.slot for program in (built, *(one.program for one in stands)) for line in program.prescriptions}
    told = read_diary(place, score, sorted(slots)) if diary is not None or place.exists() else Diary()
    needed = document.get("diary", {}).get("sessions", 0)
    if len(told.sessions) < needed:
        got = f"{len(told.sessions)} in {place}" if place.exists() else f"no {DIARY} beside {file}"
        raise DataFileError(f"the {needed} sessions that the program was fitted to", got, "Give the whole diary with --diary.")
    return Plan(built, stands, told, document.get("result"), place)


def plan_document(plan: Plan, compared: tuple[Retest, ...] = ()) -> dict[str, Any]:
    """Return a plan as `program.json` holds it: the program as it stands, and all from which that follows.

    `compared` is what a later result says against the one before it.
    """
    now = standing(plan)
    return {
        "schema": SCHEMA,
        "engine": {"kinechain": __version__},
        **program_rows(now.program),
        "built": _without_basis(plan.built),
        "changed": [{"on": one.on.isoformat(), **_without_basis(one.program)} for one in plan.stands],
        "diary": {name: len(getattr(plan.diary, name)) for name in ("sessions", "sittings", "scores")},
        "result": plan.result,
        "sessions": [verdict_row(verdict) for part in now.adapted for verdict in part.verdicts],
        "steps": [step_row(step) for part in now.adapted for step in part.steps],
        "loads": [load_row(load) for part in now.adapted for load in part.impulses],
        "retests": _retest_rows(compared),
        "sources": sorted({*sources_of(now.program), *sources_of(plan.built), *_later_sources(now, compared)}),
    }


def told_since(plan: Plan, program: Program, on: date, answers: Mapping[str, Any]) -> Plan:
    """Return a plan after answers to the questions about a session were written into its diary."""
    if plan.diary_file is None:
        raise UsageError("a program in a folder", "one that is not written yet", "Write it with -o first.")
    return replace(plan, diary=keep_sessions(plan.diary_file, program, plan.diary, on, answers))


def is_plan(document: Mapping[str, Any]) -> bool:
    """Tell whether a document is a plan; else it is a result."""
    return bool(document["schema"] == SCHEMA)


def known_of(result: Mapping[str, Any] | None) -> dict[str, Answer]:
    """Return what a result answers among the safety questions: the age, and how far measured hips turn inward."""
    if result is None or "person" not in result:
        return {}
    age = result["person"]["age"]
    turns = result.get("ranges", {}).get("hip_internal_rotation_range", {})
    known = {side: math.radians(row["value"]) for side, row in turns.items() if row["value"] is not None}
    return ({} if age is None else {"age": float(age)}) | hip_rotation_answers(known.get("left"), known.get("right"))


def same_person(result: Mapping[str, Any] | None, answers: Answers) -> None:
    """Raise UsageError where answers tell another age than the result does: they would be somebody else's."""
    age, told = known_of(result).get("age"), answers.get("age")
    if isinstance(age, float) and isinstance(told, float | int) and abs(age - told) > _BIRTHDAY:
        raise UsageError(f"answers of somebody of {age:g} years, as in the result", f"an age of {told:g}", "Mend one of the two.")


def read_source(path: Path) -> tuple[Path, dict[str, Any]]:
    """Return the file that is meant, a result or a plan, and what stands in it. Raises DataFileError where it is neither."""
    file = find_made(path)
    return file, read_made(file)


def _without_basis(program: Program) -> dict[str, Any]:
    return {name: value for name, value in program_rows(program).items() if name != "basis"}


def _read_stand(row: Mapping[str, Any], basis: Mapping[str, Any]) -> Stand:
    return Stand(from_plain(date, row["on"], Ways(), "changed.on"), read_program({**row, "basis": basis}))


def _retest_rows(compared: tuple[Retest, ...]) -> list[dict[str, Any]]:
    if not compared:
        return []
    from kinechain.app.retest import retest_rows  # brings what results are written with, which takes a second

    return retest_rows(compared)


def _later_sources(now: Standing, compared: tuple[Retest, ...]) -> Iterator[str]:
    """Yield what the judgement of sessions, steps and retests rests on."""
    for part in now.adapted:
        for because in (*(one for verdict in part.verdicts for one in verdict.because), *(step.because for step in part.steps)):
            yield from because.sources
    for retest in compared:
        yield from retest.because.sources


def _kept(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return of a result what a later one is compared with: its measures over the repetitions, and how they were taken."""
    films = [{name: clip[name] for name in ("sha256", "test") if name in clip} for clip in result["clips"]]
    return {name: result[name] for name in _KEPT} | {
        "clips": films,
        "measures": [row for row in result["measures"] if row["rep"] is None],
    }


def _between(diary: Diary, first: date, end: date) -> Diary:
    """Return the sessions that were told from a day on, before another."""
    return Diary(tuple(session for session in diary.sessions if first <= session.on < end))
