"""What the lab plans to film."""

from collections import Counter
from pathlib import Path

import pytest

from lab.bodies import GROUPS
from lab.design import DESIGN, Plan, read_design
from lab.movements import FAULTS


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, ...]:
    return read_design()


def test_over_three_hundred_clips_and_none_twice(plans: tuple[Plan, ...]) -> None:
    assert len(plans) >= 300
    assert len({plan.name for plan in plans}) == len(plans)


def test_every_test_person_squats_before_all_three_cameras(plans: tuple[Plan, ...]) -> None:
    seen = Counter((plan.person, plan.view) for plan in plans if plan.group == "test" and plan.movement == "squat")
    assert all(seen[person, view] == 1 for person in GROUPS["test"] for view in ("side", "front", "oblique"))


def test_everybody_stays_in_their_own_group(plans: tuple[Plan, ...]) -> None:
    assert all(plan.person in GROUPS[plan.group] for plan in plans)


def test_every_fault_of_a_squat_meets_every_view(plans: tuple[Plan, ...]) -> None:
    met = {(fault, plan.view) for plan in plans if plan.group == "test" for fault in plan.faults}
    assert all((fault, view) in met for fault in FAULTS["squat"] for view in ("side", "front", "oblique"))


def test_only_faults_that_a_movement_knows(plans: tuple[Plan, ...]) -> None:
    assert all(fault in FAULTS[plan.movement] for plan in plans for fault in plan.faults)


def test_cameras_stand_where_the_view_says(plans: tuple[Plan, ...]) -> None:
    middle = {"side": 90.0, "front": 0.0, "oblique": 45.0, "rear": 180.0}
    for plan in plans:
        assert abs(abs(plan.azimuth_deg) - middle[plan.view]) <= 15.0
    assert {plan.azimuth_deg > 0 for plan in plans if plan.view == "side"} == {True, False}


def test_the_same_file_gives_the_same_plans(plans: tuple[Plan, ...]) -> None:
    assert read_design() == plans


def test_a_line_taken_out_leaves_the_others_clips_as_they_are(plans: tuple[Plan, ...], tmp_path: Path) -> None:
    head, *lines = DESIGN.read_text(encoding="utf-8").split("[[clips]]")
    fewer = tmp_path / "design.toml"
    fewer.write_text("[[clips]]".join([head, *lines[1:]]), encoding="utf-8")
    assert {plan.name for plan in read_design(fewer)} < {plan.name for plan in plans}


def test_two_lines_that_plan_the_same_clips_are_told_apart(tmp_path: Path) -> None:
    head, first, *_ = DESIGN.read_text(encoding="utf-8").split("[[clips]]")
    twice = tmp_path / "design.toml"
    twice.write_text("[[clips]]".join([head, first, first]), encoding="utf-8")
    with pytest.raises(ValueError, match="150 twice"):
        read_design(twice)


def test_every_calibration_person_squats_before_the_camera_three_times(plans: tuple[Plan, ...]) -> None:
    squats = [plan for plan in plans if (plan.group, plan.movement) == ("calibrate", "squat")]
    seen = Counter(plan.person for plan in squats)
    assert all(seen[person] == 3 for person in GROUPS["calibrate"])
    views = Counter(plan.view for plan in squats)
    assert set(views) == {"side", "front", "oblique"}
    assert min(views.values()) >= 49
