"""What is the outline of a few balls seen from afar? Circles, and the hull round them, as a path of an SVG."""

import numpy as np
from jaxtyping import Float

_TURN = np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False)
#: A circle of radius 1.
CIRCLE: Float[np.ndarray, "24 2"] = np.column_stack([np.cos(_TURN), np.sin(_TURN)])


def convex(points: Float[np.ndarray, "point 2"]) -> Float[np.ndarray, "corner 2"]:
    """Return the convex hull, every hull in the same turning direction, so that several fill as one (Andrew's chain)."""
    ordered: list[list[float]] = points[np.lexsort((points[:, 1], points[:, 0]))].tolist()
    corners: list[list[float]] = []
    for sequence in (ordered, ordered[::-1]):
        chain: list[list[float]] = []
        for x, y in sequence:
            while len(chain) > 1:
                (x0, y0), (x1, y1) = chain[-2:]
                if (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0) > 0.0:
                    break
                chain.pop()
            chain.append([x, y])
        corners += chain[:-1]
    return np.array(corners)


def path_of(points: Float[np.ndarray, "point 2"]) -> str:
    """Return a closed path through points."""
    return f"M{'L'.join(f'{x:.1f} {y:.1f}' for x, y in points)}Z"
