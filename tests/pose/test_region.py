"""Do points and pixels travel rightly between a picture and a turned square of it?"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.pose.region import Region, cut_region, region_of_body

regions = st.builds(
    Region,
    st.floats(-500.0, 2000.0),
    st.floats(-500.0, 2000.0),
    st.floats(1.0, 3000.0),
    st.floats(-math.pi, math.pi),
)
points = st.lists(st.tuples(st.floats(-2.0, 3.0), st.floats(-2.0, 3.0)), min_size=1, max_size=5).map(np.array)


@given(regions, points)
def test_there_and_back_again(region: Region, shares: np.ndarray):
    assert np.allclose(region.from_picture(region.to_picture(shares)), shares, atol=1e-6)


@given(regions, points)
def test_turning_keeps_distances(region: Region, shares: np.ndarray):
    there = region.to_picture(shares)
    assert np.allclose(
        np.linalg.norm(there - there[0], axis=1), region.side_px * np.linalg.norm(shares - shares[0], axis=1), atol=1e-6
    )


@given(regions, st.floats(1.0, 2.0))
def test_a_body_is_upright_in_its_own_region(region: Region, margin: float):
    """Whatever way the body lies, its hips are in the middle and the point on the circle straight above them."""
    hips, circle = region.to_picture(np.array([[0.5, 0.5], [0.5, 0.1]]))
    found = region_of_body(hips, circle, margin)
    assert found.side_px == pytest.approx(2.0 * margin * 0.4 * region.side_px)
    assert np.allclose(found.from_picture(np.array([hips, circle])), [[0.5, 0.5], [0.5, 0.5 - 0.5 / margin]], atol=1e-6)


def test_a_person_who_lies_to_the_right_is_turned_by_a_quarter():
    region = region_of_body(np.array([100.0, 100.0]), np.array([140.0, 100.0]), 1.25)
    assert region.angle_rad == pytest.approx(math.pi / 2.0)
    assert region.side_px == pytest.approx(100.0)
    assert np.allclose(region.corners(), [[150.0, 50.0], [150.0, 150.0], [50.0, 150.0], [50.0, 50.0]])


def test_a_region_without_extent_is_refused():
    with pytest.raises(ValueError, match="Expected a region with finite numbers and a positive side"):
        region_of_body(np.array([100.0, 100.0]), np.array([100.0, 100.0]), 1.25)


def ramp() -> np.ndarray:
    """Red rises by 2 a column, green by 2 a row."""
    rows, columns = np.indices((80, 100))
    return np.stack([2 * columns, 2 * rows, np.zeros_like(rows)], axis=2).astype(np.uint8)


def in_four_bytes(rgb: np.ndarray, spare_rows: int = 0, spare_columns: int = 0) -> np.ndarray:
    """Lay a picture out as films are read: a fourth byte a pixel, and perhaps padding below and to the right."""
    height, width = rgb.shape[:2]
    memory = np.full((height + spare_rows, width + spare_columns, 4), 77, np.uint8)
    memory[:height, :width, :3] = rgb
    return memory[:height, :width, :3]


@pytest.mark.parametrize("layout", [lambda rgb: rgb, in_four_bytes, lambda rgb: in_four_bytes(rgb, 2, 5)[1:, 3:]])
def test_an_upright_cut_at_full_size_is_the_picture_itself_however_it_lies_in_memory(layout):
    picture = layout(ramp())
    cut = cut_region(picture, Region(40.0, 40.0, 32.0, 0.0), 32, "black")
    assert np.array_equal(cut, picture[24:56, 24:56])
    assert np.array_equal(
        cut_region(picture, Region(0.0, 0.0, 60.0, 0.4), 32, "edge"),
        cut_region(picture.copy(), Region(0.0, 0.0, 60.0, 0.4), 32, "edge"),
    )


@pytest.mark.parametrize("picture", [ramp(), in_four_bytes(ramp())], ids=["copied", "shared"])
@pytest.mark.parametrize("angle_deg", [0.0, 20.0, 90.0])
def test_each_pixel_of_a_cut_comes_from_its_place_in_the_picture(angle_deg: float, picture: np.ndarray):
    """On a ramp, bilinear resampling is exact: the colour tells the place."""
    region = Region(50.0, 40.0, 48.0, math.radians(angle_deg))
    cut = cut_region(picture, region, 16, "black")
    column, row = np.meshgrid(np.arange(16) / 16.0, np.arange(16) / 16.0)
    place = region.to_picture(np.stack([column.ravel(), row.ravel()], axis=1))
    assert np.abs(cut.reshape(-1, 3)[:, :2] - 2.0 * place).max() <= 1.0


def test_beyond_the_picture_it_is_black_or_the_edge_drawn_on():
    picture = np.full((40, 40, 3), 200, np.uint8)
    picture[:, 0] = 90
    at_the_edge = Region(0.0, 20.0, 20.0, 0.0)
    black, drawn_on = (cut_region(picture, at_the_edge, 20, beyond) for beyond in ("black", "edge"))
    assert (black[:, :10] == 0).all()
    assert (drawn_on[:, :11] == 90).all()
    assert (drawn_on[:, 11:] == 200).all()
    assert np.array_equal(black[:, 11:], drawn_on[:, 11:])


@pytest.mark.parametrize("beyond", ["black", "edge"])
def test_a_region_wholly_outside_or_enormous_costs_no_more_than_the_picture(beyond: str):
    for region in (Region(-900.0, 5000.0, 50.0, 0.3), Region(0.0, 0.0, 1e6, 0.3)):
        assert cut_region(ramp(), region, 16, beyond).shape == (16, 16, 3)
