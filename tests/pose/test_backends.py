"""Does every backend keep the promises of `PoseBackend`? One suite, run over all of them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from kinechain.core.errors import PoseModelError
from kinechain.core.types import KEYPOINT_NAMES
from kinechain.pose import BlazePose, PersonPose, PoseBackend
from kinechain.pose.region import Region

LEFT_KNEE, RIGHT_KNEE = KEYPOINT_NAMES.index("left_knee"), KEYPOINT_NAMES.index("right_knee")
LEGS = slice(KEYPOINT_NAMES.index("left_hip"), 33)


def only_person(backend: PoseBackend, rgb: np.ndarray) -> PersonPose:
    (region,) = backend.find_people(rgb, 3)
    pose = backend.measure(rgb, region)
    assert pose is not None
    return pose


def swapped(names: tuple[str, ...]) -> list[int]:
    """Where each landmark's partner on the body's other side stands in the list."""
    return [names.index(name.replace("left", "?").replace("right", "left").replace("?", "right")) for name in names]


def beside(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Two pictures side by side on grey, the shorter one standing on the same floor."""
    height = max(one.shape[0], other.shape[0])
    wall = np.full((height, one.shape[1] + other.shape[1], 3), 160, np.uint8)
    wall[height - one.shape[0] :, : one.shape[1]] = one
    wall[height - other.shape[0] :, one.shape[1] :] = other
    return wall


def test_the_engine_names_itself_and_its_weights(backend: PoseBackend):
    assert backend.engine.pose_model
    assert len(bytes.fromhex(backend.engine.pose_sha256)) == 32
    assert backend.lanes >= 1


def test_a_person_is_found_and_measured(backend: PoseBackend, rendered_front: list[np.ndarray]):
    pose = only_person(backend, rendered_front[0])
    assert pose.xy.shape == (33, 2)
    assert ((pose.confidence >= 0.0) & (pose.confidence <= 1.0)).all()
    assert 0.5 <= pose.presence <= 1.0
    height, width = rendered_front[0].shape[:2]
    assert ((pose.xy > 0.0) & (pose.xy < (width, height))).all()
    nose, hips, heel = pose.xy[0], pose.xy[[23, 24]].mean(axis=0), pose.xy[29]
    assert nose[1] < hips[1] < heel[1]
    assert pose.xy[LEFT_KNEE, 0] > pose.xy[RIGHT_KNEE, 0]  # who faces us has the left knee on our right


def test_the_networks_own_3d_is_in_metres_about_the_hips(backend: PoseBackend, rendered_front: list[np.ndarray]):
    world = only_person(backend, rendered_front[0]).world
    assert np.abs(world[[23, 24]].mean(axis=0)).max() < 0.05
    assert 1.2 < np.ptp(world[:, 1]) < 1.9
    assert world[0, 1] < 0.0 < world[LEFT_KNEE, 1]  # y points down
    assert world[LEFT_KNEE, 0] > world[RIGHT_KNEE, 0]


def test_the_region_returned_holds_the_body_and_leads_to_it_again(backend: PoseBackend, rendered_side: list[np.ndarray]):
    pose = only_person(backend, rendered_side[0])
    shares = pose.region.from_picture(pose.xy)
    assert ((shares > 0.0) & (shares < 1.0)).all()
    again = backend.measure(rendered_side[0], pose.region)
    assert again is not None
    assert np.median(np.linalg.norm(again.xy - pose.xy, axis=1)) < 0.02 * pose.region.side_px


def test_the_same_picture_gives_the_same_answer(backend: PoseBackend, rendered_side: list[np.ndarray]):
    """Whatever was seen in between: nothing is kept, nothing is smoothed."""
    first = only_person(backend, rendered_side[0])
    only_person(backend, rendered_side[5])
    assert np.array_equal(only_person(backend, rendered_side[0]).xy, first.xy)


def test_a_mirrored_still_swaps_left_and_right(backend: PoseBackend, rendered_front: list[np.ndarray]):
    """Within 3 % of the leg's length, median; the network is not quite symmetric itself."""
    still = rendered_front[3]
    straight, mirrored = only_person(backend, still), only_person(backend, np.ascontiguousarray(still[:, ::-1]))
    back = mirrored.xy[swapped(KEYPOINT_NAMES)]
    back[:, 0] = still.shape[1] - 1 - back[:, 0]
    leg_px = np.linalg.norm(straight.xy[25] - straight.xy[23]) + np.linalg.norm(straight.xy[27] - straight.xy[25])
    assert np.median(np.linalg.norm(back - straight.xy, axis=1)[LEGS]) < 0.03 * leg_px
    assert np.abs(np.mean(back - straight.xy, axis=0)).max() < 0.02 * leg_px


def test_of_two_people_the_larger_one_comes_first(backend: PoseBackend, rendered_front: list[np.ndarray]):
    large, small = rendered_front[0], rendered_front[0][::2, ::2]
    people = backend.find_people(beside(small, large), 3)
    assert len(people) == 2
    assert people[0].side_px > 1.5 * people[1].side_px
    assert people[0].x_px > small.shape[1] > people[1].x_px
    assert backend.find_people(beside(small, large), 1) == people[:1]


def test_each_of_two_people_is_measured_in_their_own_region(backend: PoseBackend, rendered_front: list[np.ndarray]):
    picture = beside(rendered_front[0][::2, ::2], rendered_front[0])
    large, small = (backend.measure(picture, region) for region in backend.find_people(picture, 2))
    assert large is not None
    assert small is not None
    split = rendered_front[0].shape[1] // 2
    assert (large.xy[:, 0] > split).all()
    assert (small.xy[:, 0] < split).all()


@pytest.mark.parametrize("value", [0, 128, 255])
def test_nobody_is_found_before_a_blank_wall(backend: PoseBackend, value: int):
    blank = np.full((480, 640, 3), value, np.uint8)
    assert backend.find_people(blank, 3) == ()
    assert backend.measure(blank, Region(320.0, 240.0, 400.0, 0.0)) is None


def test_a_picture_of_any_shape_will_do(backend: PoseBackend):
    for shape in ((1, 1), (3, 900), (900, 3)):
        assert backend.find_people(np.full((*shape, 3), 90, np.uint8), 3) == ()


def test_as_many_pictures_as_there_are_lanes_can_be_in_work(backend: PoseBackend, rendered_side: list[np.ndarray]):
    regions = [backend.find_people(still, 1)[0] for still in rendered_side]
    alone = [backend.measure(still, region) for still, region in zip(rendered_side, regions, strict=True)]
    with ThreadPoolExecutor(backend.lanes) as lanes:
        together = list(lanes.map(backend.measure, rendered_side, regions))
    assert all(np.array_equal(one.xy, other.xy) for one, other in zip(alone, together, strict=True) if one and other)


def test_a_view_of_a_larger_array_is_a_picture_too(backend: PoseBackend, rendered_side: list[np.ndarray]):
    """Decoders pad their rows; such a picture is not contiguous."""
    padded = np.zeros((rendered_side[0].shape[0], rendered_side[0].shape[1] + 32, 3), np.uint8)
    padded[:, :-32] = rendered_side[0]
    assert np.array_equal(only_person(backend, padded[:, :-32]).xy, only_person(backend, rendered_side[0]).xy)


def test_bytes_that_are_no_network_are_refused(pose_weights: tuple[bytes, bytes]):
    detector, landmarker = pose_weights
    with pytest.raises(PoseModelError, match=r"bytes of a detector of BlazePose .*, got 11 bytes that are no TFLite model"):
        BlazePose(b"not a model", landmarker, "broken")
    with pytest.raises(PoseModelError, match=r"Expected the bytes of a landmark network .* Give the two files in their order"):
        BlazePose(detector, detector, "the same twice")


def test_the_hash_covers_both_files(pose_weights: tuple[bytes, bytes], blazepose: BlazePose):
    import hashlib

    assert blazepose.engine.pose_sha256 == hashlib.sha256(pose_weights[0] + pose_weights[1]).hexdigest()
    assert blazepose.engine.pose_model == "blazepose-full"
