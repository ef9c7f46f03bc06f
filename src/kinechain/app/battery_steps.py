"""What is asked next, where nobody has a camera? Step after step; every answer goes to its place in `battery.toml`.

Answers are by the path of their place, `typed/left/stance_s`. None is an answer too: passed over, and not asked again.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kinechain.core.types import SIDES, Person
from kinechain.program.conditions import Answer
from kinechain.program.safety import ask_again, hip_rotation_answers, must_stop
from kinechain.screening.aims import AIMS
from kinechain.screening.typed import Note, TypedMeasure, noted_tests, notes, read_typed, typed_measures

#: Where the answers that are no measurements are kept.
ASKED = "asked"
#: Who or what some measures need.
TOOLS = ("clinician", "dynamometer")
#: Tests in which the knee carries the body, so that it may give way; the squat comes before the first of them.
_LOADED = ("squat", "single-leg-stance", "sit-to-stand", "heel-raise", "step-down", "single-leg-squat")
_NO_PAIN = 0.0
_BARE = re.compile(r"[+-]?\d+(\.\d+)?")
_STRAIGHT_TO_FULL = 170.0


@dataclass(frozen=True)
class Step:
    """One thing to ask: where its answer goes, the code of its words with their parameters, and which answers there are.

    `how` is the code of what to do first; `doing` tells that the test is being done, so that one word must end it.
    """

    path: str
    words: str
    kind: Literal["yes_no", "choice", "number", "text"]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    how: str = ""
    choices: tuple[str, ...] = ()
    group: str = ""
    low: float = 0.0
    high: float = 0.0
    check: Callable[[str], str] = str
    needed: bool = False
    doing: bool = False


def next_step(answers: Mapping[str, Any], filmed: Collection[str] = ()) -> Step | None:
    """Return the first step without an answer, None where nothing is left; `filmed` are tests of which there are films."""
    return next((step for step in _steps(answers, filmed) if step.path not in answers), None)


def flatten(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a `battery.toml` as answers by path, those passed over as None."""
    asked = dict(document.get(ASKED, {}))
    skipped = asked.pop("skipped", ())
    answers = dict(_paths({**document, ASKED: asked}, ""))
    return {_whole(path): value for path, value in answers.items()} | dict.fromkeys(skipped)


def unflatten(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return answers by path as the tables of a `battery.toml`; `flatten` takes them apart again."""
    document: dict[str, Any] = {}
    for path, value in answers.items():
        if value is not None:
            *tables, name = path.split("/")
            table = document
            for one in tables:
                table = table.setdefault(one, {})
            table[name] = int(value) if isinstance(value, float) and value.is_integer() else value
    skipped = [path for path, value in answers.items() if value is None]
    if skipped:
        document.setdefault(ASKED, {})["skipped"] = skipped
    return document


def stops(answers: Mapping[str, Any], before: Collection[str]) -> str | None:
    """Return what ends the tests of all that was told since `before`, `pain` or `gave_way`; None where nothing does."""
    new = {path: value for path, value in answers.items() if path not in before and value is not None}
    worst = max(_pains(new), default=None)
    gave_way = any(value == "yes" for path, value in new.items() if path.startswith(f"{ASKED}/gave_way/"))
    if not must_stop(worst, gave_way):
        return None
    return "gave_way" if gave_way else "pain"


def hip_rotation(answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Return what typed inward turns of the hips answer among the safety questions: a hip that hardly turns is a sign."""
    code = "hip_internal_rotation_range"
    told = {side: answers.get(f"typed/{side}/{code}") for side in SIDES}
    known = {side: read_typed(code, side, value, _person(answers)).value for side, value in told.items() if value is not None}
    return hip_rotation_answers(known.get("left"), known.get("right"))


def jumped(answers: Mapping[str, Any], before: Collection[str]) -> bool:
    """Tell whether pain jumped with what was told since `before`, so that the safety questions are due again."""
    new = _pains({path: value for path, value in answers.items() if path not in before})
    return bool(new) and ask_again(_pains(answers))


def _pains(answers: Mapping[str, Any]) -> list[float]:
    """Return all pains told, in the order in which they were felt."""
    return [
        float(value)
        for path, value in answers.items()
        if path.startswith("pain/") and path.endswith("/value") and value is not None
    ]


def _steps(answers: Mapping[str, Any], filmed: Collection[str]) -> Iterator[Step]:
    """Yield all steps in order, as far as the answers so far tell which they are."""
    yield Step("person/age", "battery.age", "number", low=5.0, high=110.0)
    yield Step("person/height_cm", "battery.height_cm", "number", low=90.0, high=240.0, needed=True)
    yield Step("person/mass_kg", "battery.mass_kg", "number", low=20.0, high=300.0, needed=True)
    yield Step("person/sex", "battery.sex", "choice", choices=("f", "m"), group="typed_choice")
    yield Step("aim/squat", "battery.aim", "choice", choices=AIMS, group="aim")
    for tool in TOOLS:
        yield Step(f"{ASKED}/{tool}", f"battery.tool_{tool}", "yes_no")
    for test in _tests(filmed):
        yield from _test_steps(test, answers, test in filmed)


def _tests(filmed: Collection[str]) -> tuple[str, ...]:
    """Return the tests in the order in which they are done: lying and standing ones before those that load the knee."""
    typed = noted_tests()
    calm = [test for test in typed if test not in _LOADED]
    loaded = [test for test in _LOADED if test in typed or test in filmed or test == "squat"]
    return (*(test for test in calm if test != "strength"), *loaded, "strength")


def _test_steps(test: str, answers: Mapping[str, Any], filmed: bool) -> Iterator[Step]:
    measures = [one for one in typed_measures().values() if one.test == test and _has(answers, one.needs)]
    for measure in measures:
        yield from (_value_step(measure, side, answers) for side in measure.sides)
    typed = [one for one in measures if any(answers.get(_place(one, side)) is not None for side in one.sides)]
    for name in dict.fromkeys(note for measure in typed for note in measure.notes):
        yield _note_step(test, notes()[name])
    if typed or filmed or test == "squat":
        yield from _pain_steps(test, answers)


def _has(answers: Mapping[str, Any], needs: str) -> bool:
    return not needs or answers.get(f"{ASKED}/{needs}") == "yes"


def _value_step(measure: TypedMeasure, side: str, answers: Mapping[str, Any]) -> Step:
    person = _person(answers)

    def check(told: str) -> str:
        told = told.replace(",", ".")  # 9,5 is how half of Europe writes it
        value = f"{told} {measure.unit}" if _BARE.fullmatch(told) and measure.unit not in ("1", "yes") else told
        read_typed(measure.code, side, value, person)
        return value

    return Step(
        path=_place(measure, side),
        words="battery.value" if measure.each_leg else "battery.value_whole",
        kind="text",
        parameters={"name": measure.code, "side": side, "unit": measure.unit},
        how=f"typed_how.{measure.code}" if side == measure.sides[0] else "",
        check=check,
        doing=True,
    )


def _person(answers: Mapping[str, Any]) -> Person:
    return Person(answers["person/height_cm"] / 100.0, float(answers["person/mass_kg"]))


def _place(measure: TypedMeasure, side: str) -> str:
    return f"typed/{side}/{measure.code}" if measure.each_leg else f"typed/{measure.code}"


def _note_step(test: str, note: Note) -> Step:
    path, parameters = f"protocol/{test}/{note.name}", {"note": note.name}
    if note.choices:
        return Step(path, "battery.note", "choice", parameters, choices=note.choices, group="typed_choice")
    return Step(path, "battery.note", "number", parameters, low=note.low, high=note.high)


def _pain_steps(test: str, answers: Mapping[str, Any]) -> Iterator[Step]:
    how = "typed_how.squat" if test == "squat" else ""
    for side in SIDES:
        place, parameters = f"pain/{test}/{side}", {"side": side, "test": test}
        yield Step(f"{place}/value", "battery.pain", "number", parameters, how, high=10.0, doing=True)
        how = ""
        if (answers.get(f"{place}/value") or _NO_PAIN) > _NO_PAIN:
            yield Step(f"{place}/at_knee_flexion_deg", "battery.pain_angle", "number", parameters, high=_STRAIGHT_TO_FULL)
    if test in _LOADED:
        yield Step(f"{ASKED}/gave_way/{test}", "battery.gave_way", "yes_no", doing=True)


def _paths(table: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _paths(value, f"{above}{name}/")
        else:
            yield f"{above}{name}", value


def _whole(path: str) -> str:
    """Return the path of a pain that was written short, `left = 3` under [pain.squat], as the path of its value."""
    return f"{path}/value" if path.startswith("pain/") and path.count("/") == 2 else path
