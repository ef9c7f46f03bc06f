"""Does a program read as it was built: every line with its dose, every reason with what it rests on, the same page every time?"""

import math
from dataclasses import replace
from datetime import date

import pytest

from kinechain.core.training import Basis, Because, Dose, Edit, Intake, Part, Prescription, Program
from kinechain.evidence import constant
from kinechain.program.building import build
from kinechain.program.checks import reasons_of
from kinechain.report.context import ReportContext
from kinechain.report.plan_page import render_plan
from kinechain.report.plan_reading import dose_words, read_plan
from kinechain.report.plan_text import marks, plan_lines
from kinechain.report.reasons import read_reason, references
from page_reader import Reader

START = date(2026, 11, 23)
RUNNER = Intake(
    side="left",
    triggers=("squat", "sitting", "running"),
    usual_pain=2.0,
    worst_pain=4.0,
    goals=("running", "jumping"),
    equipment=("chair", "band"),
    sits_hours=8.0,
    runs_km_a_week=20.0,
)


@pytest.fixture(scope="module", params=[Intake(), RUNNER], ids=["nothing told", "runner"])
def program(request: pytest.FixtureRequest) -> Program:
    return build(Basis(request.param), START)


@pytest.fixture(scope="module")
def page(program: Program) -> Reader:
    reader = Reader()
    reader.feed(render_plan(program, ReportContext("0.0.0", "2026-11-23", rows=())))
    assert reader.open == []
    return reader


def line(exercise: str, dose: Dose, side: str = "both") -> Prescription:
    return Prescription("knee", exercise, side, Part.STRENGTH, dose, Because("because.core_squat"))


@pytest.mark.parametrize(
    ("prescription", "words"),
    [
        (line("squat", Dose(3, 12, 3)), "3 sets of 12"),
        (line("squat", Dose(1, 12, 3)), "1 set of 12"),
        (line("split_squat", Dose(2, 8, 3)), "2 sets of 8 on each side"),
        (line("split_squat", Dose(2, 8, 3), "left"), "2 sets of 8 on the left"),
        (line("calf_stretch", Dose(3, 1, 3, 30.0)), "3 times 30 s on each side"),
        (line("standing_short_foot", Dose(2, 10, 3, 5.0)), "2 sets of 10, 5 s each"),
        (line("walk", Dose(1, 1, 3, 600.0)), "10 min"),
    ],
)
def test_a_dose_reads_as_somebody_would_say_it(prescription: Prescription, words: str) -> None:
    assert dose_words(prescription) == words


def test_every_reason_leads_to_a_source_or_is_told_to_be_assumed(program: Program) -> None:
    known = references(reasons_of(program))
    for because in reasons_of(program):
        reason = read_reason(because, known)
        assert reason.sentence.endswith("."), because.reason
        assert reason.references or reason.assumed, because.reason
        assert marks(reason), because.reason


def test_a_reason_that_rests_on_assumed_rows_alone_is_assumed() -> None:
    assumed, read = "sitting.break_after", "sitting.onset_low"
    assert constant(assumed).kind == "assumed"
    alone, both = (Because("because.depth_unknown", {"depth_deg": 45.0}, keys) for keys in ((assumed,), (assumed, read)))
    known = references((alone, both))
    assert [one.number for one in known.values()] == [1, 2]
    assert read_reason(alone, known).assumed
    assert not read_reason(both, known).assumed
    with pytest.raises(KeyError):
        references((Because("because.depth_unknown", {}, ("nobody.knows",)),))


def test_the_page_holds_every_line_with_its_picture_and_no_script(program: Program, page: Reader) -> None:
    assert not page.all("script")
    plan = read_plan(program)
    lines = [one for part in plan.parts for one in part.lines]
    assert len(lines) == len(program.prescriptions)
    for one in lines:
        assert one.name in page.text
        assert one.dose in page.text
        assert one.reason.sentence in page.text
    assert len(page.all("figure")) == len(lines)
    for lesson in plan.lessons:
        assert lesson.text in page.text
    for support in (*plan.offers, *plan.left_out):
        assert support.name in page.text


def test_each_number_on_the_page_leads_to_its_row(program: Program, page: Reader) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [str(attributes["href"]) for _, attributes in page.all("a") if str(attributes.get("class")) == "ref"]
    assert links
    assert {link.removeprefix("#") for link in links} <= set(ids)
    for number, reference in enumerate(read_plan(program).references, start=1):
        assert reference.number == number
        assert f"source-{number}" in ids
        assert reference.says.strip()


def test_the_same_program_is_the_same_page_to_the_byte(program: Program) -> None:
    context = ReportContext("0.0.0", "2026-11-23", rows=())
    again = build(program.basis, program.start)
    assert render_plan(program, context) == render_plan(again, context)
    assert [str(one) for one in plan_lines(program)] == [str(one) for one in plan_lines(again)]


def test_what_a_clinician_did_is_told_in_their_own_words(program: Program) -> None:
    edit = Edit(date(2026, 12, 1), "Dr Roe", "Swells after squats.", "change", "knee", {"sets": 1})
    edited = replace(program, edits=(edit,), signed_by="Dr Roe")
    text = " ".join(str(one) for one in plan_lines(edited))
    assert "1 December 2026, Dr Roe: knee changed: 1 set" in text
    assert "Swells after squats." in text
    assert "Signed by Dr Roe." in text


def test_news_stand_above_the_program(program: Program) -> None:
    page = render_plan(program, ReportContext("0.0.0", rows=()), ("One more repetition of the squat.",))
    assert page.index("One more repetition of the squat.") < page.index('id="part-strength"')


def test_depth_and_kneecap_load_are_told_where_the_knee_carries_something(program: Program) -> None:
    knee = next(one for part in read_plan(program).parts for one in part.lines if one.line.slot == "knee")
    assert knee.line.flexion_rad is not None
    assert knee.depth == f"knee bent up to {math.degrees(knee.line.flexion_rad[1]):.0f}°"
    assert knee.kneecap == "low load on the kneecap"
