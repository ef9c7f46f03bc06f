"""The embedded films, whose true angles are known, from the file to the folder of results."""

import csv
import json
import math
import socket
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import av
import jsonschema
import numpy as np
import pytest
import xarray as xr

from kinechain.app.assess import Assessed, Request, assess, write_assessment
from kinechain.app.battery import read_folder, run_battery
from kinechain.app.demo import Demo
from kinechain.app.document import screening_document
from kinechain.app.films import look_at_film
from kinechain.core.errors import OutputError
from kinechain.core.types import Person, Verdict, View
from kinechain.io.result import format_result, read_result, result_schema
from kinechain.pose.blazepose import BlazePose

FILMS = Path(__file__).resolve().parents[2] / "src/kinechain/app/demo_films"
SIDE = FILMS / "person_1_side.mp4"
FRAMES = len(SIDE.with_suffix(".csv").read_text().splitlines()) - 1
PERSON = Person(1.821, 94.3, 47, "m")


def true_knee(film: str) -> np.ndarray:
    with (FILMS / film).with_suffix(".csv").open() as file:
        return np.array([float(row["knee_flexion_deg_l"]) for row in csv.DictReader(file)])


def test_views_repetitions_and_the_near_leg_are_exact_for_all_three_people(demo: tuple[Demo, Path]) -> None:
    assert set(demo[0].assessed) == {"person_1", "person_2", "person_3"}
    for assessed in demo[0].assessed.values():
        clips = assessed.assessment.clips
        assert [clip.clip.view for clip in clips] == [View.SIDE, View.FRONT, View.OBLIQUE]
        assert [len(clip.repetitions) for clip in clips] == [2, 2, 2]
        assert clips[0].clip.near_side == "left"  # the rendered camera stands at the person's left
        assert [repetition.index for clip in clips for repetition in clip.repetitions] == [1, 2, 3, 4, 5, 6]


def test_every_folder_is_written_and_named_after_its_person(demo: tuple[Demo, Path]) -> None:
    assert sorted(path.name for path in demo[1].parent.iterdir()) == ["person_1", "person_2", "person_3"]
    assert all((folder / "report.html").is_file() for folder in demo[1].parent.iterdir())


def test_both_knees_are_measured_from_every_view_some_degrees_off(demo: tuple[Demo, Path]) -> None:
    peaks = [row for row in demo[0].peaks if row.code == "knee_flexion_peak"]
    assert len(peaks) == 3 * 3 * 2 * 2  # people, views, repetitions, legs
    assert all(abs(row.error) < 15.0 for row in peaks)
    assert np.mean([abs(row.error) for row in peaks]) < 6.0


def test_each_view_gives_what_it_can_see_and_marks_what_it_cannot(demo: tuple[Demo, Path]) -> None:
    curves = {(row.clip, row.angle) for row in demo[0].curves}
    for person in demo[0].assessed:
        for view in ("side", "front", "oblique"):
            seen = {angle for clip, angle in curves if clip == f"{person}_{view}.mp4"}
            unseen = {"side": {"fppa"}, "front": {"trunk_lean"}, "oblique": set()}[view]
            every = {"knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean", "fppa"}
            assert seen == every - unseen
    side, front, _ = demo[0].assessed["person_1"].assessment.clips
    why = {(measure.code, measure.cannot_judge) for clip in (side, front) for measure in clip.measures}
    assert {("fppa_at_peak_flexion", "not_seen_from_side"), ("trunk_lean_peak", "not_seen_from_front")} <= why


def test_the_true_peaks_are_those_of_the_truth_files(demo: tuple[Demo, Path]) -> None:
    for film in ("person_1_side.mp4", "person_2_side.mp4", "person_3_side.mp4"):
        peaks = [row for row in demo[0].peaks if row.code == "knee_flexion_peak" and row.clip == film]
        first, second = (row.true for row in peaks if row.side == "left")
        assert max(first, second) == pytest.approx(true_knee(film).max())
        assert min(first, second) > 0.8 * max(first, second)


def test_the_result_obeys_its_schema_and_every_array_is_there(demo: tuple[Demo, Path]) -> None:
    document = read_result(demo[1] / "result.json")
    jsonschema.Draft202012Validator(result_schema()).validate(document)
    for name in ("pain", "clips", "reps", "measures", "loads", "findings", "limiting", "sources"):
        assert isinstance(document[name], list)
    assert document["engine"]["pose_model"] == "blazepose-full"
    peak = next(row for row in document["measures"] if row["code"] == "knee_flexion_peak" and row["rep"] == 1)
    assert peak["unit"] == "deg"
    assert peak["low"] < peak["value"] < peak["high"]
    assert {tuple(clip["estimators"][name] for name in ("knee_flexion", "hip_height")) for clip in document["clips"]} == {
        ("fit", "planar"),
        ("fit", "fit"),
    }


def test_the_result_tells_the_segments_of_the_body(demo: tuple[Demo, Path]) -> None:
    body = read_result(demo[1] / "result.json")["body"]
    assert set(body) == {"thigh", "shank", "trunk", "foot"}
    for segment in body.values():
        assert (segment["low"] < segment["value"] < segment["high"], segment["unit"]) == (True, "cm")
    # A man of 182 cm: thigh and shank are nearly a quarter of him each, the foot from heel to big toe a seventh.
    assert body["thigh"]["value"] == pytest.approx(0.235 * 182.1, rel=0.12)
    assert body["shank"]["value"] == pytest.approx(0.235 * 182.1, rel=0.12)
    assert body["foot"]["value"] == pytest.approx(182.1 / 7.0, rel=0.15)


def test_the_motion_holds_the_draws_that_its_intervals_come_from(demo: tuple[Demo, Path]) -> None:
    with xr.open_dataset(demo[1] / "motion_3.nc", engine="scipy") as motion:
        draws = motion["knee_flexion_draws"]
        assert draws.dims == ("draw", "time", "side")
        assert draws.dtype == np.float32
        assert float(np.abs(draws.mean("draw") - motion["knee_flexion"]).max()) < 3.0 * float(motion["knee_flexion_sd"].max())
    assert (demo[1] / "motion_3.nc").stat().st_size < 1_000_000


def test_the_folder_holds_what_the_result_names_and_nothing_else(demo: tuple[Demo, Path]) -> None:
    document = json.loads((demo[1] / "result.json").read_text())
    named = {name for clip in document["clips"] for name in clip["files"].values()}
    assert {path.name for path in demo[1].iterdir()} == named | {"result.json", "report.html", "angles.csv"}


def test_the_angles_are_one_row_a_frame_with_their_intervals(demo: tuple[Demo, Path]) -> None:
    with (demo[1] / "angles.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0])[:5] == ["clip", "time_s", "trunk_lean", "trunk_lean_low", "trunk_lean_high"]
    assert len(rows) == 3 * FRAMES
    side = [row for row in rows if row["clip"] == "person_1_side.mp4"]
    assert max(float(row["knee_flexion_l"]) for row in side) == pytest.approx(true_knee("person_1_side.mp4").max(), abs=12.0)
    assert all(row["knee_flexion_r_low"] != "" and row["fppa_l"] == "" for row in side)
    assert all(row["trunk_lean"] == "" for row in rows if row["clip"] == "person_1_front.mp4")
    assert float(side[50]["knee_flexion_l_low"]) < float(side[50]["knee_flexion_l"]) < float(side[50]["knee_flexion_l_high"])


def test_the_overlay_plays_and_has_every_picture(demo: tuple[Demo, Path]) -> None:
    for name in ("overlay.mp4", "overlay_2.mp4", "overlay_3.mp4"):
        with av.open(str(demo[1] / name)) as film:
            assert film.streams.video[0].codec_context.name == "h264"
            assert sum(1 for _ in film.decode(video=0)) == FRAMES


def test_the_report_needs_nothing_from_outside(demo: tuple[Demo, Path]) -> None:
    report = (demo[1] / "report.html").read_text(encoding="utf-8")
    assert "<script" not in report
    assert 'src="http' not in report
    assert report.count("data:image/jpeg;base64,") >= 6  # the deepest moments and the thumbnails


def test_opensim_opens_the_motion_and_the_markers(
    demo: tuple[Demo, Path], require_oracle: Callable[[str], ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # OpenSim leaves a log where it runs
    opensim = require_oracle("opensim")
    motion = opensim.TimeSeriesTable(str(demo[1] / "motion.mot"))
    assert list(motion.getColumnLabels()) == ["knee_angle_l", "ankle_angle_l", "knee_angle_r", "ankle_angle_r"]
    knee = motion.getDependentColumn("knee_angle_l").to_numpy()
    assert knee.max() == pytest.approx(true_knee("person_1_side.mp4").max(), abs=12.0)
    assert opensim.Storage(str(demo[1] / "motion.mot")).isInDegrees()
    markers = opensim.MarkerData(str(demo[1] / "keypoints.trc"))
    assert (markers.getNumFrames(), markers.getNumMarkers()) == (FRAMES, 33)
    assert markers.getMarkerIndex("left_knee") == 25


def test_movement_opens_the_keypoints(demo: tuple[Demo, Path], require_oracle: Callable[[str], ModuleType]) -> None:
    require_oracle("movement")
    from movement.kinematics import compute_velocity
    from movement.validators.datasets import ValidPosesInputs

    with xr.open_dataset(demo[1] / "keypoints.nc", engine="scipy") as poses:
        ValidPosesInputs.validate(poses)
        assert poses.attrs["ds_type"] == "poses"
        hip = compute_velocity(poses["position"]).sel(keypoints="left_hip", individuals="person")
        assert float(np.abs(hip).max()) > 30.0  # px a second: the hips do move


def test_the_same_film_gives_the_same_answer_with_sockets_forbidden(
    demo: tuple[Demo, Path], backend: BlazePose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("something reached for the network")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(socket, "create_connection", forbidden)
    request = Request(films=(SIDE,), person=PERSON, mirrored=False)
    write_assessment(assess(request, backend), tmp_path / "again")
    again, before = (json.loads((folder / "result.json").read_text()) for folder in (tmp_path / "again", demo[1]))
    of_side = [measure for measure in before["measures"] if measure["clip"] == again["clips"][0]["sha256"]]
    assert again["measures"] == of_side


def test_a_mirrored_film_names_the_other_leg(demo: tuple[Demo, Path], backend: BlazePose) -> None:
    plain, mirrored = demo[0].assessed["person_1"].assessment.clips[0], look_at_film(SIDE, backend, mirrored=True)
    assert (plain.clip.near_side, mirrored.sight.near_side) == ("left", "right")
    assert len(mirrored.repetitions) == 2


def test_an_existing_folder_is_never_overwritten(demo: tuple[Demo, Path]) -> None:
    with pytest.raises(OutputError, match="exist"):
        write_assessment(demo[0].assessed["person_1"], demo[1])


def test_a_bad_film_among_good_ones_is_left_out_and_named(
    backend: BlazePose, tmp_path: Path, made_film: Callable[..., Path]
) -> None:
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(SIDE.read_bytes()[:20_000])
    empty_room = made_film("room.mp4")
    assessed = assess(Request(films=(broken, SIDE, empty_room), person=Person(1.82, 80.0), mirrored=False), backend)
    left_out = [reason.parameters["name"] for reason in assessed.assessment.quality.reasons if reason.code == "clip_left_out"]
    assert left_out == ["broken.mp4", "room.mp4"]
    assert assessed.assessment.quality.verdict is Verdict.CAUTION
    folder = write_assessment(assessed, tmp_path / "result")
    document = read_result(folder / "result.json")
    jsonschema.Draft202012Validator(result_schema()).validate(document)
    assert [clip["measured"] for clip in document["clips"]] == [True, False]
    assert len(document["reps"]) == 2


def test_a_film_without_a_person_yields_only_why(backend: BlazePose, tmp_path: Path, made_film: Callable[..., Path]) -> None:
    folder = write_assessment(
        assess(Request(films=(made_film("room.mp4"),), person=Person(1.82, 80.0)), backend), tmp_path / "result"
    )
    document = read_result(folder / "result.json")
    jsonschema.Draft202012Validator(result_schema()).validate(document)
    assert set(document) == {"schema", "test", "quality"}
    assert document["quality"]["reasons"][0]["code"] == "no_person"
    assert sorted(path.name for path in folder.iterdir()) == ["report.html", "result.json"]


def test_films_and_typed_values_count_together(
    demo: tuple[Demo, Path], backend: BlazePose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "battery.toml").write_text(
        """
        [person]
        height_cm = 182
        mass_kg = 80
        [aim]
        squat = "deep"
        [typed.left]
        knee_to_wall_cm = 12
        knee_extension_torque = "2.5 Nm/kg"
        [protocol.strength]
        knee_deg = 60
        [pain.squat.left]
        value = 3
        [pain.knee-to-wall.left]
        value = 1
        """,
        encoding="utf-8",
    )
    for name in ("squat_side.mp4", "squat_front.mp4"):
        (tmp_path / name).touch()
    requests: list[Request] = []

    def as_the_demo_did(request: Request, _: object, __: object) -> Assessed:
        requests.append(request)
        return demo[0].assessed["person_1"]

    monkeypatch.setattr("kinechain.app.battery.assess", as_the_demo_did)
    screened = run_battery(read_folder(tmp_path), lambda: backend)
    (request,) = requests
    assert [film.name for film in request.films] == ["squat_front.mp4", "squat_side.mp4"]
    assert [(pain.test, pain.value) for pain in request.pains] == [("squat", 3.0)]
    assert (request.painful, request.side) == ("left", "both")
    (reading,) = request.readings
    assert (reading.moment, reading.side, round(math.degrees(reading.knee_flexion or 0.0))) == (2.5, "left", 60)

    document = screening_document(screened.screening, screened.battery.protocol, False, tuple(screened.assessed))
    jsonschema.validate(json.loads(format_result(document)), result_schema())
    assert [(one["test"], one["folder"]) for one in document["tests"]] == [("squat", "squat")]
    assert {one["test"] for one in document["clips"]} == {"squat"}
    assert document["ranges"]["knee_flexion_peak"]["left"]["from"] == "film"
    assert document["ranges"]["knee_to_wall_cm"]["left"]["from"] == "typed"
    assert {one["rep"] for one in document["measures"]} == {None}
    judged = {one["code"]: one["verdict"] for one in document["findings"]}
    assert judged["knee_to_wall_cm"] == "fine"
    assert judged["knee_flexion_peak"] == "cannot_judge", "not deep enough; why is for the links to say"
    assert {one["code"] for one in document["missing"]} >= {"knee_to_wall"}, "the right ankle was not measured"
