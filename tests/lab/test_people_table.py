"""Beside studies of people: how model and study are judged, by hand on made loads; and, in a long run, the real thing."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kinechain.app.compile_model import load_model
from kinechain.app.loads import LoadsRequest, compute_loads
from kinechain.core.types import Loads, Person
from kinechain.evidence import constant
from kinechain.io.opensim_tables import format_sto
from kinechain.loads.posture import SagittalPosture, take_posture
from kinechain.loads.uncertainty import Chance
from kinechain.pose.blazepose import BlazePose
from lab.people import Shown, find_squats, work_out
from lab.people_readings import (
    VASTI,
    Agreement,
    Near,
    Span,
    judge,
    judge_kneecap,
    judge_shin,
    quadriceps_arm_mm,
    read_near,
    read_on_the_way_down,
    read_peak,
    read_standing,
    span_of,
)
from lab.people_table import BEGIN, END, people_part, says_the_same, write_part
from made_loads import SCATTER, made_loads, quadriceps_arm
from paper_squat import MASS_KG, G, moments_on_paper

BODY_WEIGHT = MASS_KG * constant("body.gravity").value


def shown(loads: Loads) -> Shown:
    return Shown("made", loads, "left", find_squats(loads, "left"))


def unexplained(loads: Loads, from_deg: float) -> Loads:
    """The loads with every frame marked not explained in which the left knee is bent further."""
    bent = np.rad2deg(loads.values("angle", "left", "knee_angle")) > from_deg
    explained = loads.dataset["explained"] & ~bent[:, None]
    return replace(loads, dataset=loads.dataset.assign(explained=explained))


# --- How two spans are judged ---


@pytest.mark.parametrize(
    ("model", "study", "explained", "agreement"),
    [
        ((5.1, 3.2, 7.9), (2.5, 2.0, 3.3), True, Agreement.MEETS),  # they overlap by a tenth
        ((5.1, 3.2, 7.9), (2.5, 2.5, 2.5), True, Agreement.DIFFERS),  # too high
        ((1.0, 0.8, 1.2), (2.5, 2.0, 3.0), True, Agreement.DIFFERS),  # too low
        ((2.5, 2.5, 2.5), (2.5, 2.5, 2.5), True, Agreement.MEETS),
        ((5.1, 3.2, 7.9), (2.5, 2.0, 3.3), False, Agreement.NOT_EXPLAINED),  # whatever the numbers
        ((5.1, np.nan, 7.9), (2.5, 2.0, 3.3), True, Agreement.CANNOT_JUDGE),
    ],
)
def test_two_spans_meet_where_they_overlap(
    model: tuple[float, ...], study: tuple[float, ...], explained: bool, agreement: Agreement
) -> None:
    assert judge(Span(*model), Span(*study), explained) is agreement


def test_a_study_with_a_spread_spans_nine_people_of_ten_and_one_without_its_mean() -> None:
    deep = span_of(constant("people.tibiofemoral_deep_squat"))
    assert (deep.value, deep.low, deep.high) == pytest.approx((2.6, 2.6 - 1.645 * 0.39, 2.6 + 1.645 * 0.39), abs=1e-3)
    assert span_of(constant("people.tibiofemoral_knee_bend")) == Span(2.53, 2.53, 2.53)


def test_the_kneecap_is_judged_by_interval_and_methods_together() -> None:
    near = Near(10, 10, 0.7, 0.3, Span(6.0, 5.5, 8.0), Span(6.0, 4.9, 6.0), Span(5.0, 4.0, 6.0), 4.5)
    assert judge_kneecap(near) is Agreement.MEETS  # the methods reach below 5
    assert judge_kneecap(replace(near, methods=Span(6.0, 5.6, 6.0))) is Agreement.DIFFERS
    assert judge_kneecap(replace(near, explained=0)) is Agreement.NOT_EXPLAINED


# --- What is read from loads ---


def test_what_is_read_near_80_to_90_degrees_is_the_median_of_the_frames_that_muscles_explain() -> None:
    loads = made_loads(95.0)
    near = read_near(shown(loads))
    assert near is not None
    bends = np.deg2rad(np.rad2deg(loads.values("angle", "left", "knee_angle")))
    inside = bends[(bends >= np.deg2rad(80.0)) & (bends <= np.deg2rad(90.0))]
    assert (near.frames, near.explained) == (inside.size, inside.size)
    moment = moments_on_paper(inside, 0.5 * MASS_KG * G)["knee_angle"]
    assert near.moment == pytest.approx(np.median(moment) / MASS_KG)
    pull = moment / quadriceps_arm(inside)
    assert near.quadriceps == pytest.approx(np.median(pull) / BODY_WEIGHT)
    assert near.kneecap.value == pytest.approx(np.median((0.5 + 0.4 * inside) * pull) / BODY_WEIGHT)
    assert near.methods.high == pytest.approx(1.4 * near.kneecap.value)
    assert near.shin.high == pytest.approx((1.0 + 1.645 * SCATTER) * near.shin.value, rel=0.02)
    some = read_near(shown(unexplained(loads, 85.0)))
    assert some is not None
    assert 0 < some.explained < some.frames == near.frames
    assert some.moment < near.moment
    none = read_near(shown(unexplained(loads, 70.0)))
    assert none is not None
    assert (none.explained, none.moment) == (0, near.moment)
    assert judge_kneecap(none) is Agreement.NOT_EXPLAINED
    assert read_near(shown(made_loads(70.0))) is None


def test_the_peak_is_that_of_frames_that_muscles_explain() -> None:
    loads = made_loads(95.0)
    peak, lower = read_peak(shown(loads)), read_peak(shown(unexplained(loads, 85.0)))
    assert peak is not None
    assert lower is not None
    assert peak.degrees == pytest.approx(95.0, abs=0.5)
    assert 80.0 <= lower.degrees <= 85.0
    assert lower.force.value < peak.force.value
    assert read_peak(shown(unexplained(loads, 79.0))) is None
    assert judge_shin(None) is Agreement.NOT_EXPLAINED
    assert judge_shin(peak) is judge(peak.force, Span(2.53, 2.53, 2.53), True)


def test_a_leg_that_stands_bears_what_the_formula_says() -> None:
    loads = made_loads(95.0)
    standing = read_standing(shown(loads))
    assert standing is not None
    assert standing.value == pytest.approx(0.5 * MASS_KG * G / BODY_WEIGHT + 0.8 * 150.0 / BODY_WEIGHT, rel=1e-3)
    assert read_standing(shown(unexplained(loads, 0.0))) is None


def test_squats_of_a_motion_are_found_from_straight_to_deepest() -> None:
    loads = made_loads(95.0, repetitions=3)
    degrees = np.rad2deg(loads.values("angle", "left", "knee_angle"))
    squats = find_squats(loads, "left")
    assert len(squats) == 3
    for start, deepest in squats:
        assert degrees[start] == pytest.approx(5.0, abs=0.5)
        assert degrees[deepest] == pytest.approx(95.0, abs=0.5)


def test_a_curve_on_the_way_down_is_read_at_the_bend_itself() -> None:
    movement = shown(made_loads(95.0))
    degrees = np.rad2deg(movement.loads.values("angle", "left", "knee_angle"))
    read = read_on_the_way_down(movement, degrees, (20.0, 50.0, 80.0, 100.0))
    assert [value for value, _ in read[:3]] == pytest.approx([20.0, 50.0, 80.0])
    assert np.isnan(read[3][0])
    assert [fine for _, fine in read] == [True, True, True, False]
    marked = read_on_the_way_down(shown(unexplained(movement.loads, 60.0)), degrees, (50.0, 80.0))
    assert [fine for _, fine in marked] == [True, False]


def test_the_generic_legs_arm_lies_between_those_of_its_heads() -> None:
    model = load_model()
    each = [quadriceps_arm_mm(model, 50.0, (head,)) for head in ("recfem", *VASTI)]
    assert min(each) < quadriceps_arm_mm(model, 50.0) < max(each)
    assert quadriceps_arm_mm(model, 10.0) > quadriceps_arm_mm(model, 50.0) > quadriceps_arm_mm(model, 85.0) > 15.0


# --- The page ---


def test_the_part_is_put_between_its_marks_and_found_again(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Head\n\n{BEGIN}\nstale words\n{END}\n\ntail\n", encoding="utf-8")
    part = people_part([shown(made_loads(95.0))], load_model())
    write_part(page, part)
    text = page.read_text(encoding="utf-8")
    assert (text.startswith(f"# Head\n\n{BEGIN}\n\n"), text.endswith(f"\n{END}\n\ntail\n"), "stale" in text) == (True, True, False)
    assert "| Kutzner 2010, 5 people with a knee implant that measures | 2.53 BW | made: " in text
    assert says_the_same(text, part)
    write_part(page, part)
    assert page.read_text(encoding="utf-8") == text
    assert not says_the_same(text, [line.replace("meets", "does not meet") for line in part])
    assert not says_the_same(text, [line.replace("made: ", "made: 1") for line in part])
    with pytest.raises(ValueError, match="Put them there"):
        says_the_same("no marks", part)


def test_figures_may_differ_by_what_another_processor_rounds_and_no_more() -> None:
    page = f"{BEGIN}\n{END}\n".replace(f"\n{END}", f"\n\n12 of 19, 5.1 BW, 0.35\n\n{END}")
    assert says_the_same(page, ["13 of 18, 5.2 BW, 0.37"])
    assert not says_the_same(page, ["15 of 19, 5.1 BW, 0.35"])
    assert not says_the_same(page, ["12 of 19, 5.5 BW, 0.35"])
    assert not says_the_same(page, ["12 of 19, 5.1 BW, 0.40"])


# --- The real thing ---


def test_the_vasti_work_harder_the_deeper_a_plain_squat_is(tmp_path: Path) -> None:
    """Four slow seconds down and up to 110 degrees, the shank leaning by a third of the knee's bend, the trunk by two fifths."""
    time_s = np.arange(0.0, 6.0, 1.0 / 30.0)
    knee = np.deg2rad(8.0 + 102.0 * np.sin(0.5 * np.pi * np.clip(time_s - 1.0, 0.0, 4.0) / 2.0) ** 2)
    model = load_model()
    motion = take_posture(model, SagittalPosture(time_s, knee, 0.33 * knee, 0.4 * knee, np.zeros_like(knee)))
    columns = dict(zip(motion.names, motion.values.T, strict=True))
    path = tmp_path / "squat.mot"
    path.write_text(format_sto("squat", time_s, columns), encoding="utf-8")
    loads = compute_loads(LoadsRequest(path, Person(1.75, 70.0), chance=Chance(20))).loads
    movement = Shown("plain", loads, "right", find_squats(loads, "right"))
    assert len(movement.squats) == 1
    for head in VASTI:
        read = read_on_the_way_down(movement, loads.of_leg("activation", "right", head))
        assert np.diff([value for value, _ in read]).min() > 0.01, (head, read)


@pytest.fixture(scope="module")
def movements(shared_data: Path, pose_weights: tuple[bytes, bytes]) -> dict[str, Shown]:
    """All movements that are set beside studies; worked out once."""
    return {one.name: one for one in work_out(shared_data, BlazePose(*pose_weights, "blazepose-full"))}


SOURCES = ("side clip", "demo 1", "demo 2", "demo 3", "OpenCap left", "OpenCap right")
#: Whose force between shin and thigh is above what implants measure, in frames that muscles explain: known, and not hidden.
TOO_HIGH = {"side clip", "demo 1", "demo 2", "demo 3"}


@pytest.mark.soak
@pytest.mark.parametrize("name", SOURCES)
def test_the_kneecaps_force_meets_two_to_five_body_weights_or_is_not_explained(movements: dict[str, Shown], name: str) -> None:
    near = read_near(movements[name])
    assert near is not None
    assert judge_kneecap(near) in (Agreement.MEETS, Agreement.NOT_EXPLAINED)


@pytest.mark.soak
@pytest.mark.parametrize(
    "name",
    [
        pytest.param(
            name,
            marks=pytest.mark.xfail(strict=True, raises=AssertionError, reason="too high, see docs/loads.md")
            if name in TOO_HIGH
            else (),
        )
        for name in SOURCES
    ],
)
def test_the_force_between_shin_and_thigh_meets_what_implants_measure_or_is_not_explained(
    movements: dict[str, Shown], name: str
) -> None:
    assert judge_shin(read_peak(movements[name])) in (Agreement.MEETS, Agreement.NOT_EXPLAINED)


@pytest.mark.soak
def test_the_vasti_work_harder_the_deeper_a_real_squat_is(movements: dict[str, Shown]) -> None:
    movement = movements["side clip"]
    for head in VASTI:
        read = read_on_the_way_down(movement, movement.loads.of_leg("activation", movement.side, head))
        assert all(fine for _, fine in read)
        assert np.diff([value for value, _ in read]).min() > 0.01, (head, read)


@pytest.mark.soak
def test_the_page_says_what_is_found_today(movements: dict[str, Shown]) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "loads.md").read_text(encoding="utf-8")
    assert says_the_same(page, people_part(list(movements.values()), load_model())), "Run `kinechain lab people` and commit it."
