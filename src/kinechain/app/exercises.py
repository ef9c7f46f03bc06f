"""Which exercises are there, and how is each done? The catalogue found by code, as a document or as a page with pictures."""

import difflib
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.core.errors import UsageError
from kinechain.io.whole import place_for, write_whole
from kinechain.program.catalogue import catalogue
from kinechain.report.context import ReportContext
from kinechain.report.exercise_reading import exercise_document, read_exercise
from kinechain.report.words import say

_NAME = "exercises.html"


def find_exercises(asked: str | None) -> tuple[str, ...]:
    """Return the code of an exercise by its code or name, of None all. Raises UsageError, with the nearest one, if unknown."""
    known = tuple(catalogue())
    if asked is None:
        return known
    wanted = asked.strip().casefold()
    named = {say(f"exercise.{code}.name").casefold(): code for code in known}
    code = named.get(wanted, wanted.replace("-", "_").replace(" ", "_"))
    if code not in known:
        near = difflib.get_close_matches(code, known, n=1) or [
            named[name] for name in difflib.get_close_matches(wanted, list(named), n=1)
        ]
        names = ", ".join(near or known)
        raise UsageError(say("exercises.expected"), repr(asked), say("exercises.known", names=names))
    return (code,)


def write_exercises_page(codes: tuple[str, ...], destination: Path) -> Path:
    """Write exercises as a page into a file, or into a folder as `exercises.html`. Raises OutputError if it exists."""
    file = place_for(destination, _NAME)
    from kinechain.report.exercise_page import render_exercises  # brings all that pages need, which takes seconds

    write_whole(file, render_exercises(codes, ReportContext(__version__, made_on=date.today().isoformat(), rows=())))
    return file


def exercises_document(codes: tuple[str, ...]) -> dict[str, Any]:
    """Return exercises as plain values."""
    return {"schema": "kinechain.exercises/1", "exercises": [exercise_document(read_exercise(code)) for code in codes]}
