"""Do the detector's raw numbers become people as MediaPipe describes? Reckoned by hand on made boxes."""

import numpy as np
import pytest

from kinechain.pose.detection import Detections, compute_anchors, compute_overlap, decode_detections, merge_overlapping, sigmoid


def test_the_anchors_lie_in_the_middles_of_their_cells():
    anchors = compute_anchors()
    assert anchors.shape == (2254, 2)  # 28 x 28 x 2 + 14 x 14 x 2 + 7 x 7 x 6
    assert np.allclose(anchors[:4], [[4 / 224, 4 / 224], [4 / 224, 4 / 224], [12 / 224, 4 / 224], [12 / 224, 4 / 224]])
    assert np.allclose(anchors[2 * 28], [4 / 224, 12 / 224])
    assert np.allclose(anchors[2 * 28 * 28], [8 / 224, 8 / 224])
    assert np.allclose(anchors[-6:], 1.0 - 16 / 224)


def test_offsets_are_counted_in_224ths_from_the_anchor():
    anchors = np.array([[0.5, 0.25], [0.5, 0.5]])
    boxes = np.array([[0.0, 22.4, 44.8, 44.8, 0.0, 0.0, 0.0, -112.0, 22.4, 0.0, 0.0, 0.0], np.zeros(12)])
    seen = decode_detections(boxes, np.array([2.0, -0.1]), anchors, 0.5)
    assert seen.scores == pytest.approx([1.0 / (1.0 + np.exp(-2.0))])
    assert np.allclose(seen.boxes, [[0.4, 0.25, 0.6, 0.45]])
    assert np.allclose(seen.points[0], [[0.5, 0.25], [0.5, -0.25], [0.6, 0.25], [0.5, 0.25]])


def test_the_surest_comes_first():
    seen = decode_detections(np.zeros((3, 12)), np.array([1.0, 3.0, 2.0]), np.eye(3, 2), 0.5)
    assert np.allclose(seen.scores, sigmoid(np.array([3.0, 2.0, 1.0])))


def boxes_of(*rows: tuple[float, float, float, float]) -> np.ndarray:
    return np.array(rows)


def test_overlap_is_intersection_over_union():
    box = np.array([0.0, 0.0, 2.0, 2.0])
    others = boxes_of((0.0, 0.0, 2.0, 2.0), (1.0, 0.0, 3.0, 2.0), (5.0, 5.0, 6.0, 6.0), (1.0, 1.0, 1.0, 1.0))
    assert np.allclose(compute_overlap(box, others), [1.0, 2.0 / 6.0, 0.0, 0.0])


def test_boxes_of_one_person_become_their_mean_weighted_by_score():
    """Boxes 0 and 2 overlap by 9 / 11; box 1 is another person."""
    boxes = boxes_of((0.0, 0.0, 1.0, 1.0), (4.0, 4.0, 5.0, 5.0), (0.1, 0.0, 1.1, 1.0))
    points = np.zeros((3, 4, 2))
    points[:, 0] = boxes[:, :2]
    merged = merge_overlapping(Detections(np.array([0.9, 0.8, 0.6]), boxes, points), 0.3)
    assert np.allclose(merged.scores, [0.9, 0.8])
    assert np.allclose(merged.boxes, [[0.04, 0.0, 1.04, 1.0], [4.0, 4.0, 5.0, 5.0]])
    assert np.allclose(merged.points[:, 0], [[0.04, 0.0], [4.0, 4.0]])


def test_a_box_without_area_still_is_one_detection():
    nothing = Detections(np.array([0.9, 0.8]), np.zeros((2, 4)), np.zeros((2, 4, 2)))
    assert merge_overlapping(nothing, 0.3).scores.tolist() == [0.9, 0.8]


def test_no_detection_stays_none():
    none = decode_detections(np.zeros((2, 12)), np.array([-1.0, -2.0]), np.zeros((2, 2)), 0.5)
    assert merge_overlapping(none, 0.3).points.shape == (0, 4, 2)
