"""Who is in the demo, and what do the film guide's pictures show? Three people of the lab, each filmed from three sides."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from kinechain.io.film_writer import write_film
from kinechain.io.whole import write_whole
from lab.design import Plan
from lab.scene import heading, look
from lab.studio import stage
from lab.truth_table import truth_csv
from lab.types import Camera

_VIEWS = {"side": 88.0, "front": 4.0, "oblique": 46.0}
#: Three people of the tuning group, whom no published figure is about: key, fault, seed of the clip.
_PEOPLE: dict[str, tuple[int, tuple[str, ...], int]] = {
    "person_1": (1, (), 20),
    "person_2": (6, ("knees_in",), 43),
    "person_3": (9, (), 33),
}
#: How many films there are.
DEMO_FILMS = len(_PEOPLE) * len(_VIEWS)
_RATE_FACTOR = 26
#: Width and height of the film guide's pictures.
GUIDE_PX = (270, 480)


def make_demo_films(folder: Path) -> Iterator[Path]:
    """Write the films, their true angles and `people.toml` into `folder`, replacing what is there; yields each film's path."""
    about = ["# Who is in the embedded films; made by `kinechain lab demo`."]
    for name, (person, faults, seed) in _PEOPLE.items():
        stages = {view: stage(_plan(person, faults, seed, view)) for view in _VIEWS}
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
            write_film(path, staged.frames(), staged.plan.fps, _RATE_FACTOR)
            write_whole(path.with_suffix(".csv"), truth_csv(staged.truth), replace=True)
            yield path
    write_whole(folder / "people.toml", "\n".join(about) + "\n", replace=True)


@dataclass(frozen=True)
class _Example:
    """One picture of the film guide: what it shows, whether to film so, and where the phone is (m and rad)."""

    words: str
    good: bool
    azimuth_deg: float
    distance_m: float = 2.4
    height_m: float = 0.9
    roll_rad: float = 0.0


_GUIDE = (
    _Example("from exactly the side", True, 90.0),
    _Example("from exactly the front", True, 0.0),
    _Example("from between", False, 45.0),
    _Example("too near", False, 0.0, distance_m=1.35),
    _Example("phone not upright", False, 90.0, roll_rad=0.16),
)


def draw_guide() -> Image.Image:
    """Return the film guide's pictures in a row: how to film, and how not."""
    person, faults, seed = _PEOPLE["person_1"]
    tiles = [_guide_tile(example, _plan(person, faults, seed, "side")) for example in _GUIDE]
    gap = 12
    row = Image.new("RGB", (sum(tile.width + gap for tile in tiles) - gap, tiles[0].height), "white")
    left = 0
    for tile in tiles:
        row.paste(tile, (left, 0))
        left += tile.width + gap
    return row


def _guide_tile(example: _Example, plan: Plan) -> Image.Image:
    staged = stage(replace(plan, azimuth_deg=example.azimuth_deg))
    frame = staged.deepest_frame
    azimuth = np.deg2rad(example.azimuth_deg)
    towards = heading(azimuth)
    middle = staged.centres[frame].mean(axis=0) * [1.0, 0.0, 1.0]
    position = middle + towards * example.distance_m + [0.0, example.height_m, 0.0]
    width, height = GUIDE_PX
    turn = look(azimuth + np.pi, 0.02, example.roll_rad)
    camera = Camera(width, height, 0.75 * height, position, np.broadcast_to(turn, (staged.pose.time_s.size, 3, 3)))
    shot = replace(staged, camera=camera).still(frame)
    tile = Image.new("RGB", (width, height + 44), "white")
    tile.paste(Image.fromarray(shot.rgb), (0, 0))
    pen, colour = ImageDraw.Draw(tile), "#1a7f37" if example.good else "#b3261e"
    pen.rectangle((0, 0, width - 1, height - 1), outline=colour, width=4)
    pen.text((4, height + 10), ("yes: " if example.good else "no: ") + example.words, fill=colour, font=ImageFont.load_default(20))
    return tile


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
