"""Was the camera held upright? Long upright lines of the background vote for how far the picture is turned."""

import numpy as np
from jaxtyping import Float, Int, UInt8

from kinechain.evidence import constant
from kinechain.pose.picture import shrink_to_grey

#: The ballot: turns of lines in steps of a quarter of a degree, and how strongly uprights lean together towards the picture's
#: sides (rad a picture width: a camera pitched down makes them converge).
_STEP_RAD = np.radians(0.25)
_TURNS_RAD = np.arange(-120, 121) * _STEP_RAD
_LEANS_RAD = np.radians(np.arange(-24.0, 24.1, 2.0))

#: An edge pixel may lie on lines turned up to two degrees from its own direction; lines within a degree agree.
_TOLERANCE_STEPS, _AGREE_STEPS = 8, 4

#: Longest side of the picture whose edges vote, px.
_GREY_PX = 480


class RollVote:
    """Collects votes from a few pictures of one film; memory does not grow.

    Only near-upright lines vote, long ones more, by the square of their length: level lines of a room converge wherever the
    camera does not face the wall, upright ones only by pitch, and then evenly about the middle of the picture, which is told
    apart by a second unknown.
    """

    def __init__(self) -> None:
        self._left = int(constant("pose.roll_pictures").value)
        self._least_share = constant("pose.least_roll_share").value
        self._least_length = constant("pose.least_upright_length").value
        self._least_spread = constant("pose.least_upright_spread").value
        self._least_contrast = constant("pose.least_line_contrast").value
        self._least_straightness = constant("pose.least_line_straightness").value
        self._usual_lean_rad = constant("pose.usual_upright_lean").value
        #: For each lean and turn the sum of weights, and of weights times place and place squared.
        self._votes = np.zeros((3, _LEANS_RAD.size, _TURNS_RAD.size))

    def add(self, rgb: UInt8[np.ndarray, "height width 3"], hide: Float[np.ndarray, "2 2"] | None) -> None:
        """Let the edges of one picture vote, except those in the box `hide` (upper left and lower right corner, px)."""
        if self._left <= 0:
            return
        self._left -= 1
        grey, scale = shrink_to_grey(rgb, _GREY_PX)
        edges = _find_edges(grey, None if hide is None else hide / scale, self._least_contrast, self._least_straightness)
        lines = _find_lines(*edges, (grey.shape[0], grey.shape[1]))
        lines[lines < self._least_length * grey.shape[0]] = 0.0
        turn, offset = np.nonzero(lines)
        weight = (lines[turn, offset] / grey.shape[0]) ** 2
        place = (offset - lines.shape[1] // 2) / np.cos(_TURNS_RAD[turn]) / grey.shape[1]
        for index, lean in enumerate(_LEANS_RAD):
            bins = turn - np.rint(lean * place / _STEP_RAD).astype(int)
            kept = (bins >= 0) & (bins < _TURNS_RAD.size)
            for power in range(3):
                self._votes[power, index] += np.bincount(bins[kept], (weight * place**power)[kept], _TURNS_RAD.size)

    def estimate(self) -> float:
        """Return the roll in rad, positive where the picture's content is turned clockwise, NaN without a clear peak."""
        window = np.ones(2 * _AGREE_STEPS + 1)
        weight, first, second = ([np.convolve(votes, window, "same") for votes in moment] for moment in self._votes)
        likely = np.exp(-0.5 * (_LEANS_RAD / self._usual_lean_rad) ** 2)[:, None] * weight
        lean, turn = np.unravel_index(int(likely.argmax()), likely.shape)
        agreeing, total = weight[lean][turn], self._votes[0, lean].sum()
        if not agreeing > 0.0 or agreeing < self._least_share * total:
            return float("nan")
        spread = np.sqrt(max(0.0, second[lean][turn] / agreeing - (first[lean][turn] / agreeing) ** 2))
        if spread < self._least_spread:
            return float("nan")
        around = slice(max(0, turn - _AGREE_STEPS), turn + _AGREE_STEPS + 1)
        return float(np.average(_TURNS_RAD[around], weights=self._votes[0, lean, around]))


def _find_edges(
    grey: Float[np.ndarray, "rows columns"],
    hide: Float[np.ndarray, "2 2"] | None,
    least_contrast: float,
    least_straightness: float,
) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"], Float[np.ndarray, " n"]]:
    """Return row, column and turn (rad, clockwise) of each near-upright edge pixel.

    The direction is that of the structure tensor over five by five pixels, which averages out the steps of a slanted edge.
    """
    across, down = (_blur(np.gradient(grey, axis=axis), 3) for axis in (1, 0))
    xx, yy, xy = (_blur(part, 5) for part in (across**2, down**2, across * down))
    difference, strength = np.hypot(xx - yy, 2.0 * xy), xx + yy
    turn = 0.5 * np.arctan2(2.0 * xy, xx - yy)
    edge = (strength > least_contrast**2) & (difference > least_straightness * strength) & (np.abs(turn) < _TURNS_RAD[-1])
    if hide is not None:
        (left, top), (right, bottom) = np.maximum(np.rint(hide), 0).astype(int)
        edge[top:bottom, left:right] = False
    row, column = np.nonzero(edge)
    return row, column, turn[edge].astype(np.float64)


def _find_lines(
    row: Int[np.ndarray, " n"], column: Int[np.ndarray, " n"], turn: Float[np.ndarray, " n"], shape: tuple[int, int]
) -> Float[np.ndarray, "turns offsets"]:
    """Return how many edge pixels lie on each line, by the line's turn and its distance from the picture's middle in px.

    A Hough transform (Duda and Hart 1972) in which a pixel votes only for lines along its own direction.
    """
    x, y = column - shape[1] / 2.0, row - shape[0] / 2.0
    reach = int(np.hypot(*shape) / 2.0) + 1
    lines = np.zeros(_TURNS_RAD.size * (2 * reach + 1))
    for away in range(-_TOLERANCE_STEPS, _TOLERANCE_STEPS + 1):
        bins = np.rint(turn / _STEP_RAD).astype(int) + away + _TURNS_RAD.size // 2
        kept = (bins >= 0) & (bins < _TURNS_RAD.size)
        direction = _TURNS_RAD[bins[kept]]
        offset = np.rint(x[kept] * np.cos(direction) + y[kept] * np.sin(direction)).astype(int) + reach
        lines += np.bincount(bins[kept] * (2 * reach + 1) + offset, minlength=lines.size)
    return lines.reshape(_TURNS_RAD.size, 2 * reach + 1)


def _blur(values: Float[np.ndarray, "rows columns"], width: int) -> Float[np.ndarray, "rows columns"]:
    """Return means over `width` by `width` pixels (an odd number); the rim of width // 2 is zero."""
    if min(values.shape) < width:
        return np.zeros_like(values)
    rows, columns = (side - width + 1 for side in values.shape)
    down = sum((values[away : away + rows] for away in range(width)), np.zeros((rows, values.shape[1]), values.dtype))
    both = sum((down[:, away : away + columns] for away in range(width)), np.zeros((rows, columns), values.dtype))
    return np.pad(both / width**2, width // 2)
