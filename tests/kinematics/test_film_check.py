"""A good film gives no reason to film again; each fault gives its own, with its number."""

import numpy as np
import pytest
import xarray as xr

from figures import changed, film_of, header, squats
from kinechain.core.types import KEYPOINT_NAMES, Keypoints, Verdict
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.legs import find_exchanges
from kinechain.report.words import say


def examined(keypoints: Keypoints, **fields: object) -> Examination:
    return examine_film(header(keypoints, **fields), keypoints, mirror_known=True)


def codes(examination: Examination) -> dict[str, Verdict]:
    for reason in examination.quality.reasons:
        say(f"reason.{reason.code}", **reason.parameters)  # every reason has words, and all that they need
        say(f"reason.{reason.code}.do", **reason.parameters)
    return {reason.code: reason.weight for reason in examination.quality.reasons}


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0, -90.0])
def test_a_good_film_is_ok(azimuth_deg: float) -> None:
    examination = examined(film_of(squats(), azimuth_deg, noise_px=1.0))
    assert codes(examination) == {}
    assert examination.quality.verdict is Verdict.OK
    assert len(examination.repetitions) == 3


def test_whether_a_film_is_mirrored_is_asked_but_weighs_nothing() -> None:
    keypoints = film_of(squats())
    quality = examine_film(header(keypoints), keypoints, mirror_known=False).quality
    assert [reason.code for reason in quality.reasons] == ["maybe_mirrored"]
    assert quality.verdict is Verdict.OK


def lost(keypoints: Keypoints, share: float) -> Keypoints:
    frames = np.arange(keypoints.time_s.size) % 100 < 100 * share
    position, presence = keypoints.dataset["position"].values.copy(), keypoints.dataset["presence"].values.copy()
    world = keypoints.dataset["world"].values.copy()
    position[frames], presence[frames], world[frames] = np.nan, np.nan, np.nan
    return changed(keypoints, position=position, presence=presence, world=world)


def test_a_person_found_too_rarely() -> None:
    assert codes(examined(lost(film_of(squats()), 0.10)))["person_often_lost"] is Verdict.CAUTION
    assert codes(examined(lost(film_of(squats()), 0.70))) == {"no_person": Verdict.REFILM}
    assert "person_often_lost" not in codes(examined(lost(film_of(squats()), 0.03)))


def shifted(keypoints: Keypoints, across: float, down: float) -> Keypoints:
    return changed(keypoints, position=keypoints.dataset["position"].values + np.array([across, down])[None, :, None])


def test_feet_below_the_picture_and_hips_beside_it() -> None:
    assert codes(examined(shifted(film_of(squats()), 0.0, 140.0))) == {"feet_outside": Verdict.REFILM}
    assert codes(examined(shifted(film_of(squats()), 400.0, 0.0)))["hips_outside"] is Verdict.REFILM


def test_a_person_too_small_in_the_picture() -> None:
    assert "person_small" in codes(examined(film_of(squats(), px_per_m=90.0)))


def test_a_second_person_who_stays_but_not_one_who_passes() -> None:
    keypoints = film_of(squats())
    people = np.full(keypoints.time_s.size, np.nan)
    people[::30] = 1.0
    people[0] = 2.0
    assert "other_people" not in codes(examined(changed(keypoints, people=people)))
    people[::30] = 2.0
    assert codes(examined(changed(keypoints, people=people)))["other_people"] is Verdict.CAUTION


def test_a_moving_camera_is_a_caution_and_a_wandering_one_a_refilm() -> None:
    keypoints = film_of(squats())
    for reach, weight in ((0.01, None), (0.08, Verdict.CAUTION), (0.30, Verdict.REFILM)):
        path = np.column_stack([np.linspace(0.0, reach * 1280, keypoints.time_s.size), np.zeros(keypoints.time_s.size)])
        moved = changed(keypoints, camera_shift=path, position=keypoints.dataset["position"].values + path[:, :, None] * 0.0)
        assert codes(examined(moved)).get("camera_moves") is weight


def test_a_scene_cut_is_named_with_its_time() -> None:
    keypoints = film_of(squats())
    change = np.full(keypoints.time_s.size, 0.05)
    change[60] = 0.9
    reason = next(
        reason for reason in examined(changed(keypoints, scene_change=change)).quality.reasons if reason.code == "scene_cut"
    )
    assert reason.weight is Verdict.REFILM
    assert reason.parameters["time_s"] == pytest.approx(2.0)


def test_a_rolled_camera_and_a_dark_room() -> None:
    keypoints = film_of(squats())
    rolled = Keypoints(keypoints.dataset.assign_attrs(camera_roll_rad=np.deg2rad(8.0)))
    assert codes(examined(rolled)) == {"camera_rolled": Verdict.CAUTION}
    assert codes(examined(changed(keypoints, brightness=np.full(keypoints.time_s.size, 0.05)))) == {"too_dark": Verdict.CAUTION}


def test_frame_rate_slow_motion_gaps_and_length() -> None:
    assert "low_frame_rate" in codes(examined(film_of(squats(fps=15.0))))
    assert codes(examined(film_of(squats()), capture_fps=240.0)) == {"slow_motion": Verdict.CAUTION}
    assert codes(examined(film_of(squats()), capture_fps=30.0)) == {}
    keypoints = film_of(squats())
    late = np.where(np.arange(keypoints.time_s.size) > 80, keypoints.time_s + 0.5, keypoints.time_s)
    assert codes(examined(Keypoints(keypoints.dataset.assign_coords(time=late))))["time_gaps"] is Verdict.CAUTION
    short = Keypoints(keypoints.dataset.isel(time=slice(0, 45)))
    assert codes(examined(short)) == {"too_short": Verdict.REFILM}
    one_picture = Keypoints(keypoints.dataset.isel(time=slice(0, 1)))
    assert codes(examined(one_picture)) == {"too_short": Verdict.REFILM}


def test_an_oblique_view_is_a_caution() -> None:
    assert codes(examined(film_of(squats(), 45.0)))["oblique_view"] is Verdict.CAUTION
    assert examined(film_of(squats(), 180.0)).quality.verdict is Verdict.OK


def test_no_quiet_standing_and_too_few_squats() -> None:
    keypoints = film_of(squats(2))
    tail = Keypoints(keypoints.dataset.isel(time=slice(50, 140)))
    assert "no_quiet_standing" in codes(examined(tail))
    assert codes(examined(film_of(squats(1))))["too_few_repetitions"] is Verdict.CAUTION
    assert codes(examined(film_of(squats(0, still_s=4.0))))["too_few_repetitions"] is Verdict.REFILM


def exchanged(keypoints: Keypoints, *stretches: tuple[int, int]) -> Keypoints:
    names = [
        f"{'right' if name.startswith('left') else 'left'}_{name.split('_', 1)[1]}" if name.startswith(("left", "right")) else name
        for name in KEYPOINT_NAMES
    ]
    order = [KEYPOINT_NAMES.index(name) if name in KEYPOINT_NAMES else index for index, name in enumerate(names)]
    position = keypoints.dataset["position"].values.copy()
    for start, stop in stretches:
        position[start:stop] = position[start:stop][:, :, order]
    return changed(keypoints, position=position)


def test_exchanged_legs_are_found_frame_by_frame_and_named() -> None:
    keypoints = exchanged(film_of(squats(), 0.0), (50, 54), (100, 110), (150, 153))
    found = find_exchanges(keypoints)
    assert found.frames == (50, 54, 100, 110, 150, 153)
    assert list(np.flatnonzero(found.exchanged)) == [*range(50, 54), *range(100, 110), *range(150, 153)]
    assert codes(examined(keypoints))["legs_exchanged"] is Verdict.CAUTION


def test_legs_exchanged_for_a_third_of_the_film_cannot_be_told_apart_any_more() -> None:
    keypoints = exchanged(film_of(squats(), 0.0), (20, 60), (100, 130))
    assert codes(examined(keypoints))["legs_exchanged"] is Verdict.REFILM


def test_quick_squats_are_no_exchange() -> None:
    for azimuth_deg in (0.0, 45.0, 90.0):
        assert find_exchanges(film_of(squats(4, down_s=0.4), azimuth_deg, noise_px=2.0)).frames == ()


def test_a_thigh_that_seems_to_stretch_is_named() -> None:
    keypoints = film_of(squats())
    position: xr.DataArray = keypoints.dataset["position"].copy(deep=True)
    down = 120.0 * (np.arange(keypoints.time_s.size) % 60 > 40)
    position.loc[{"keypoint": "right_knee", "space": "y"}] += down
    reason = next(
        r for r in examined(changed(keypoints, position=position.values)).quality.reasons if r.code == "segment_lengths_vary"
    )
    assert reason.parameters["segment"] in ("thigh", "shank")
