"""Is the camera's roll read from upright lines, and left open where nothing tells?"""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from kinechain.pose.roll import RollVote


def room(roll_deg: float, lean: float = 0.0, uprights: tuple[int, ...] = (90, 260, 430, 640)) -> np.ndarray:
    """Draw a room of upright posts and a level line, its content turned clockwise by `roll_deg`.

    `lean` is by how much (rad) the posts lean together over the picture's width, as where the camera looks down.
    """
    picture = Image.new("L", (1200, 1200), 170)
    draw = ImageDraw.Draw(picture)
    for place in uprights:
        x, tilt = place + 240, lean * (place - 360) / 720
        draw.polygon(
            [(x - 1200 * tilt * (y - 600) / 1200 + side, y) for side, y in ((0, 200), (12, 200), (12, 1000), (0, 1000))], 90
        )
    draw.line([(0, 1000), (1200, 1000)], 60, 9)
    turned = picture.rotate(-roll_deg, Image.Resampling.BICUBIC).crop((240, 240, 960, 960))
    noisy = np.asarray(turned, float) + np.random.default_rng(0).normal(0.0, 2.0, (720, 720))
    return np.repeat(np.clip(noisy, 0, 255)[:, :, None], 3, axis=2).astype(np.uint8)


def estimate_deg(picture: np.ndarray, hide: np.ndarray | None = None) -> float:
    vote = RollVote()
    vote.add(picture, hide)
    return float(np.degrees(vote.estimate()))


@pytest.mark.parametrize("roll_deg", [-15.0, -4.0, -1.0, 0.0, 2.5, 7.0, 20.0])
def test_the_roll_of_a_room_is_recovered(roll_deg: float):
    assert estimate_deg(room(roll_deg)) == pytest.approx(roll_deg, abs=0.3 + 0.05 * abs(roll_deg))


@pytest.mark.parametrize("lean", [-0.2, 0.1, 0.2])
def test_a_camera_that_looks_down_or_up_is_not_taken_for_a_rolled_one(lean: float):
    assert estimate_deg(room(5.0, lean)) == pytest.approx(5.0, abs=1.5)


def test_more_pictures_do_not_change_the_answer():
    vote = RollVote()
    for _ in range(30):
        vote.add(room(-6.0), None)
    assert np.degrees(vote.estimate()) == pytest.approx(-6.0, abs=0.5)


def test_one_upright_alone_does_not_tell():
    assert np.isnan(estimate_deg(room(3.0, uprights=(90,))))


def test_level_lines_do_not_vote():
    assert np.isnan(estimate_deg(room(3.0, uprights=())))


def test_foliage_does_not_vote():
    """Blots without any long line; the picture's own rows and columns of pixels are not taken for one."""
    blots = np.random.default_rng(3).integers(0, 255, (45, 45), dtype=np.uint8)
    picture = np.asarray(Image.fromarray(blots).resize((720, 720), Image.Resampling.BICUBIC))
    assert np.isnan(estimate_deg(np.repeat(picture[:, :, None], 3, axis=2)))


def test_without_pictures_nothing_is_told():
    assert np.isnan(RollVote().estimate())


def test_the_person_does_not_vote():
    """A person with a slanted board hides the room's only wrong lines."""
    picture = room(0.0)
    slanted = room(12.0, uprights=(300, 340, 380, 420))
    picture[200:600, 250:480] = slanted[200:600, 250:480]
    assert estimate_deg(picture, np.array([[250.0, 200.0], [480.0, 600.0]])) == pytest.approx(0.0, abs=0.5)
