"""Does the skeleton lie on the person? The film with the chain drawn on it, the deepest moments as pictures, and a thumbnail."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from kinechain.app.films import unmirror
from kinechain.app.progress import Progress, Step, ignore
from kinechain.core.types import AssessedClip, Picture, Repetition, View
from kinechain.io.film import open_film
from kinechain.io.film_writer import film_writer
from kinechain.report.drawing import Arc, Skeleton, box_round, draw_skeleton, skeletons, still, thumbnail
from kinechain.report.words import say

#: Lines of the overlay film and the stills: enough to judge by eye, and quick to encode.
_LINES = 540


@dataclass
class Overlay:
    """What one pass over a film gave: the deepest moment of each repetition as JPEG, by its index, and a thumbnail."""

    thumbnail: bytes = b""
    stills: dict[int, bytes] = field(default_factory=dict)


def film_overlay(path: Path, clip: AssessedClip, destination: Path, *, mirrored: bool, progress: Progress = ignore) -> Overlay:
    """Write the overlay film of a clip to `destination`, and return its pictures for the report."""
    header = clip.clip.header
    scale = min(1.0, _LINES / min(header.width_px, header.height_px))
    people = [Skeleton(person.xy * scale, person.confidence) for person in skeletons(clip.keypoints)]
    deepest = {repetition.deepest: repetition for repetition in clip.repetitions}
    size_px = round(header.width_px * scale), round(header.height_px * scale)
    box = box_round([people[frame] for frame in deepest] or people[:1], *size_px)
    overlay = Overlay()
    with film_writer(destination, clip.clip.fps) as writer:
        for picture in _pictures(path, mirrored, len(people)):
            person = people[picture.index]
            if not overlay.thumbnail:
                overlay.thumbnail = thumbnail(picture.rgb)
            if picture.index in deepest:
                repetition = deepest[picture.index]
                arcs = _arcs(clip, repetition)
                overlay.stills[repetition.index] = still(
                    picture.rgb, person, view=clip.clip.view, near_side=clip.clip.near_side, arcs=arcs, box=box
                )
            caption = _caption(picture, clip.repetitions)
            drawn = draw_skeleton(picture.rgb, person, view=clip.clip.view, near_side=clip.clip.near_side, caption=caption)
            writer.add(picture.time_s, drawn)
            progress(Step("overlay", path.name, picture.index + 1, len(people)))
    return overlay


def film_thumbnail(path: Path, mirrored: bool) -> bytes:
    """Return the first picture of a film as a small JPEG."""
    for picture in _pictures(path, mirrored, 1):
        return thumbnail(picture.rgb)
    return b""


def _pictures(path: Path, mirrored: bool, count: int) -> Iterator[Picture]:
    """Give the first `count` pictures of a film again."""
    with open_film(path, _LINES) as film:
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
