"""How do the landmark network's raw numbers become landmarks? Decoding, and the refinement by its heatmaps."""

import numpy as np
from jaxtyping import Float

from kinechain.pose.detection import sigmoid

#: Side of the landmark network's input picture, px.
LANDMARK_SIZE_PX = 256

#: The network's outputs: 33 body landmarks, hip centre, point on the circle round the body, and four helpers of its own.
RAW_LANDMARKS = 39
BODY_LANDMARKS = 33
HIP_CENTRE, CIRCLE_POINT = 33, 34


def refine_by_heatmap(
    points: Float[np.ndarray, "n 2"], heatmaps: Float[np.ndarray, "rows columns n"], window: int, least_weight: float
) -> Float[np.ndarray, "n 2"]:
    """Return points moved to the weighted mean of their heatmap's window, where that window is sure of itself.

    `points` (n, 2) are shares of the input square, `heatmaps` (rows, columns, n) logits. The weights are the sigmoids in the
    `window` x `window` cells round a point; a point stays where it lies outside the map or the largest weight is below
    `least_weight`. A cell's place is its upper left corner, as the network was trained (MediaPipe, refine_landmarks_from_heatmap).
    """
    rows, columns, count = heatmaps.shape
    around = np.arange(window) - window // 2
    middle = np.floor(points * (columns, rows)).astype(int)
    column, row = middle[:, 0, None] + around, middle[:, 1, None] + around  # (n, window) each
    in_map = ((row >= 0) & (row < rows))[:, :, None] & ((column >= 0) & (column < columns))[:, None, :]
    cells = heatmaps[
        np.clip(row, 0, rows - 1)[:, :, None], np.clip(column, 0, columns - 1)[:, None, :], np.arange(count)[:, None, None]
    ]
    weights = np.where(in_map, sigmoid(cells.astype(np.float64)), 0.0)
    total = np.maximum(weights.sum(axis=(1, 2)), np.finfo(float).tiny)
    mean_column = np.einsum("nrc,nc->n", weights, column) / total
    mean_row = np.einsum("nrc,nr->n", weights, row) / total
    centre_in_map = ((middle >= 0) & (middle < (columns, rows))).all(axis=1)
    sure = centre_in_map & (weights.max(axis=(1, 2)) >= least_weight)
    refined = np.stack([mean_column / columns, mean_row / rows], axis=1)
    return np.where(sure[:, None], refined, points)
