"""Does the skeleton lie on the person? The film with the chain drawn on it, the deepest moments as pictures, and a thumbnail."""

from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from jaxtyping import UInt8

from kinechain.app.films import MEASURED_LINES, unmirror
from kinechain.app.progress import Progress, Step, ignore
from kinechain.core.types import AssessedClip, Picture, Repetition, View
from kinechain.io.background import Background
from kinechain.io.film import open_film
from kinechain.io.film_writer import film_writer
from kinechain.report.drawing import Arc, box_round, draw_skeleton, skeletons, still, thumbnail
from kinechain.report.words import say

#: Drawn pictures that may wait for the encoder.
_AHEAD = 4


@dataclass
class Overlay:
    """What one pass over a film gave: the deepest moment of each repetition as JPEG, by its index, and a thumbnail."""

    thumbnail: bytes = b""
    stills: dict[int, bytes] = field(default_factory=dict)


def film_overlay(path: Path, clip: AssessedClip, destination: Path, *, mirrored: bool, progress: Progress = ignore) -> Overlay:
    """Write the overlay film of a clip to `destination`, and return its pictures for the report."""
    people = skeletons(clip.keypoints)
    deepest = {repetition.deepest: repetition for repetition in clip.repetitions}
    box = box_round([people[frame] for frame in deepest] or people[:1], clip.clip.header.width_px, clip.clip.header.height_px)
    overlay, view, near_side = Overlay(), clip.clip.view, clip.clip.near_side

    def draw() -> Generator[tuple[float, UInt8[np.ndarray, "height width 3"]], None, None]:
        for picture in _pictures(path, mirrored, len(people)):
            person = people[picture.index]
            if not overlay.thumbnail:
                overlay.thumbnail = thumbnail(picture.rgb)
            if picture.index in deepest:
                repetition = deepest[picture.index]
                arcs = _arcs(clip, repetition)
                overlay.stills[repetition.index] = still(picture.rgb, person, view=view, near_side=near_side, arcs=arcs, box=box)
            caption = _caption(picture, clip.repetitions)
            yield picture.time_s, draw_skeleton(picture.rgb, person, view=view, near_side=near_side, caption=caption)

    drawn = Background(draw, _AHEAD)  # drawn in one thread while the film is encoded in this one
    with film_writer(destination, clip.clip.fps) as writer, closing(drawn):
        for count, (time_s, rgb) in enumerate(drawn, start=1):
            writer.add(time_s, rgb)
            progress(Step("overlay", path.name, count, len(people)))
    return overlay


def film_thumbnail(path: Path, mirrored: bool) -> bytes:
    """Return the first picture of a film as a small JPEG."""
    for picture in _pictures(path, mirrored, 1):
        return thumbnail(picture.rgb)
    return b""


def _pictures(path: Path, mirrored: bool, count: int) -> Iterator[Picture]:
    """Give the first `count` pictures of a film again."""
    with open_film(path, MEASURED_LINES) as film:
        for picture in unmirror(film.pictures()) if mirrored else film.pictures():
            if picture.index >= count:
                return
            yield picture


def _caption(picture: Picture, repetitions: tuple[Repetition, ...]) -> str:
    running = [repetition.index for repetition in repetitions if repetition.start <= picture.index <= repetition.end]
    return say("overlay.in_repetition" if running else "overlay.time", time_s=picture.time_s, index=running[0] if running else 0)


def _arcs(clip: AssessedClip, repetition: Repetition) -> tuple[Arc, ...]:
    if clip.motion is None or clip.clip.view is not View.SIDE or clip.clip.near_side is None:
        return ()
    arcs = []
    for quantity in ("knee_flexion", "shank_inclination"):
        value = clip.motion.values(quantity, clip.clip.near_side)[repetition.deepest]
        if np.isfinite(value):
            arcs.append(Arc(quantity, clip.clip.near_side, f"{np.rad2deg(value):.0f}°"))
    return tuple(arcs)
