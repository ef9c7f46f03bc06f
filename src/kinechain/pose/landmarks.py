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
    refined = points.copy()
    for index in range(count):
        column, row = (int(np.floor(share * cells)) for share, cells in zip(points[index], (columns, rows), strict=True))
        if not (0 <= column < columns and 0 <= row < rows):
            continue
        first_row, first_column = max(0, row - window // 2), max(0, column - window // 2)
        cells = heatmaps[first_row : row + window // 2 + 1, first_column : column + window // 2 + 1, index]
        weights = sigmoid(cells.astype(np.float64))
        if weights.max() >= least_weight:
            across, down = weights.sum(axis=0), weights.sum(axis=1)
            refined[index, 0] = (across @ np.arange(first_column, first_column + across.size)) / across.sum() / columns
            refined[index, 1] = (down @ np.arange(first_row, first_row + down.size)) / down.sum() / rows
    return refined
