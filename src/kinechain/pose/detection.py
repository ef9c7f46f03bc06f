"""How do the detector's raw numbers become people? Anchors, decoding, and the averaging of overlapping boxes."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

#: Side of the detector's input picture, px.
DETECTOR_SIZE_PX = 224

#: The detector's layers: step between anchors in px of its input. Layers with one step share their cells.
_STRIDES_PX = (8, 16, 32, 32, 32)
_ANCHORS_A_LAYER = 2


@dataclass(frozen=True)
class Detections:
    """What the detector saw, surest first: `scores` (n,), boxes (n, 4) as left, top, right, bottom and points (n, 4, 2).

    Coordinates are shares of the detector's square input. Point 0 is the hip centre, point 1 lies on the circle round the body.
    """

    scores: Float[np.ndarray, " n"]
    boxes: Float[np.ndarray, "n 4"]
    points: Float[np.ndarray, "n 4 2"]


def compute_anchors() -> Float[np.ndarray, "2254 2"]:
    """Return the anchor centres (2254, 2), x and y as shares of the input square, in the order of the detector's output.

    Row by row over the cells of each grid; all anchors of one cell follow each other.
    """
    grids = []
    for stride in sorted(set(_STRIDES_PX)):
        cells = DETECTOR_SIZE_PX // stride
        middles = (np.arange(cells) + 0.5) / cells
        y, x = np.meshgrid(middles, middles, indexing="ij")
        grids.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), _ANCHORS_A_LAYER * _STRIDES_PX.count(stride), axis=0))
    return np.concatenate(grids)


def decode_detections(
    raw_boxes: Float[np.ndarray, "n 12"], raw_scores: Float[np.ndarray, " n"], anchors: Float[np.ndarray, "n 2"], least_score: float
) -> Detections:
    """Turn the detector's outputs (n, 12) and (n,) into detections with a score of at least `least_score`, surest first.

    A row is box centre and size, then four points, all in px of the input and relative to the row's anchor; the score is a logit.
    """
    scores = sigmoid(raw_scores.astype(np.float64))
    kept = np.flatnonzero(scores >= least_score)
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    pairs = raw_boxes[kept].astype(np.float64).reshape(-1, 6, 2) / DETECTOR_SIZE_PX
    centre, half = pairs[:, 0] + anchors[kept], pairs[:, 1] / 2.0
    boxes = np.concatenate([centre - half, centre + half], axis=1)
    return Detections(scores[kept], boxes, pairs[:, 2:] + anchors[kept][:, None])


def merge_overlapping(detections: Detections, least_overlap: float) -> Detections:
    """Return one detection a person: those that overlap the surest left by more than `least_overlap` become their mean.

    The mean of boxes and points is weighted by score; the score is the surest one's. Overlap is intersection over union.
    """
    left = np.arange(detections.scores.size)
    merged = []
    while left.size:
        same = left[compute_overlap(detections.boxes[left[0]], detections.boxes[left]) > least_overlap]
        same = same if same.size else left[:1]
        weights = detections.scores[same] / detections.scores[same].sum()
        boxes, points = (np.tensordot(weights, values[same], 1) for values in (detections.boxes, detections.points))
        merged.append((detections.scores[left[0]], boxes, points))
        left = np.setdiff1d(left, same, assume_unique=True)
    return Detections(
        np.array([score for score, _, _ in merged]),
        np.array([box for _, box, _ in merged]).reshape(-1, 4),
        np.array([points for _, _, points in merged]).reshape(-1, 4, 2),
    )


def compute_overlap(box: Float[np.ndarray, " 4"], boxes: Float[np.ndarray, "n 4"]) -> Float[np.ndarray, " n"]:
    """Return intersection over union of one box with each of `boxes` (n, 4), rows left, top, right, bottom."""
    shared = np.clip(np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2]), 0.0, None).prod(axis=1)
    areas = np.clip(boxes[:, 2:] - boxes[:, :2], 0.0, None).prod(axis=1)
    union = np.clip(box[2:] - box[:2], 0.0, None).prod() + areas - shared
    return np.asarray(np.divide(shared, union, out=np.zeros_like(shared), where=union > 0.0))


def sigmoid(logits: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Return probabilities for logits; beyond 100 either way they are 0 or 1 to the last digit, so the tails are cut there."""
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -100.0, 100.0))))
