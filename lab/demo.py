"""Who is in the demo, and what do the film guide's pictures show? Three people of the lab, each filmed from three sides."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from kinechain.io.film_writer import write_film
from kinechain.io.whole import write_whole
from lab.design import Plan
from lab.studio import Stage, stage
from lab.truth_table import truth_csv
from lab.types import Camera

#: Pictures larger than the lab's own by this much: people look at them too.
_ENLARGED = 4 / 3
_VIEWS = {"side": 88.0, "front": 4.0, "oblique": 46.0}
#: Three people of the tuning group, whom no published figure is about: key, fault, seed of the clip.
_PEOPLE: dict[str, tuple[int, tuple[str, ...], int]] = {
    "person_1": (1, (), 11),
    "person_2": (6, ("knees_in",), 12),
    "person_3": (12, ("limited_dorsiflexion",), 13),
}
_RATE_FACTOR = 26


def make_demo_films(folder: Path) -> Iterator[Path]:
    """Write the films, their true angles and `people.toml` into `folder`, replacing what is there; yields each film's path."""
    about = ["# Who is in the embedded films; made by `kinechain lab demo`."]
    for name, (person, faults, seed) in _PEOPLE.items():
        stages = {view: _enlarged(stage(_plan(person, faults, seed, view))) for view in _VIEWS}
        who = next(iter(stages.values())).person
        films = [f"{name}_{view}.mp4" for view in _VIEWS]
        about += [
            "",
            f"[{name}]",
            f"height_m = {who.stature_m:.4f}",
            f"mass_kg = {who.mass_kg:.1f}",
            f"age_years = {who.age_years}",
        ]
        about += [f'sex = "{who.sex}"', f"films = {films}".replace("'", '"')]
        for view, staged in stages.items():
            path = folder / f"{name}_{view}.mp4"
            path.unlink(missing_ok=True)
            pictures = ((float(at), shot.rgb) for at, shot in zip(staged.pose.time_s, staged.pictures(), strict=True))
            write_film(path, pictures, staged.plan.fps, _RATE_FACTOR)
            write_whole(path.with_suffix(".csv"), truth_csv(staged.truth), replace=True)
            yield path
    write_whole(folder / "people.toml", "\n".join(about) + "\n", replace=True)


def _plan(person: int, faults: tuple[str, ...], seed: int, view: str) -> Plan:
    return Plan(
        group="tune",
        person=person,
        movement="squat",
        view=view,
        azimuth_deg=_VIEWS[view],
        source="drawn",
        faults=faults,
        fps=24.0,
        portrait=True,
        standing_first=True,
        crf=_RATE_FACTOR,
        seed=seed,
    )


def _enlarged(staged: Stage) -> Stage:
    camera = staged.camera
    # Encoders want even sizes.
    width, height = (2 * round(0.5 * size * _ENLARGED) for size in (camera.width_px, camera.height_px))
    return replace(staged, camera=Camera(width, height, camera.focal_px * height / camera.height_px, camera.position, camera.turn))
