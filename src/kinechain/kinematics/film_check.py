"""Is this film fit to be measured, and if not, why? Each question is one function that answers with reasons, most often none."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, FilmHeader, Keypoints, Quality, Reason, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.legs import Exchanges, find_exchanges, leg_length_change
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.kinematics.standing import find_quiet_standing
from kinechain.kinematics.view import Sight, estimate_sight

_FEET = tuple(f"{side}_{joint}" for side in SIDES for joint in ("ankle", "heel", "foot_index"))
_HIPS = ("left_hip", "right_hip")
#: Fewer pictures have no speed and no median step worth the name.
_FEWEST_PICTURES = 10


def examine_film(
    header: FilmHeader, keypoints: Keypoints, *, mirror_known: bool, test: str = "squat", side: str | None = None
) -> Examination:
    """Look at a film as a whole: view, tested leg, quiet standing, exchanged legs, repetitions, and every reason to film again.

    `mirror_known` says that the user has told whether the film is mirrored, so it need not be asked. `side` is the tested leg as
    it was told, where the test has one.
    """
    movement = MOVEMENTS[test]
    hopeless = _ask_whether_there_is_anything(header, keypoints)
    if hopeless is not None:
        nowhere = Sight(View.OBLIQUE, None, 1, float("nan"))
        still = Exchanges((), np.zeros(keypoints.time_s.shape, dtype=bool))
        return Examination(header, keypoints, nowhere, None, still, (), Quality((hopeless,)), test)
    sight, exchanges = estimate_sight(keypoints), find_exchanges(keypoints)
    tested = None if movement.find_side is None else side or movement.find_side(keypoints)
    repetitions = movement.find_repetitions(keypoints, tested)
    seen = Examination(header, keypoints, sight, None, exchanges, repetitions, Quality(), test, tested)
    seen = replace(seen, standing=find_quiet_standing(keypoints, seen.begins))
    fits = sight.view in movement.views
    reasons = chain(
        _ask_of_person(header, keypoints),
        _ask_of_picture(header, keypoints),
        _ask_of_time(header, keypoints),
        _ask_of_view(header, sight, mirror_known) if fits else (_wrong_view(seen),),
        _ask_of_legs(header, keypoints, sight, exchanges),
        movement.check(seen) if fits else (),
    )
    return replace(seen, quality=Quality(tuple(sorted(reasons, key=lambda reason: -reason.weight.rank))))


def _ask_whether_there_is_anything(header: FilmHeader, keypoints: Keypoints) -> Reason | None:
    """Return why no further question makes sense, None where some do."""
    found = float(_found(keypoints).mean())
    if found < constant("film.person_found_least").value:
        return _reason("no_person", Verdict.REFILM, header, share_found=found)
    duration_s, needed_s = float(np.ptp(keypoints.time_s)), constant("film.duration").value
    if duration_s < needed_s or keypoints.time_s.size < _FEWEST_PICTURES:
        return _reason("too_short", Verdict.REFILM, header, duration_s=duration_s, needed_s=needed_s)
    return None


def _ask_of_person(header: FilmHeader, keypoints: Keypoints) -> Iterator[Reason]:
    found = _found(keypoints)
    needed = constant("film.person_found_share").value
    if found.mean() < needed:
        yield _reason("person_often_lost", Verdict.CAUTION, header, share_found=float(found.mean()), needed=needed)
    for code, names in (("feet_outside", _FEET), ("hips_outside", _HIPS)):
        share = float(_outside(keypoints, names)[found].mean())
        if share > constant("film.outside_share").value:
            yield _reason(code, Verdict.REFILM, header, share=share)
    share_of_height = _stature_px(keypoints) / header.height_px
    if _stature_px(keypoints) < constant("film.person_height").value:
        yield _reason("person_small", Verdict.CAUTION, header, share_of_height=float(share_of_height))
    people = keypoints.dataset["people"].values
    looked = np.isfinite(people)
    others = float((people[looked] > 1).mean()) if looked.any() else 0.0
    if others > constant("film.other_people_share").value:
        yield _reason("other_people", Verdict.CAUTION, header, share=others)


def _ask_of_picture(header: FilmHeader, keypoints: Keypoints) -> Iterator[Reason]:
    changes = keypoints.dataset["scene_change"].values
    cut = int(np.nanargmax(changes)) if np.isfinite(changes).any() else 0
    if changes[cut] > constant("film.scene_change").value:
        yield _reason("scene_cut", Verdict.REFILM, header, time_s=float(keypoints.time_s[cut]))
    moved = _camera_path_share(header, keypoints)
    if moved > constant("film.camera_shift").value:
        weight = Verdict.REFILM if moved > constant("film.camera_shift_most").value else Verdict.CAUTION
        yield _reason("camera_moves", weight, header, shift_share=moved)
    roll, allowed = keypoints.dataset.attrs.get("camera_roll_rad", float("nan")), constant("film.camera_roll")
    if np.isfinite(roll) and abs(np.rad2deg(roll)) > allowed.value:
        yield _reason("camera_rolled", Verdict.CAUTION, header, roll_deg=float(np.rad2deg(roll)), allowed_deg=allowed.value)
    brightness = float(np.nanmedian(keypoints.dataset["brightness"].values))
    if brightness < constant("film.brightness").value:
        yield _reason("too_dark", Verdict.CAUTION, header, brightness=brightness)


def _ask_of_time(header: FilmHeader, keypoints: Keypoints) -> Iterator[Reason]:
    steps = np.diff(keypoints.time_s)
    fps, needed = float(1.0 / np.median(steps)), constant("film.frame_rate").value
    if fps < needed:
        yield _reason("low_frame_rate", Verdict.CAUTION, header, fps=fps, needed=needed)
    if header.slowed_by is not None and header.slowed_by > constant("film.slow_motion_ratio").value:
        yield _reason("slow_motion", Verdict.CAUTION, header, capture_fps=header.capture_fps, fps=fps)
    if steps.max() > constant("filter.longest_gap").value:
        yield _reason("time_gaps", Verdict.CAUTION, header, longest_s=float(steps.max()))


def _ask_of_view(header: FilmHeader, sight: Sight, mirror_known: bool) -> Iterator[Reason]:
    if sight.view is View.OBLIQUE:
        yield _reason("oblique_view", Verdict.CAUTION, header, azimuth_deg=float(np.rad2deg(sight.azimuth_rad)))
    elif sight.view is View.REAR:
        yield _reason("rear_view", Verdict.OK, header)
    if not mirror_known:
        yield _reason("maybe_mirrored", Verdict.OK, header)


def _ask_of_legs(header: FilmHeader, keypoints: Keypoints, sight: Sight, exchanges: Exchanges) -> Iterator[Reason]:
    if len(exchanges.frames) >= constant("legs.exchanges").value:
        share = float(exchanges.exchanged.mean())
        weight = Verdict.REFILM if share > constant("legs.exchanged_share").value else Verdict.CAUTION
        first = float(keypoints.time_s[exchanges.frames[0]])
        yield _reason("legs_exchanged", weight, header, times=len(exchanges.frames), first_time_s=first, share=share)
    if sight.view is View.SIDE and sight.near_side is not None:
        changes = leg_length_change(keypoints, sight.near_side)
        segment = max(changes, key=lambda name: changes[name])
        if changes[segment] > constant("legs.length_change").value:
            yield _reason("segment_lengths_vary", Verdict.CAUTION, header, segment=segment, change_share=changes[segment])


def _wrong_view(examination: Examination) -> Reason:
    view = examination.sight.view.value
    return _reason("wrong_view", Verdict.REFILM, examination.header, test=examination.test, view=view)


def _reason(code: str, weight: Verdict, header: FilmHeader, **parameters: object) -> Reason:
    return Reason(code, weight, header.name, dict(parameters))


def _found(keypoints: Keypoints) -> Bool[np.ndarray, " time"]:
    return np.asarray(np.isfinite(keypoints.dataset["presence"].values))


def _outside(keypoints: Keypoints, names: tuple[str, ...]) -> Bool[np.ndarray, " time"]:
    """Tell in which frames any of the landmarks lies outside the picture."""
    size = np.array([keypoints.dataset.attrs["width_px"], keypoints.dataset.attrs["height_px"]], dtype=float)
    paths = np.stack([keypoints.xy(name) for name in names])
    with np.errstate(invalid="ignore"):
        return np.asarray(((paths < 0.0) | (paths > size)).any(axis=(0, 2)))


def _stature_px(keypoints: Keypoints) -> float:
    top = keypoints.xy("nose")[:, 1]
    bottom = np.fmax(keypoints.xy("left_heel")[:, 1], keypoints.xy("right_heel")[:, 1])
    return float(np.nanpercentile(bottom - top, 90))


def _camera_path_share(header: FilmHeader, keypoints: Keypoints) -> float:
    """Return how far the background wanders, as a share of the picture's longer side."""
    shift: Float[np.ndarray, "time 2"] = np.asarray(keypoints.dataset["camera_shift"].values, dtype=float)
    if not np.isfinite(shift).any():
        return 0.0
    reach = np.nanpercentile(shift, 99, axis=0) - np.nanpercentile(shift, 1, axis=0)
    return float(reach.max() / max(header.width_px, header.height_px))
