"""A drawn skeleton colours the pixels along its limbs and leaves every other pixel as it was."""

import io

import numpy as np
import pytest
from PIL import Image

from kinechain.core.types import KEYPOINT_NAMES, View
from kinechain.report.drawing import COLOURS, Arc, Box, Skeleton, box_round, draw_skeleton, still, thumbnail
from kinechain.report.strokes import OUTLINE, paint_arc, paint_dot, paint_label, paint_line

GREY = 120


def picture(width: int = 360, height: int = 640) -> np.ndarray:
    return np.full((height, width, 3), GREY, np.uint8)


def skeleton(**places: tuple[float, float]) -> Skeleton:
    xy = np.full((len(KEYPOINT_NAMES), 2), np.nan)
    for name, place in places.items():
        xy[KEYPOINT_NAMES.index(name)] = place
    return Skeleton(xy, np.ones(len(KEYPOINT_NAMES)))


SQUAT = skeleton(
    left_shoulder=(180.0, 200.0),
    left_hip=(140.0, 380.0),
    left_knee=(240.0, 390.0),
    left_ankle=(190.0, 540.0),
    left_heel=(170.0, 560.0),
    left_foot_index=(250.0, 565.0),
)


def close(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel.astype(int) - colour).max() <= 3)


def test_the_shank_is_painted_in_the_colour_of_its_side_over_a_dark_outline() -> None:
    drawn = draw_skeleton(picture(), SQUAT, view=View.SIDE, near_side="left")
    assert close(drawn[465, 215], COLOURS["left"]), "the middle of the shank"
    row = drawn[465].astype(int).sum(axis=1)
    assert row.min() < (3 * GREY + sum(OUTLINE)) / 2, "a dark edge beside it"


def test_elsewhere_the_picture_is_unchanged() -> None:
    before = picture()
    drawn = draw_skeleton(before, SQUAT, view=View.SIDE, near_side="left")
    assert (before == GREY).all(), "the given picture is not touched"
    assert (drawn[:150] == GREY).all()
    assert (drawn[600:] == GREY).all()
    assert (drawn[:, 320:] == GREY).all()


def test_what_is_missing_is_not_drawn() -> None:
    assert (draw_skeleton(picture(), skeleton(), view=View.FRONT) == GREY).all()
    only_hip = draw_skeleton(picture(), skeleton(left_hip=(180.0, 300.0)), view=View.FRONT)
    changed = np.argwhere((only_hip != GREY).any(axis=2))
    assert np.abs(changed - (300, 180)).max() < 15, "a lone joint is a dot, not a line to nowhere"


def test_the_far_leg_is_fainter_than_the_near_one() -> None:
    far = Skeleton(SQUAT.xy, SQUAT.confidence)
    as_far = draw_skeleton(picture(), far, view=View.SIDE, near_side="right")
    as_near = draw_skeleton(picture(), far, view=View.SIDE, near_side="left")
    assert np.abs(as_far[465].astype(int) - GREY).sum() < 0.7 * np.abs(as_near[465].astype(int) - GREY).sum()


def test_a_doubted_limb_is_fainter() -> None:
    doubted = draw_skeleton(picture(), Skeleton(SQUAT.xy, np.full(len(KEYPOINT_NAMES), 0.1)), view=View.SIDE, near_side="left")
    sure = draw_skeleton(picture(), SQUAT, view=View.SIDE, near_side="left")
    assert np.abs(doubted[465].astype(int) - GREY).sum() < 0.7 * np.abs(sure[465].astype(int) - GREY).sum()


def test_drawing_left_and_right_in_a_mirror_gives_the_mirrored_picture() -> None:
    """Reflecting the person and the picture is the same as reflecting the drawing (all joints on whole pixels)."""
    drawn = draw_skeleton(picture(361), SQUAT, view=View.SIDE, near_side="left")
    mirrored = Skeleton(np.column_stack([360.0 - SQUAT.xy[:, 0], SQUAT.xy[:, 1]]), SQUAT.confidence)
    other = draw_skeleton(picture(361), mirrored, view=View.SIDE, near_side="left")
    np.testing.assert_allclose(other[:, ::-1].astype(int), drawn.astype(int), atol=2)


def test_the_arc_shows_the_bend_beyond_the_thigh() -> None:
    """Thigh level to the right, shank straight down: the arc opens from the right to below, where no limb is."""
    bent = skeleton(left_hip=(100.0, 300.0), left_knee=(180.0, 300.0), left_ankle=(180.0, 420.0))
    plain = draw_skeleton(picture(), bent, view=View.SIDE, near_side="left")
    with_arc = draw_skeleton(picture(), bent, view=View.SIDE, near_side="left", arcs=(Arc("knee_flexion", "left", "90°"),))
    changed = np.argwhere((plain != with_arc).any(axis=2))
    assert changed[:, 1].min() >= 175, "nothing new on the hip's side"
    assert changed[:, 0].min() >= 290, "nothing new above the thigh's line"


def test_an_arc_without_its_joints_is_left_out() -> None:
    alone = skeleton(left_knee=(180.0, 300.0))
    arcs = (Arc("knee_flexion", "left", "90°"), Arc("shank_inclination", "right", ""))
    np.testing.assert_array_equal(
        draw_skeleton(picture(), alone, view=View.FRONT, arcs=arcs), draw_skeleton(picture(), alone, view=View.FRONT)
    )


@pytest.mark.parametrize("place", [(-50.0, -50.0), (0.0, 0.0), (359.0, 639.0), (500.0, 300.0), (100.0, 5000.0)])
def test_what_reaches_out_of_the_picture_is_cut_off(place: tuple[float, float]) -> None:
    canvas = picture()
    paint_line(canvas, (180.0, 320.0), place, 3.0, (255, 255, 255), 1.5)
    paint_line(canvas, place, place, 3.0, (255, 255, 255), 1.5)
    paint_dot(canvas, place, 5.0, (255, 255, 255), 1.5, (0, 0, 0))
    paint_arc(canvas, place, 20.0, 0.0, 1.0, 2.0, (255, 255, 255))
    paint_label(canvas, "112°", place, 20)
    assert canvas.shape == (640, 360, 3)


def test_a_label_larger_than_the_picture_does_no_harm() -> None:
    tiny = np.full((8, 8, 3), GREY, np.uint8)
    paint_label(tiny, "a long caption", (4.0, 4.0), 20)
    assert tiny.shape == (8, 8, 3)


def test_a_still_is_a_small_jpeg_of_the_person_without_metadata() -> None:
    data = still(picture(1080, 1920), SQUAT, view=View.SIDE, near_side="left", height_px=480)
    with Image.open(io.BytesIO(data)) as opened:
        assert opened.format == "JPEG"
        assert opened.height == pytest.approx(480, abs=1)
        assert opened.width < 480
        assert not opened.getexif()


def test_repetitions_share_one_crop() -> None:
    standing = skeleton(nose=(180.0, 60.0), left_ankle=(180.0, 560.0))
    box = box_round([SQUAT, standing], 360, 640)
    assert box.top <= 60
    assert box.bottom >= 565
    assert box_round([skeleton()], 360, 640) == Box(0, 0, 360, 640)


def test_a_thumbnail_keeps_the_proportions() -> None:
    with Image.open(io.BytesIO(thumbnail(picture(720, 1280), height_px=240))) as opened:
        assert opened.size == (135, 240)


def test_a_no_break_space_in_a_label_is_a_space_and_not_a_box() -> None:
    plain, broken = (np.zeros((40, 120, 3), np.uint8) for _ in range(2))
    paint_label(plain, "3.3 s", (60.0, 20.0), 16)
    paint_label(broken, "3.3\xa0s", (60.0, 20.0), 16)
    np.testing.assert_array_equal(plain, broken)
