"""Do the pixels tell how far the camera moved, whether the scene was cut, and how bright it is? On made pictures."""

import numpy as np
import pytest

from kinechain.pose.picture import PictureWatch, correlate, shrink_to_grey

HEIGHT, WIDTH = 720, 480


def wall(seed: int = 0, height: int = 1000, width: int = 800) -> np.ndarray:
    """A wall with boards, pictures and shelves: rectangles of many sizes and greys."""
    chance = np.random.default_rng(seed)
    picture = np.full((height, width), 150.0)
    for _ in range(120):
        top, left = chance.integers(0, (height, width))
        high, wide = chance.integers(20, 200, 2)
        picture[top : top + high, left : left + wide] = chance.integers(40, 220)
    return np.repeat(picture[:, :, None], 3, axis=2).astype(np.uint8)


def view(background: np.ndarray, x: int, y: int) -> np.ndarray:
    """What a camera sees that looks at (x, y) of the background: where it moves right, the picture's content moves left."""
    return background[y : y + HEIGHT, x : x + WIDTH]


def test_a_still_camera_has_no_shift():
    watch, chance = PictureWatch(), np.random.default_rng(1)
    shown = view(wall(), 100, 100).astype(int)
    facts = [watch.look(np.clip(shown + chance.normal(0, 3, shown.shape), 0, 255).astype(np.uint8), None) for _ in range(20)]
    assert np.abs([fact.shift_px for fact in facts]).max() < 0.3
    assert max(fact.scene_change for fact in facts[1:]) < 0.01
    assert np.isnan(facts[0].scene_change)


@pytest.mark.parametrize(("right", "down"), [(3, 0), (0, -7), (20, 11), (-45, 60), (80, 90)])
def test_a_moved_camera_shifts_the_background_by_as_much(right: int, down: int):
    watch, background = PictureWatch(), wall()
    watch.look(view(background, 120, 120), None)
    shift = watch.look(view(background, 120 + right, 120 + down), None).shift_px
    assert np.abs(shift - (-right, -down)).max() < 1.5


def test_a_long_pan_adds_up_and_comes_back_to_nothing():
    """300 px to the right and back: the reference changes on the way, and the errors stay within a few px."""
    watch, background = PictureWatch(), wall()
    path = [*range(0, 301, 10), *range(300, -1, -10)]
    shifts = [watch.look(view(background, x, 50), None).shift_px for x in path]
    assert np.abs(np.array(shifts)[:, 0] + path).max() < 6.0
    assert np.abs(shifts[-1]).max() < 3.0


def test_the_person_in_front_does_not_count():
    """A striped figure walks across a third of the picture; the camera stands."""
    watch, shifts = PictureWatch(), []
    for step in range(0, 200, 8):
        shown = view(wall(), 100, 100).copy()
        shown[150:650:12, 40 + step : 200 + step] = 250
        shown[156:650:12, 40 + step : 200 + step] = 10
        shifts.append(watch.look(shown, np.array([[40.0 + step, 150.0], [200.0 + step, 660.0]])).shift_px)
    assert np.abs(shifts).max() < 0.5


def test_who_is_found_only_in_the_third_picture_does_not_spoil_the_reference():
    watch, facts = PictureWatch(), []
    for index in range(6):
        shown = view(wall(), 100, 100).copy()
        shown[100:700, 60 + 20 * index : 360 + 20 * index] = np.random.default_rng(5).integers(0, 255, (600, 300, 1))
        box = np.array([[60.0 + 20 * index, 100.0], [360.0 + 20 * index, 700.0]])
        facts.append(watch.look(shown, box if index >= 2 else None))
    assert np.abs([fact.shift_px for fact in facts[2:]]).max() < 1.0


def test_before_a_blank_wall_the_shift_is_missing():
    watch = PictureWatch()
    facts = [watch.look(np.full((HEIGHT, WIDTH, 3), 180, np.uint8), None) for _ in range(3)]
    assert np.isnan([fact.shift_px for fact in facts]).all()
    assert facts[1].scene_change == 0.0


def test_a_cut_is_a_change_and_a_new_beginning():
    watch = PictureWatch()
    scenes = [wall(1)] * 3 + [wall(2)] * 3
    facts = [watch.look(view(scene, 0, 0), None) for scene in scenes]
    assert facts[3].scene_change > 0.5
    assert max(facts[index].scene_change for index in (1, 2, 4, 5)) < 0.01
    assert np.isnan(facts[3].shift_px).all()
    assert np.allclose(facts[5].shift_px, 0.0, atol=0.1)


def test_a_lamp_switched_on_is_no_cut():
    watch, shown = PictureWatch(), view(wall(), 0, 0)
    watch.look(shown // 2, None)
    fact = watch.look(shown, None)
    assert fact.scene_change < 0.01
    assert np.abs(fact.shift_px).max() < 0.5


def test_fading_to_black_is_a_change():
    watch = PictureWatch()
    watch.look(view(wall(), 0, 0), None)
    assert watch.look(np.zeros((HEIGHT, WIDTH, 3), np.uint8), None).scene_change == 1.0


def test_brightness_goes_from_black_to_white():
    watch = PictureWatch()
    looks = [watch.look(np.full((HEIGHT, WIDTH, 3), value, np.uint8), None).brightness for value in (0, 51, 255)]
    assert looks == pytest.approx([0.0, 0.2, 1.0], abs=1e-6)


@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (5, 300), (160, 160)])
def test_pictures_of_any_shape_are_watched(shape: tuple[int, int]):
    watch = PictureWatch()
    for _ in range(2):
        assert 0.0 <= watch.look(np.full((*shape, 3), 100, np.uint8), None).brightness <= 1.0


def test_a_large_picture_becomes_a_small_one():
    grey, scale = shrink_to_grey(np.zeros((1920, 1080, 3), np.uint8), 160)
    assert max(grey.shape) <= 160
    assert scale == 12.0


def test_a_shift_by_whole_pixels_is_found_exactly():
    surface = np.random.default_rng(0).normal(size=(32, 48))
    moved = np.roll(surface, (3, -5), axis=(0, 1))
    shift, fit = correlate(np.fft.fft2(surface), np.fft.fft2(moved))
    assert np.allclose(shift, (-5.0, 3.0), atol=0.2)
    assert fit == pytest.approx(np.mean(surface**2))
