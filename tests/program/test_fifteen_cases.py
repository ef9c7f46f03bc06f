"""Do fifteen people get what a careful clinician would give them? Cases as written, each the whole way, each outcome with why."""

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from clinical_cases import CHECKS, Came, Must, fault, go, read_case
from kinechain.core.errors import UsageError
from kinechain.core.training import LOAD_CLASSES, Part
from kinechain.program.adapting import week_of
from kinechain.program.building import build
from kinechain.program.checks import faults, reasons_of
from kinechain.program.exercise_loads import highest_class
from kinechain.report.words import say

CASES = sorted((Path(__file__).parent / "cases").glob("*.toml"))
_NAMES = [file.stem for file in CASES]
#: A wrong outcome for every check, of a case that does not have it.
WRONG = (
    ("01", "no_program", {"whom": "doctor"}),
    ("10", "no_program", {"whom": "guardian"}),
    ("10", "no_program", {"whom": "emergency", "because": ["locked_knee"]}),
    ("10", "no_program", {"whom": "emergency", "urgency": "soon"}),
    ("11", "no_program", {"whom": "emergency", "may_test": True}),
    ("11", "asks_first", {"question": "fever_or_ill"}),
    ("15", "asks_first", {"question": "osteoarthritis_looked_at"}),
    ("11", "where_answered", {"answers": {"osteoarthritis_looked_at": "yes"}, "program": False}),
    ("11", "where_answered", {"answers": {"osteoarthritis_looked_at": "yes"}, "program": True, "also": "back_of_knee"}),
    ("07", "where_answered", {"answers": {"locked": "unknown"}, "program": False, "because": ["infection"]}),
    ("01", "looks_like", {"resembles": "elsewhere"}),
    ("01", "looks_like", {"resembles": "patellofemoral", "cluster": False}),
    ("07", "looks_like", {"resembles": "patellofemoral"}),
    ("01", "has_line", {"slot": "kicking"}),
    ("01", "has_line", {"slot": "running", "exercise": ["walk_run"]}),
    ("01", "has_line", {"slot": "knee", "side": "left"}),
    ("01", "has_line", {"slot": "ankle", "days": 3}),
    ("01", "has_no_line", {"slot": "limit_ankle_daily"}),
    ("01", "has_no_line", {"exercise": "easy_run"}),
    ("01", "line_for", {"link": "hip"}),
    ("14", "line_for", {"link": "ankle", "side": "left"}),
    ("01", "offers", {"what": "orthoses", "weeks": 6}),
    ("03", "offers", {"what": "orthoses", "weeks": 12}),
    ("03", "does_not_offer", {"what": "orthoses"}),
    ("01", "leaves_out", {"what": "brace", "reason": "because.too_heavy"}),
    ("01", "leaves_out", {"what": "walk"}),
    ("05", "tells", {"rule": "because.matching"}),
    ("02", "rests_on", {"slot": "limit_hip", "source": "e"}),
    ("05", "rests_on", {"slot": "limit_hip", "source": "n"}),
    ("04", "bends_at_most", {"degrees": 45}),
    ("04", "bends_at_most", {"degrees": 75, "because": "because.depth_unknown"}),
    ("13", "bends_at_least", {"slot": "knee", "degrees": 45}),
    ("01", "bends_at_least", {"slot": "walking", "degrees": 1}),
    ("04", "loads_at_most", {"most": "low", "weeks": [1, 2]}),
    ("13", "allows_later", {"load": "high", "week": 3}),
    ("12", "strength_lines", {"least": 4, "most": 4}),
    ("13", "for_the_knee", {"least": 4}),
    ("01", "runs_at_least", {"minutes": 300}),
    ("05", "runs_at_least", {"minutes": 1}),
    ("13", "after_good_weeks", {"weeks": 2, "slot": "knee", "exercise": ["deep_squat"]}),
    ("13", "after_good_weeks", {"weeks": 2, "slot": "knee", "bends": [60, 90]}),
    ("04", "after_good_weeks", {"weeks": 2, "slot": "knee", "most": "low"}),
    ("04", "trains_on", {"days": [0, 1, 3]}),
    ("01", "done_on", {"slot": "ankle", "week": 3, "days": 7}),
    ("14", "begins_in", {"slot": "running", "week": 1}),
    ("05", "reads", {"lesson": "sitting", "week": 3}),
    ("03", "nothing_matched", {}),
    ("12", "needs_nothing", {}),
    ("08", "ruled", {"on": date(2026, 12, 4), "ruling": "good"}),
    ("08", "ruled", {"on": date(2026, 12, 4), "ruling": "back", "because": "because_after.gave_way"}),
    ("08", "ruled", {"on": date(2026, 12, 5), "ruling": "good"}),
    ("08", "steps_back", {"on": date(2026, 12, 4), "lines": ["hip"]}),
    ("08", "steps_back", {"on": date(2026, 12, 4), "lines": [], "not_lines": ["knee"]}),
    ("08", "progresses", {"lines": ["hip"]}),
    ("09", "progresses", {"lines": ["knee"], "least": 30}),
    ("08", "never_steps", {"back": True}),
    ("09", "never_steps", {"forward": True}),
    ("09", "asks_again", {"again": True}),
)


@cache
def came(number: str) -> Came:
    """Return what came of the case of a number; each is gone once."""
    (file,) = [file for file in CASES if file.stem.startswith(number)]
    return go(read_case(file))


def of(file: Path) -> Came:
    return came(file.stem[:2])


def test_there_are_fifteen_and_each_says_who_what_and_why() -> None:
    assert [name[:2] for name in _NAMES] == [f"{number:02d}" for number in range(1, 16)]
    for file in CASES:
        case = read_case(file)
        assert len(case.story.split()) > 30, file.stem
        assert case.must, file.stem
        assert all(must.why.endswith((".", "?")) for must in case.must), file.stem


@pytest.mark.parametrize("file", CASES, ids=_NAMES)
def test_each_case_has_what_it_must(file: Path) -> None:
    told = [(must, fault(of(file), must)) for must in of(file).case.must]
    against = [f"{must.check} {dict(must.given)}: {wrong}. {must.why}" for must, wrong in told if wrong and not must.owed]
    assert not against, "\n".join(against)
    assert not [must.owed for must, wrong in told if must.owed and not wrong], "It is so now: take the word owed away."


@pytest.mark.parametrize(("number", "check", "given"), WRONG)
def test_a_wrong_outcome_is_found_out(number: str, check: str, given: dict[str, object]) -> None:
    assert fault(came(number), Must(check, given, ""))


def test_every_check_is_used_by_a_case_and_can_fail() -> None:
    assert {must.check for file in CASES for must in read_case(file).must} == set(CHECKS)
    assert {check for _, check, _ in WRONG} == set(CHECKS)


@pytest.mark.parametrize("file", CASES, ids=_NAMES)
def test_whoever_has_a_program_has_one_that_keeps_every_law_before_and_after_the_diary(file: Path) -> None:
    built = of(file).built
    if built is None:
        assert not of(file).outcome.program
        return
    assert faults(built) == ()
    last = max((one.on for one in of(file).after.verdicts), default=built.start)
    assert faults(of(file).after.program, week_of(built, last)) == ()
    assert build(built.basis, built.start) == built  # the same basis, the same program


@pytest.mark.parametrize(
    "file", [file for file in CASES if file.stem[:2] not in ("06", "07", "10", "11")], ids=lambda file: file.stem
)
def test_every_program_has_what_trials_had_begins_gently_and_gives_its_reasons(file: Path) -> None:
    program = of(file).program
    strength = [line.slot for line in program.of(Part.STRENGTH)]
    assert {"knee", "hip"} <= set(strength)
    assert 2 <= len(strength) <= 4
    assert program.weeks == 12
    assert all(LOAD_CLASSES.index(cap) <= LOAD_CLASSES.index("moderate") for cap in program.load_caps[:2])
    for line in program.of(Part.DAILY):
        assert highest_class(line.exercise, line.flexion_rad) in ("none", "low"), line.slot
    read = {one.code: one.week for one in program.lessons}
    assert read["what_it_is"] == read["load_and_pain"] == 1
    assert read["outlook"] <= 2
    vmo = next(one for one in program.left_out if one.what == "vmo")
    assert "e" in vmo.because.sources
    assert {one.weeks for one in program.offers} <= {4, 6}
    for because in reasons_of(program):
        assert say(because.reason, **because.parameters)


@pytest.mark.parametrize("number", ["08", "09"])
def test_one_thing_changes_in_a_part_of_the_program_after_a_session(number: str) -> None:
    found = came(number).after
    forward = Counter((step.on, step.before.part) for step in found.steps if step.forward)
    assert set(forward.values()) == {1}


def test_whose_other_leg_it_is_gets_the_same_on_the_other_side() -> None:
    case = came("14").case
    assert case.battery is not None
    typed = {"left": case.battery["typed"]["right"], "right": case.battery["typed"]["left"]}
    mirrored = go(replace(case, intake={**case.intake, "knee": "left"}, battery={**case.battery, "typed": typed}))
    other = {"left": "right", "right": "left", "both": "both"}
    own, others = came("14").program.prescriptions, mirrored.program.prescriptions
    assert {line.side for line in own} == {"both", "right"}
    for line, mirror in zip(own, others, strict=True):
        assert replace(line, side=other[line.side], because=mirror.because) == mirror


def test_a_case_that_names_a_question_that_is_none_is_refused() -> None:
    case = came("01").case
    with pytest.raises(UsageError, match="nonsense"):
        go(replace(case, safety={**case.safety, "nonsense": "yes"}))
