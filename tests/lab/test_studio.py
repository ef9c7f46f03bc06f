"""From a plan to a clip: the same plan is the same clip, and what is stored is what the lab would make today."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kinechain.core.errors import OutputError, UsageError
from kinechain.pose.blazepose import BlazePose
from lab import doors
from lab.angles import true_angles
from lab.design import Plan, read_design
from lab.offsets import draw_offsets, project_offsets
from lab.records import OFFSET_POINTS, load_record
from lab.studio import make_record, stage
from lab.truth_table import truth_csv


@pytest.fixture(scope="module")
def plans() -> tuple[Plan, ...]:
    return read_design()


@pytest.fixture(scope="module")
def squat(plans: tuple[Plan, ...]) -> Plan:
    return next(plan for plan in plans if plan.movement == "squat" and plan.view == "side" and plan.portrait and not plan.faults)


def test_two_renders_of_one_plan_are_the_same_bits(squat: Plan) -> None:
    first, again = (list(islice(stage(squat).pictures(), 3)) for _ in range(2))
    assert all(np.array_equal(one.rgb, other.rgb) for one, other in zip(first, again, strict=True))


def test_another_seed_is_another_clip(squat: Plan) -> None:
    other = stage(replace(squat, seed=squat.seed + 1))
    assert other.scene.looks != stage(squat).scene.looks


def test_the_person_is_where_the_truth_says(squat: Plan) -> None:
    """Every joint centre of the trunk and the near leg lies on the silhouette."""
    staged = stage(squat)
    seen = staged.camera.project(staged.centres)
    near = "left" if squat.azimuth_deg > 0 else "right"
    for frame, shot in enumerate(islice(staged.pictures(), 3)):
        for joint in ("hip", "knee"):
            x, y = np.round(seen[frame, staged.truth.index[f"{near}_{joint}"]]).astype(int)
            assert shot.silhouette[y, x], (frame, joint)


def test_the_camera_stands_where_the_plan_says(squat: Plan) -> None:
    staged = stage(squat)
    towards = staged.camera.position - staged.centres.mean(axis=(0, 1))
    assert np.rad2deg(np.arctan2(-towards[2], towards[0])) == pytest.approx(squat.azimuth_deg, abs=6.0)


def test_the_table_of_true_angles_has_a_row_a_picture(squat: Plan) -> None:
    truth = stage(squat).truth
    head, *rows = truth_csv(truth).splitlines()
    assert len(rows) == truth.time_s.size
    knee = head.split(",").index("knee_flexion_deg_l")
    largest = max(float(row.split(",")[knee]) for row in rows)
    assert largest == pytest.approx(np.rad2deg(true_angles(truth)["knee_flexion"][:, 0].max()), abs=1e-3)


def test_offsets_turn_with_the_segment_and_are_some_per_cent_of_the_leg(squat: Plan) -> None:
    staged = stage(squat)
    person = staged.person
    offsets = draw_offsets(person)
    share = np.linalg.norm(offsets, axis=1) / person.skeleton.leg_length
    assert 0.005 < np.median(share) < 0.05
    assert np.array_equal(offsets, draw_offsets(person))
    pixels = project_offsets(person, staged.pose, staged.centres, staged.camera)
    assert pixels.shape == (staged.pose.time_s.size, len(OFFSET_POINTS), 2)
    thigh_knee = OFFSET_POINTS.index("left_knee")
    assert np.ptp(pixels[:, thigh_knee], axis=0).max() > 0.5  # the shank leans, and the knee's offset leans with it


@pytest.mark.soak
@pytest.mark.parametrize("number", [0, 1])
def test_a_stored_clip_made_again_is_the_same_clip(plans: tuple[Plan, ...], pose_weights: tuple[bytes, bytes], number: int) -> None:
    """The shortest stored portrait clips: the truth to its quantum, the marks to a fraction of a pixel."""
    stored = sorted(
        (
            load_record(doors.CLIPS / f"{plan.name}.npz")
            for plan in plans
            if plan.portrait and plan.view == ("side", "front")[number]
        ),
        key=lambda record: record.truth.time_s.size,
    )[0]
    plan = next(plan for plan in plans if plan.values == stored.plan)
    again = make_record(plan, BlazePose(*pose_weights, "blazepose-full"))
    assert np.abs(again.truth.centres - stored.truth.centres).max() < 2e-4
    assert np.ravel(again.truth.repetitions) == pytest.approx(np.ravel(stored.truth.repetitions))
    apart = np.abs(again.keypoints.dataset["position"].values - stored.keypoints.dataset["position"].values)
    # Other machines round otherwise; the encoder and the network carry that on.
    assert np.nanmedian(apart) < 0.25
    assert np.nanpercentile(apart, 99) < 4.0


def test_all_planned_clips_are_stored_and_nothing_else(plans: tuple[Plan, ...]) -> None:
    assert {path.stem for path in doors.CLIPS.glob("*.npz")} == {plan.name for plan in plans}
    assert sum(path.stat().st_size for path in doors.CLIPS.glob("*.npz")) < 40e6


def test_a_clip_that_is_not_planned_is_asked_for_in_one_sentence() -> None:
    with pytest.raises(UsageError, match="the name of a planned clip, got nonsense"):
        doors.find_plans(("nonsense",))


def test_a_rendered_film_has_its_true_angles_beside_it_and_is_never_overwritten(squat: Plan, tmp_path: Path) -> None:
    short = replace(squat, fps=5.0)
    told: list[tuple[int, int]] = []
    table = doors.render(short, tmp_path / "clip.mp4", lambda done, total: told.append((done, total)))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clip.csv", "clip.mp4"]
    assert len(table.read_text().splitlines()) == told[-1][1] + 1 == told[-1][0] + 1
    with pytest.raises(Exception, match="exists"):
        doors.render(short, tmp_path / "clip.mp4", lambda *_: None)


def test_a_taken_name_of_the_table_is_told_before_anything_is_staged(
    squat: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clip.csv").touch()
    monkeypatch.setattr(doors, "stage", lambda _: pytest.fail("staged"))
    with pytest.raises(OutputError, match="exists"):
        doors.render(squat, tmp_path / "clip.mp4", lambda *_: None)


def test_a_sheet_shows_as_many_pictures_as_asked_for(plans: tuple[Plan, ...], tmp_path: Path) -> None:
    from PIL import Image

    small = tuple(replace(plan, fps=3.0) for plan in plans if plan.portrait)[:3]
    doors.show(small, tmp_path / "sheet.png", 2, True, lambda *_: None)
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.width == 2 * 306 + 6
