"""What do the pixels tell beside the person? How far the camera moved, whether the scene was cut, how bright it is."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Complex, Float, UInt8

from kinechain.evidence import constant

#: Brightness of the three colours (ITU-R BT.601, as in JPEG); they only have to sum to one here.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)

#: Longest side of the small grey picture, and how many of its px make one of the pattern for scene changes.
_GREY_PX, _COARSE_PX = 160, 8

#: Sides that are multiples of this make a fast Fourier transform fast.
_FAST = 16


@dataclass(frozen=True)
class PictureFacts:
    """Background shift (x, y) in px since the first picture, NaN where it cannot be told; `scene_change` and `brightness` 0 to 1.

    `scene_change` is one minus the correlation of the brightness patterns of this picture and the one before, NaN for the first.
    """

    shift_px: Float[np.ndarray, " 2"]
    scene_change: float
    brightness: float


class PictureWatch:
    """Watches the pictures of one film in their order; keeps two small ones, whatever the film's length.

    The background's shift is the peak of the correlation of edge directions (orientation correlation: Fitch, Kadyrov, Christmas,
    Kittler, BMVC 2002; here with damped instead of unit vectors) between a reference picture and this one, the person left out of
    both. The reference is the first picture for as long as it still fits, so that errors do not add up.
    """

    def __init__(self) -> None:
        self._least_fit = constant("pose.least_background_fit").value
        self._least_texture = constant("pose.least_background_texture").value
        self._half_contrast = constant("pose.half_edge_contrast").value
        self._furthest = constant("pose.furthest_background_shift").value
        self._reference: _Background | None = None
        self._before: _Background | None = None
        self._pattern: Float[np.ndarray, "rows columns"] | None = None

    def look(self, rgb: UInt8[np.ndarray, "height width 3"], hide: Float[np.ndarray, "2 2"] | None) -> PictureFacts:
        """Return the facts of the film's next picture.

        `hide` is the box round the person, its upper left and lower right corner in px; None where nobody is known to be there.
        """
        grey, scale = shrink_to_grey(rgb, _GREY_PX)
        pattern = _coarsen(grey, _COARSE_PX)
        change = _compute_change(self._pattern, pattern, self._half_contrast)
        self._pattern = pattern
        background = _read_background(grey, self._half_contrast).hiding(None if hide is None else hide / scale)
        return PictureFacts(self._follow(background) * scale, change, float(grey.mean()))

    def _follow(self, now: "_Background") -> Float[np.ndarray, " 2"]:
        """Return the shift of `now` in its own pixels, and keep what the next picture needs."""
        if self._reference is None or self._before is None:
            self._reference = self._before = now
            return now.shift if now.texture >= self._least_texture else np.full(2, np.nan)
        for kept in (self._reference, self._before):
            # Nobody is known to be there in the first pictures; what moved there must not count against later ones.
            reference = kept.hiding(now.hidden) if kept.hidden is None else kept
            shift = self._shift_between(reference, now)
            if shift is not None:
                self._reference, self._before = reference, now.moved(reference.shift + shift)
                return self._before.shift
        # Nothing fits: a cut, or nothing to see. Go on from here as if the camera had stood still meanwhile.
        self._reference = self._before = now.moved(self._before.shift)
        return np.full(2, np.nan)

    def _shift_between(self, reference: "_Background", now: "_Background") -> Float[np.ndarray, " 2"] | None:
        if min(reference.texture, now.texture) < self._least_texture or reference.spectrum.shape != now.spectrum.shape:
            return None
        shift, fit = correlate(reference.spectrum, now.spectrum)
        fits = fit >= self._least_fit * np.sqrt(reference.texture * now.texture)
        near = (np.abs(shift) <= self._furthest * np.array(now.spectrum.shape[::-1])).all()
        return shift if fits and near else None


@dataclass(frozen=True)
class _Background:
    """Edge directions of a small picture, a box `hidden` set to zero, and the shift since the first picture (both in its px)."""

    edges: Complex[np.ndarray, "rows columns"]
    hidden: Float[np.ndarray, "2 2"] | None
    shift: Float[np.ndarray, " 2"]

    @cached_property
    def spectrum(self) -> Complex[np.ndarray, "rows columns"]:
        """The Fourier transform of the edges."""
        return np.fft.fft2(self.edges)

    @cached_property
    def texture(self) -> float:
        """The edges' mean square strength."""
        return float(np.mean(self.edges.real**2 + self.edges.imag**2))

    def moved(self, shift: Float[np.ndarray, " 2"]) -> "_Background":
        """Return the same background with another shift."""
        return replace(self, shift=shift)

    def hiding(self, box: Float[np.ndarray, "2 2"] | None) -> "_Background":
        """Return the same background with a box of it hidden."""
        if box is None:
            return self
        (left, top), (right, bottom) = np.maximum(np.rint(box), 0).astype(int)
        edges = self.edges.copy()
        edges[top:bottom, left:right] = 0.0
        return _Background(edges, box, self.shift)


def shrink_to_grey(rgb: UInt8[np.ndarray, "height width 3"], longest_px: int) -> tuple[Float[np.ndarray, "rows columns"], float]:
    """Return a small grey copy (0 to 1) with at most `longest_px` a side, and how many px of the picture one of its px spans.

    Of each block only two pixels are read and averaged: enough against aliasing here, and reading costs more than the rest.
    """
    block = max(2, -(-max(rgb.shape[:2]) // longest_px))
    height, width = (side // block * block for side in rgb.shape[:2])
    if min(height, width) == 0:
        return np.zeros((1, 1), np.float32), float(block)
    total = np.add(rgb[:height:block, :width:block], rgb[block // 2 : height : block, block // 2 : width : block], dtype=np.uint16)
    return np.asarray(total @ (_LUMA / np.float32(2 * 255))), float(block)


def correlate(
    reference: Complex[np.ndarray, "rows columns"], now: Complex[np.ndarray, "rows columns"]
) -> tuple[Float[np.ndarray, " 2"], float]:
    """Return how far (x, y) the picture behind `now` is shifted against `reference`, and the mean product of the two when aligned.

    Both are Fourier transforms. The peak is placed between pixels by a parabola through it and its neighbours.
    """
    surface = np.fft.ifft2(now * reference.conj()).real
    rows, columns = surface.shape
    row, column = np.unravel_index(int(surface.argmax()), surface.shape)
    across = surface[row, [(column - 1) % columns, column, (column + 1) % columns]]
    down = surface[[(row - 1) % rows, row, (row + 1) % rows], column]
    shift = np.array([column + _vertex(across), row + _vertex(down)])
    size = np.array([columns, rows])
    return (shift + size / 2.0) % size - size / 2.0, float(surface[row, column]) / surface.size


def _vertex(three: Float[np.ndarray, " 3"]) -> float:
    """Return where between -0.5 and 0.5 the parabola through three values at -1, 0, 1 has its top."""
    left, middle, right = (float(value) for value in three)
    bend = left - 2.0 * middle + right
    return float(np.clip(0.5 * (left - right) / bend, -0.5, 0.5)) if bend < 0.0 else 0.0


def _read_background(grey: Float[np.ndarray, "rows columns"], half_contrast: float) -> _Background:
    """Return the edges of a small picture as vectors across them, damped: one of `half_contrast` has half its full length."""
    rows, columns = (side // _FAST * _FAST if side > _FAST else side for side in grey.shape)
    grey = grey[:rows, :columns]
    edges = np.zeros(grey.shape, np.complex64)
    if min(grey.shape) > 2:
        edges.real[:, 1:-1] = grey[:, 2:] - grey[:, :-2]
        edges.imag[1:-1] = grey[2:] - grey[:-2]
    edges /= np.abs(edges) + np.float32(half_contrast)
    return _Background(edges, None, np.zeros(2))


def _coarsen(grey: Float[np.ndarray, "rows columns"], block: int) -> Float[np.ndarray, "few_rows few_columns"]:
    """Return the brightness pattern: means over blocks, less their mean."""
    block = min(block, *grey.shape)
    rows, columns = (side // block for side in grey.shape)
    means = grey[: rows * block, : columns * block].reshape(rows, block, columns, block).mean(axis=(1, 3))
    return np.asarray(means - means.mean())


def _compute_change(
    before: Float[np.ndarray, "rows columns"] | None, now: Float[np.ndarray, "rows columns"], least_contrast: float
) -> float:
    """Return one minus the correlation of two patterns, within 0 and 1; a pattern below `least_contrast` is none at all."""
    if before is None or before.shape != now.shape:
        return float("nan")
    contrasts = sorted(float(np.sqrt(np.mean(pattern**2))) for pattern in (before, now))
    if contrasts[0] < least_contrast:
        return 0.0 if contrasts[1] < least_contrast else 1.0
    return float(np.clip(1.0 - np.mean(before * now) / (contrasts[0] * contrasts[1]), 0.0, 1.0))
