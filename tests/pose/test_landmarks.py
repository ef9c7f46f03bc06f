"""Does the refinement move a landmark to the middle of its heatmap's window? Reckoned by hand."""

import numpy as np

from kinechain.pose.landmarks import refine_by_heatmap

COLD = -100.0  # a logit whose sigmoid is nothing


def refine(point: tuple[float, float], heatmap: np.ndarray) -> np.ndarray:
    return refine_by_heatmap(np.array([point]), heatmap[:, :, None], 7, 0.5)[0]


def heatmap_with(*cells: tuple[int, int, float]) -> np.ndarray:
    heatmap = np.full((64, 64), COLD)
    for row, column, logit in cells:
        heatmap[row, column] = logit
    return heatmap


def test_one_warm_cell_takes_the_landmark_to_its_corner():
    assert np.allclose(refine((20.4 / 64, 30.9 / 64), heatmap_with((31, 22, 5.0))), [22 / 64, 31 / 64])


def test_two_cells_share_by_their_sigmoids():
    """Logits 0 and log 3 are weights 1/2 and 3/4: columns 20 and 22 meet at 21.2."""
    moved = refine((21.5 / 64, 30.5 / 64), heatmap_with((30, 20, 0.0), (30, 22, np.log(3.0))))
    assert np.allclose(moved, [21.2 / 64, 30 / 64])


def test_an_unsure_heatmap_leaves_the_landmark_alone():
    assert np.allclose(refine((0.3, 0.4), heatmap_with((25, 19, -0.01))), [0.3, 0.4])


def test_what_lies_beyond_the_window_does_not_count():
    """The window reaches three cells to each side of the landmark's own."""
    assert np.allclose(refine((20.5 / 64, 30.5 / 64), heatmap_with((30, 24, 9.0))), [20.5 / 64, 30.5 / 64])
    assert np.allclose(refine((20.5 / 64, 30.5 / 64), heatmap_with((30, 23, 9.0))), [23 / 64, 30 / 64])


def test_at_the_rim_the_window_is_cut_short():
    assert np.allclose(refine((0.5 / 64, 63.5 / 64), heatmap_with((63, 0, 9.0))), [0.0, 63 / 64])


def test_a_landmark_outside_the_picture_stays_where_it_is():
    assert np.allclose(refine((-0.1, 0.5), heatmap_with((32, 0, 9.0))), [-0.1, 0.5])
    assert np.allclose(refine((0.5, 1.2), heatmap_with((63, 32, 9.0))), [0.5, 1.2])


def test_each_landmark_has_its_own_heatmap():
    heatmaps = np.stack([heatmap_with((10, 10, 9.0)), heatmap_with((10, 12, 9.0))], axis=2)
    points = np.full((2, 2), 10.5 / 64)
    assert np.allclose(refine_by_heatmap(points, heatmaps, 7, 0.5), [[10 / 64, 10 / 64], [12 / 64, 10 / 64]])
