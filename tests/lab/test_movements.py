"""Every movement is performed by small and tall people, well and badly: possible bodies, feet on the floor, faults to be seen."""

from dataclasses import fields
from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook import rest_posture, textbook_skeleton

from lab.angles import true_angles
from lab.movements import FAULTS, MOVEMENTS, perform
from lab.movements.mass import Mass
from lab.movements.tempo import draw_tempo, rise, sway
from lab.skeleton import landmark_paths, pose
from lab.types import LANDMARKS, Camera, Performance, Posture, Skeleton, Truth

AT = {name: number for number, name in enumerate(LANDMARKS)}
SHORT, TALL = textbook_skeleton(1.50), textbook_skeleton(1.98)
CAMERA = Camera(720, 1280, 1000.0, np.zeros(3), np.eye(3)[None])
EVERYTHING = [(movement, (), False) for movement in MOVEMENTS]
EVERYTHING += [(movement, (fault,), False) for movement in MOVEMENTS for fault in FAULTS[movement]]
EVERYTHING += [(movement, faults, True) for movement in MOVEMENTS for faults in ((), FAULTS[movement][:2])]
SEED = 3  # the same for most stories, so that each clip is made once


def truth_of(skeleton: Skeleton, performance: Performance) -> Truth:
    posture = performance.posture
    centres = landmark_paths(skeleton, pose(skeleton, posture))
    return Truth(posture.time_s, centres, posture.contact, posture.seated, CAMERA, performance.repetitions)


@lru_cache(maxsize=256)
def done(movement: str, faults: tuple[str, ...] = (), seed: int = SEED, tall: bool = False, standing_first: bool = True) -> tuple:
    body = TALL if tall else SHORT
    performance = perform(movement, body, np.random.default_rng(seed), faults=faults, standing_first=standing_first)
    truth = truth_of(body, performance)
    return performance, truth, true_angles(truth)


def degrees(movement: str, name: str, faults: tuple[str, ...] = (), seed: int = SEED) -> np.ndarray:
    return np.rad2deg(done(movement, faults, seed)[2][name])


def bearing_side(movement: str, seed: int) -> int:
    """The side whose ankle moves least: the one that stands."""
    truth = done(movement, (), seed)[1]
    paths = [truth.path(f"{side}_ankle") for side in ("left", "right")]
    return int(np.argmin([np.ptp(path, axis=0).max() for path in paths]))


@pytest.mark.parametrize(("movement", "faults", "tall"), EVERYTHING)
def test_nobody_does_the_impossible(movement: str, faults: tuple[str, ...], tall: bool) -> None:
    performance, truth, angles = done(movement, faults, tall=tall)
    knees = np.rad2deg(angles["knee_flexion"])
    assert np.isfinite(truth.centres).all()
    assert knees.min() >= 0.0
    assert knees.max() < 160.0
    soles = [truth.path(f"{side}_{end}")[:, 1].min() for side in ("left", "right") for end in ("heel", "foot_index")]
    assert min(soles) > -0.003
    speed = np.linalg.norm(np.diff(truth.centres, axis=0), axis=-1) * 30.0
    assert speed.max() < 4.5  # m/s: quick arms at most
    assert speed[:, [AT["left_hip"], AT["right_hip"], AT["left_knee"], AT["right_knee"]]].max() < 2.2
    jerk = np.abs(np.diff(np.rad2deg(angles["knee_flexion"]), 2, axis=0)).max()
    assert jerk < 9.0  # degrees from frame to frame to frame
    assert np.linalg.norm(truth.path("left_knee") - truth.path("right_knee"), axis=1).min() > 0.05
    assert 3.9 <= truth.time_s[-1] <= 9.5
    assert performance.repetitions
    for start, deepest, end in performance.repetitions:
        assert 0.0 <= start <= deepest <= end <= truth.time_s[-1] + 0.05
    assert performance.faults == faults


@pytest.mark.parametrize("movement", MOVEMENTS)
def test_the_first_second_is_quiet_when_standing_first_and_not_otherwise(movement: str) -> None:
    _, truth, angles = done(movement)
    first = truth.time_s < 0.9
    assert np.ptp(np.rad2deg(angles["trunk_lean"][first])) < 6.0
    assert np.ptp(truth.path("nose")[first], axis=0).max() < 0.10 + 0.05 * ("leg" in movement)
    at_once = done(movement, standing_first=False)
    assert at_once[0].repetitions[0][0] < 0.15


@pytest.mark.parametrize("movement", ["squat", "step-down"])
def test_the_same_seed_gives_the_same_bits_and_another_one_does_not(movement: str) -> None:
    one, same, other = (perform(movement, SHORT, np.random.default_rng(seed)).posture for seed in (7, 7, 8))
    for field in fields(Posture):
        assert getattr(one, field.name).tobytes() == getattr(same, field.name).tobytes()
    assert one.pelvis.tobytes() != other.pelvis.tobytes()


def test_deepest_moments_are_the_deepest() -> None:
    performance, truth, angles = done("squat", (), 2)
    knee = np.rad2deg(angles["knee_flexion"].mean(axis=1))
    for start, deepest, end in performance.repetitions:
        inside = (truth.time_s >= start) & (truth.time_s <= end)
        assert np.interp(deepest, truth.time_s, knee) > knee[inside].max() - 4.0
        assert knee[inside].max() - np.interp([start, end], truth.time_s, knee).max() > 30.0


@pytest.mark.parametrize("seed", range(5))
def test_the_centre_of_mass_stays_over_the_feet_in_squats(seed: int) -> None:
    performance, truth, _ = done("squat", (), seed)
    if performance.held == "bar":
        pytest.skip("the bar is a part of what is balanced")
    centre = Mass(SHORT).centre(pose(SHORT, performance.posture))
    middle = np.mean([truth.path(f"{side}_{end}") for side in ("left", "right") for end in ("heel", "foot_index")], axis=0)
    assert np.abs(centre[:, 0] - middle[:, 0]).max() < 0.075
    assert np.abs(centre[:, 2] - middle[:, 2]).max() < 0.04


def test_a_body_at_rest_has_its_mass_where_the_textbook_says() -> None:
    body = textbook_skeleton(1.75)
    centre = Mass(body).centre(pose(body, rest_posture(body)))[0]
    # Anatomical position: about 55 to 57 % of stature above the floor.
    assert centre[1] / 1.75 == pytest.approx(0.56, abs=0.02)
    assert centre[2] == pytest.approx(0.0, abs=1e-6)


def test_squats_are_of_many_kinds() -> None:
    peaks, seconds, leans, knees, held = [], [], [], [], set()
    for seed in range(16):
        performance, truth, angles = done("squat", (), seed)
        peaks.append(np.rad2deg(angles["knee_flexion"].mean(axis=1).max()))
        seconds.append(truth.time_s[-1])
        leans.append(np.rad2deg(np.median(angles["trunk_lean"][:25])))
        knees.append(np.rad2deg(np.median(angles["knee_flexion"][:25])))
        held.add(performance.held)
    assert min(peaks) < 75.0
    assert max(peaks) > 125.0
    assert 5.0 < np.mean(seconds) < 6.0
    assert np.min(leans) < 1.0
    assert np.max(leans) > 8.0
    assert np.max(knees) - np.min(knees) > 8.0
    assert held == {"none", "bar"}


@pytest.mark.parametrize("movement", ["squat", "sit-to-stand", "step-down", "single-leg-squat", "knee-to-wall"])
def test_knees_that_fall_in_change_the_frontal_angle(movement: str) -> None:
    seed = SEED
    well, badly = (degrees(movement, "fppa", faults, seed) for faults in ((), ("knees_in",)))
    knee = degrees(movement, "knee_flexion", (), seed)
    sides = (0, 1) if movement in ("squat", "sit-to-stand") else (_front(seed, movement),)
    for side in sides:
        bent = (knee[:, side] > 35.0) & (knee[:, side] < 75.0)
        assert np.max((badly - well)[bent, side]) > 5.0


def _front(seed: int, movement: str) -> int:
    truth = done(movement, (), seed)[1]
    if movement == "knee-to-wall":
        return int(truth.path("right_ankle")[0, 0] > truth.path("left_ankle")[0, 0])
    return bearing_side(movement, seed)


@pytest.mark.parametrize("movement", ["squat", "knee-to-wall", "single-leg-squat", "step-down"])
def test_heels_that_rise_rise_by_more_than_two_centimetres(movement: str) -> None:
    side = _front(SEED, movement) if movement != "squat" else 0
    well, badly = (done(movement, faults)[2]["heel_rise"][:, side] for faults in ((), ("heels_up",)))
    assert badly.max() > 0.02
    assert well.max() < 0.015
    contact = done(movement, ("heels_up",))[1].contact[:, side]
    assert not contact[np.argmax(badly), 0]
    assert contact[np.argmax(badly), 1]


@pytest.mark.parametrize("movement", ["squat", "knee-to-wall", "single-leg-squat", "step-down"])
def test_a_stiff_ankle_caps_the_shank(movement: str) -> None:
    for seed in (SEED,):
        stiff = degrees(movement, "shank_inclination", ("limited_dorsiflexion",), seed)
        if movement == "squat":
            assert stiff.mean(axis=1).max() < 24.0
        else:
            assert stiff[:, _front(seed, movement)].max() < 24.0


@pytest.mark.parametrize(("movement", "least_deg"), [("squat", 8.0), ("single-leg-squat", 6.0), ("step-down", 6.0)])
def test_a_trunk_that_leans_too_far_leans_farther(movement: str, least_deg: float) -> None:
    well, badly = (degrees(movement, "trunk_lean", faults).max() for faults in ((), ("trunk_lean",)))
    assert badly - well > least_deg


@pytest.mark.parametrize("movement", ["squat", "sit-to-stand", "heel-raise"])
@pytest.mark.parametrize("fault", ["shift", "leg_spared"])
def test_weight_that_goes_aside_takes_the_pelvis_along(movement: str, fault: str) -> None:
    assert np.abs(done(movement, (fault,))[2]["pelvic_shift"]).max() > 0.02


def test_partial_ones_do_not_go_all_the_way() -> None:
    for movement, name in (("squat", "knee_flexion"), ("single-leg-squat", "knee_flexion"), ("heel-raise", "heel_rise")):
        side = slice(None) if movement == "squat" else bearing_side(movement, SEED) if movement != "heel-raise" else slice(None)
        well, badly = (done(movement, faults)[2][name][:, side].max() for faults in ((), ("partial",)))
        assert badly < 0.85 * well
    assert done("step-down", ("partial",))[1].path("left_heel")[:, 1].min() > 0.03 or (
        done("step-down", ("partial",))[1].path("right_heel")[:, 1].min() > 0.03
    )


def test_a_pause_is_a_second_at_the_bottom_and_an_uneven_tempo_is_uneven() -> None:
    angles = done("squat", ("pause",))[2]
    knee = np.rad2deg(angles["knee_flexion"].mean(axis=1))
    assert np.sum(knee > knee.max() - 8.0) / 30.0 > 1.0
    durations = [[end - start for start, _, end in done("squat", ("uneven_tempo",), seed)[0].repetitions] for seed in (2, 3, 5, 8)]
    unlike = [max(one) / min(one) for one in durations if len(one) > 1]
    assert unlike
    assert max(unlike) > 1.3


def test_a_foot_steps_between_repetitions_and_then_stands_elsewhere() -> None:
    performance, truth, _ = done("squat", ("stepping",))
    assert len(performance.repetitions) >= 2
    off = ~truth.contact.any(axis=2)
    side = int(np.argmax(off.any(axis=0)))
    assert off[:, side].any()
    assert not off[:, 1 - side].any()
    ankle = truth.path(f"{('left', 'right')[side]}_ankle")
    assert np.linalg.norm((ankle[-1] - ankle[0])[[0, 2]]) > 0.02


def test_on_the_way_down_from_a_step_the_heel_just_touches_the_floor() -> None:
    for seed in (1, 2, SEED):
        performance, truth, angles = done("step-down", (), seed)
        (step,) = performance.props
        assert 0.10 <= 2.0 * step.half_size[1] <= 0.201
        heels = np.stack([truth.path(f"{side}_heel")[:, 1] for side in ("left", "right")], axis=1)
        free = int(np.argmin(heels.min(axis=0)))
        rest = SHORT.landmark("left_heel")[1]
        assert heels[:, free].min() == pytest.approx(rest, abs=0.006)
        knee = np.rad2deg(angles["knee_flexion"][:, 1 - free])
        assert 38.0 < knee.max() < 82.0
        assert truth.contact[np.argmin(heels[:, free]), free, 0]
        assert not truth.contact[np.argmin(heels[:, free]), free, 1]


def test_the_knee_touches_the_wall_with_the_heel_down() -> None:
    for seed in (1, 2, SEED):
        performance, truth, angles = done("knee-to-wall", (), seed)
        (wall,) = performance.props
        face = wall.centre[0] - wall.half_size[0]
        side = _front(seed, "knee-to-wall")
        name = ("left", "right")[side]
        gap = face - truth.path(f"{name}_knee")[:, 0].max()
        assert 0.03 < gap < 0.08  # kneecap and skin lie between
        assert 0.0 < face - truth.path(f"{name}_foot_index")[:, 0].max() < 0.16
        assert truth.contact[:, side, 0].all()
        assert 17.0 < np.rad2deg(angles["shank_inclination"][:, side].max()) < 50.0


def test_on_the_seat_the_thighs_are_level_and_the_feet_need_not_carry() -> None:
    for seed in (1, 2, SEED):
        performance, truth, angles = done("sit-to-stand", (), seed)
        (seat,) = performance.props
        assert 0.39 < 2.0 * seat.half_size[1] < 0.51
        assert truth.seated.any()
        assert not truth.seated[:20].any()
        level = np.rad2deg(angles["thigh_inclination"][truth.seated])
        assert np.abs(level).max() < 16.0
        up = np.rad2deg(angles["knee_flexion"][-1])
        assert (up < 25.0).all()
    performance, truth, _ = done("sit-to-stand", (), 0, standing_first=False)
    assert truth.seated[0]


def test_a_heel_raise_goes_up_on_toes_that_stay_down() -> None:
    performance, truth, angles = done("heel-raise", (), 0)
    top = int(np.argmax(angles["heel_rise"].max(axis=1)))
    side = int(np.argmax(angles["heel_rise"][top]))
    assert angles["heel_rise"][top, side] > 0.05
    toes = truth.path(f"{('left', 'right')[side]}_foot_index")
    assert np.ptp(toes[:, 1]) < 0.012
    assert performance.posture.toe_flexion[top, side] > 0.3


def test_one_foot_is_off_the_floor_while_standing_on_one_leg() -> None:
    performance, truth, _ = done("single-leg-stance")
    _, middle, _ = performance.repetitions[0]
    at = int(middle * 30)
    assert truth.contact[at].any(axis=1).sum() == 1
    assert truth.contact[:20].all()


def test_a_fault_that_makes_no_sense_is_refused() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="Expected faults of a heel-raise"):
        perform("heel-raise", SHORT, rng, faults=("knees_in",))
    with pytest.raises(ValueError, match="Expected a movement"):
        perform("handstand", SHORT, rng)
    with pytest.raises(ValueError, match="Expected a source"):
        perform("squat", SHORT, rng, source="dream")
    with pytest.raises(ValueError, match="Expected a squat without faults"):
        perform("heel-raise", SHORT, rng, source="mocap")


@pytest.mark.parametrize("seed", range(8))
def test_recorded_squats_are_played_by_any_body(seed: int) -> None:
    body = (SHORT, TALL)[seed % 2]
    performance = perform("squat", body, np.random.default_rng(seed), source="mocap")
    truth = truth_of(body, performance)
    knees = np.rad2deg(true_angles(truth)["knee_flexion"])
    assert knees.max() > 60.0
    assert performance.repetitions
    for start, deepest, end in performance.repetitions:
        assert start < deepest < end
    assert performance.repetitions[0][0] > 0.7
    speed = np.linalg.norm(np.diff(truth.centres, axis=0), axis=-1) * 30.0
    assert speed.max() < 4.5
    assert np.ptp(knees[:24], axis=0).max() < 8.0
    assert min(truth.path(f"{side}_heel")[:, 1].min() for side in ("left", "right")) > -0.003


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 10_000), fps=st.sampled_from([24.0, 30.0, 60.0]))
def test_tempo_starts_and_ends_standing_and_sway_is_as_large_as_asked(seed: int, fps: float) -> None:
    tempo = draw_tempo(np.random.default_rng(seed), fps, (), True)
    assert tempo.done[0] == 0.0
    assert tempo.done[-1] < 0.02
    assert tempo.done.max() == pytest.approx(1.0, abs=1e-6)
    assert 1 <= len(tempo.repetitions) <= 3
    assert tempo.repetitions[0][0] >= 1.0
    long = np.arange(6000) / 30.0
    assert sway(np.random.default_rng(seed), long, 2.0).std() == pytest.approx(2.0, rel=0.35)
    assert rise(np.array([-1.0, 0.5, 2.0])).tolist() == [0.0, 0.5, 1.0]
