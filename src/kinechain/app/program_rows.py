"""How does a program read in `program.json`? Degrees and dates, words beside every code; and how does it come back?

`kinechain.program/1`; its shape is `io/schema/program-1.schema.json`.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from kinechain.app.plain import Ways, degrees, from_plain, to_plain
from kinechain.app.row_readers import read_finding, read_limit, read_pain, read_person
from kinechain.app.screening_rows import finding_row, limit_row, pain_rows, person_row, ranged
from kinechain.core.training import Because, Edit, Lesson, Offer, Prescription, Program
from kinechain.core.types import Finding, Limit, Pain, Person
from kinechain.program.adapting import Impulse, Step
from kinechain.program.checks import reasons_of
from kinechain.program.pain_rule import Verdict
from kinechain.report.plan_reading import depth_words, dose_words, exercise_name
from kinechain.report.words import say

#: What a clinician's change of the knee's bend is called in the library and in the file.
_BEND, _BEND_DEG = "flexion_rad", "flexion_deg"


def program_rows(program: Program) -> dict[str, Any]:
    """Return a program as plain values; `read_program` gives it back."""
    rows: dict[str, Any] = to_plain(program, _WAYS)
    return rows


def read_program(rows: Mapping[str, Any]) -> Program:
    """Return the program that rows tell. Raises UsageError for what is lacking or makes no sense."""
    return from_plain(Program, dict(rows), _WAYS, "")


def verdict_row(verdict: Verdict) -> dict[str, Any]:
    """Return what was found for one session."""
    row: dict[str, Any] = to_plain(verdict, _WAYS)
    return row


def step_row(step: Step) -> dict[str, Any]:
    """Return one step of one line."""
    row: dict[str, Any] = to_plain(step, _WAYS)
    return row


def load_row(load: Impulse) -> dict[str, Any]:
    """Return what one kneecap bore in one line of a session, set by set, in body weights times seconds; None where not known."""
    sets = [ranged(one) for one in load.sets]
    return {
        "on": load.on.isoformat(),
        "week": load.week,
        "slot": load.slot,
        "sets": sets,
        "whole": ranged(load.whole),
        "unit": "BW*s",
    }


def sources_of(program: Program) -> list[str]:
    """Return the keys of all that a program rests on, in the order of the alphabet."""
    return sorted(set(_keys(program)))


def _keys(program: Program) -> Iterator[str]:
    for because in reasons_of(program):
        yield from because.sources
    for finding in program.basis.findings:
        yield from (*finding.sources, *((finding.norm,) if finding.norm else ()))
    for limit in program.basis.limits:
        yield from limit.sources


def _why(because: Because) -> dict[str, Any]:
    return {"message": say(because.reason, **because.parameters), "assumed": not because.sources}


def _line(line: Prescription) -> dict[str, Any]:
    return {
        "name": exercise_name(line.exercise),
        "words": "; ".join(part for part in (dose_words(line), depth_words(line)) if part),
    }


def _edit(edit: Edit) -> dict[str, Any]:
    """Return an edit; how far the knee bends is in degrees there too."""
    rows: dict[str, Any] = to_plain(edit, Ways())
    bend = edit.changes.get(_BEND)
    changes = {name: value for name, value in rows["changes"].items() if name != _BEND}
    return rows | {"changes": changes if bend is None else changes | {_BEND_DEG: [degrees(one) for one in bend]}}


def _read_edit(row: Any) -> Edit:
    edit = from_plain(Edit, row, Ways(), "edit")
    changes = dict(edit.changes)
    bend = changes.pop(_BEND_DEG, None)
    return replace(edit, changes=changes if bend is None else changes | {_BEND: tuple(math.radians(one) for one in bend)})


_WAYS = Ways(
    write={Finding: finding_row, Limit: limit_row, Pain: lambda pain: pain_rows((pain,))[0], Person: person_row, Edit: _edit},
    read={Finding: read_finding, Limit: read_limit, Pain: read_pain, Person: read_person, Edit: _read_edit},
    beside={
        Because: _why,
        Prescription: _line,
        Lesson: lambda lesson: {"name": say(f"lesson.{lesson.code}.name")},
        Offer: lambda offer: {"name": say(f"offer.{offer.code}", weeks=offer.weeks)},
    },
)
