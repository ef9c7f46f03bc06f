"""A program written and read back is the same program; what is wrong in it is named; the shipped schema fits."""

import json
import math
from dataclasses import replace
from datetime import date
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinechain.app.plain import Ways, from_plain, to_plain
from kinechain.app.program_rows import program_rows, read_program, sources_of
from kinechain.core.errors import UsageError
from kinechain.core.training import Basis, Because, Dose, Edit, Intake, Part, Prescription, Program, Session
from kinechain.io.program import program_schema
from kinechain.program.building import build
from kinechain.program.catalogue import catalogue
from made_screening import made_screening

MONDAY = date(2026, 1, 5)


def made_program(**changes: Any) -> Program:
    """The program of somebody with a stiff left ankle who runs, with an edit of every kind of value."""
    screening = made_screening()
    told = Intake(
        "left", ("behind_kneecap",), 30.0, ("squat",), 3.0, 6.0, ("running",), (0, 2, 4), ("chair", "band"), {"squat": True}
    )
    basis = Basis(told, screening.person, screening.aim, screening.findings, screening.limits, screening.pains)
    edit = Edit(date(2026, 1, 9), "P. Physio", "He stands all day", "change", "knee", {"sets": 2, "weeks": (1, 3), "side": "left"})
    return replace(build(basis, MONDAY), edits=(edit,), **changes)


def through_json(rows: dict[str, Any]) -> Any:
    return json.loads(json.dumps(rows, allow_nan=False))


def test_a_program_read_back_is_the_program() -> None:
    program = made_program()
    back = read_program(through_json(program_rows(program)))
    for name in ("start", "weeks", "days", "prescriptions", "lessons", "offers", "left_out", "rules", "load_caps", "edits"):
        assert getattr(back, name) == getattr(program, name), name
    assert back.flexion_cap_rad == pytest.approx(program.flexion_cap_rad, abs=1e-6)
    assert back.basis.intake == program.basis.intake
    assert back.basis.pains == program.basis.pains
    assert back.basis.limits == program.basis.limits
    assert [one.code for one in back.basis.findings] == [one.code for one in program.basis.findings]


def test_written_read_and_written_again_is_the_same_to_the_byte() -> None:
    once = json.dumps(program_rows(made_program()))
    assert json.dumps(program_rows(read_program(json.loads(once)))) == once


def test_the_same_findings_make_the_same_program_after_they_were_stored() -> None:
    program = made_program()
    stored = read_program(through_json(program_rows(program))).basis
    assert program_rows(build(stored, MONDAY)) == program_rows(build(program.basis, MONDAY))


def test_a_line_is_told_in_words_and_every_reason_says_whether_it_is_assumed() -> None:
    rows = program_rows(made_program())
    knee = next(row for row in rows["prescriptions"] if row["slot"] == "knee")
    assert knee["name"] == "Small squat with hand support"
    assert knee["words"] == "2 sets of 8; knee bent up to 45°"
    reasons = [row["because"] for row in (*rows["prescriptions"], *rows["left_out"], *rows["offers"], *rows["lessons"])]
    assert all(one["message"] and one["assumed"] == (not one["sources"]) for one in reasons)
    assert {one["because"]["by_judgement"] for one in rows["prescriptions"] if one["link"]} == {True}


def test_rows_keep_to_their_part_of_the_schema() -> None:
    schema = program_schema()
    part = {"$defs": schema["$defs"], "$ref": "#/$defs/program"}
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(part).validate(program_rows(made_program()))
    jsonschema.Draft202012Validator(part).validate(program_rows(build(Basis(Intake()), MONDAY)))


def test_what_a_program_rests_on_is_named_once_and_in_order() -> None:
    keys = sources_of(made_program())
    assert keys == sorted(set(keys))
    assert {"e", "dose.depth_margin", "knee-to-wall.hoch-2011"} <= set(keys)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("start",), "soon", "a date such as 2026-01-05 as start, got 'soon'"),
        (("start",), 20260105, "a date such as 2026-01-05 as start"),
        (("weeks",), "12", "a whole number as weeks, got '12'"),
        (("weeks",), True, "a whole number as weeks, got True"),
        (("days",), 3, "a list as days, got 3"),
        (("prescriptions", 0, "part"), "nightly", "one of strength, daily, activity as prescriptions[0].part, got 'nightly'"),
        (("prescriptions", 0, "dose"), [3, 10], "a table as prescriptions[0].dose"),
        (("prescriptions", 0, "flexion_deg"), [0.0], "2 values as prescriptions[0].flexion_deg"),
        (("prescriptions", 0, "locked"), 1, "true or false as prescriptions[0].locked, got 1"),
        (("rules", 0, "sources"), "e", "a list as rules[0].sources"),
        (("usual_pain",), "3", "a number as usual_pain, got '3'"),
        (("basis", "intake", "side"), "middle", "a painful knee left, right or both"),
        (("basis", "findings", 0), {"code": "x"}, "basis.findings[0] as kinechain writes it"),
        (("basis", "person", "height_cm"), 20, "a height between 90 and 240 cm"),
    ],
)
def test_what_is_wrong_is_named_in_one_sentence(path: tuple[Any, ...], value: Any, said: str) -> None:
    rows = through_json(program_rows(made_program()))
    place = rows
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(UsageError) as caught:
        read_program(rows)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_what_is_lacking_is_named_and_what_is_new_is_passed_over() -> None:
    rows = through_json(program_rows(made_program()))
    del rows["prescriptions"][0]["slot"]
    with pytest.raises(UsageError, match=r"Expected prescriptions\[0\]\.slot, got none"):
        read_program(rows)
    rows["prescriptions"][0] |= {"slot": "knee", "mood": "a field of a later kinechain"}
    assert read_program(rows).line("knee") is not None


# --- laws ---

CODES = sorted(catalogue())
TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1e3, 1e3) | TEXT
LINES = st.fixed_dictionaries(
    {
        "slot": TEXT,
        "exercise": st.sampled_from(CODES),
        "side": st.sampled_from(("left", "right", "both")),
        "part": st.sampled_from(Part),
        "dose": st.tuples(
            st.integers(1, 4), st.integers(1, 20), st.integers(1, 7), st.floats(0.0, 900.0), st.none() | st.integers(0, 10)
        ),
        "flexion_deg": st.none() | st.tuples(st.floats(0.0, 60.0), st.floats(60.0, 130.0)),
        "weeks": st.tuples(st.integers(1, 6), st.integers(6, 12)),
        "link": st.sampled_from(("", "ankle")),
        "locked": st.booleans(),
        "parameters": st.dictionaries(TEXT, PLAIN | st.lists(PLAIN, max_size=3), max_size=3),
        "sources": st.lists(TEXT, max_size=3),
    }
)


def line_of(told: dict[str, Any]) -> Prescription:
    """Put a line together, its angles to the four decimals of a degree that a file holds."""
    parameters = {name: tuple(one) if isinstance(one, list) else one for name, one in told["parameters"].items()}
    flexion = told["flexion_deg"] and tuple(math.radians(round(one, 4)) for one in told["flexion_deg"])
    because = Because("because.core_squat", parameters, tuple(told["sources"]))
    names = ("slot", "exercise", "side", "part", "weeks", "link", "locked")
    return Prescription(**{name: told[name] for name in names}, dose=Dose(*told["dose"]), because=because, flexion_rad=flexion)


BASE = made_program()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(LINES, max_size=4), st.none() | st.floats(0.0, 10.0), st.dates())
def test_any_program_comes_back_the_same(told: list[dict[str, Any]], usual: float | None, start: date) -> None:
    program = replace(BASE, prescriptions=tuple(line_of(one) for one in told), usual_pain=usual, start=start)
    back = read_program(through_json(program_rows(program)))
    assert back.prescriptions == program.prescriptions
    assert (back.usual_pain, back.start) == (usual, start)
    assert json.dumps(program_rows(back)) == json.dumps(program_rows(program))


def test_plain_values_know_degrees_dates_and_what_is_missing() -> None:
    session = Session(MONDAY, pain_before=2.0)
    rows = to_plain(session, Ways())
    assert rows["on"] == "2026-01-05"
    assert rows["pain_next_morning"] is None
    assert from_plain(Session, rows, Ways(), "") == session
    assert to_plain(Intake(pain_free_flexion_rad=math.radians(50.0)), Ways())["pain_free_flexion_deg"] == 50.0
