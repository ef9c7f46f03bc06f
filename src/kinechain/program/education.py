"""What does a person read, and when? Short modules from a data file, those that matter most to them first."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kinechain.core.training import Because, Lesson
from kinechain.evidence.rows import build, parse
from kinechain.program.facts import Fact

_FILE = "education.toml"


@dataclass(frozen=True)
class Module:
    """A module: its week, what its words rest on, and the fact that moves it to the first week."""

    code: str
    week: int
    sources: tuple[str, ...]
    sooner: str = ""


@cache
def modules() -> tuple[Module, ...]:
    """Return the shipped modules in their order."""
    text = (files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8")
    return tuple(build(Module, table, f"module {code} of {_FILE}", code=code) for code, table in parse(text, _FILE).items())


def lessons(facts: Mapping[str, Fact]) -> tuple[Lesson, ...]:
    """Return what somebody of whom these facts hold reads, in the order of weeks.

    >>> [lesson.code for lesson in lessons({})][:2]
    ['what_it_is', 'load_and_pain']
    """
    read = [
        Lesson(
            one.code,
            1 if one.sooner in facts else one.week,
            Because("because.lesson_sooner" if one.sooner in facts else "because.lesson", {}, one.sources),
        )
        for one in modules()
    ]
    return tuple(sorted(read, key=lambda lesson: lesson.week))
