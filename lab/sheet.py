"""What do the lab's clips look like? A sheet of single pictures to look at, with or without the true joint centres drawn in."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import UInt8
from PIL import Image, ImageDraw

from kinechain.core.types import SIDES
from lab.design import Plan
from lab.studio import Stage, stage

_TILE_PX, _GAP_PX, _WORDS_PX = 300, 6, 30
_CHAIN = ("shoulder", "hip", "knee", "ankle", "heel", "foot_index")


def lay_out(tiles: Sequence[Image.Image], columns: int = 8) -> Image.Image:
    """Return a sheet of tiles, row after row."""
    rows = -(-len(tiles) // columns)
    step_x, step_y = _TILE_PX + _GAP_PX, _TILE_PX + _WORDS_PX + _GAP_PX
    sheet = Image.new("RGB", (min(columns, len(tiles)) * step_x + _GAP_PX, rows * step_y + _GAP_PX), "white")
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (_GAP_PX + number % columns * step_x, _GAP_PX + number // columns * step_y))
    return sheet


def draw_tile(plan: Plan, *, marks: bool = False) -> Image.Image:
    """Return one clip's picture at the bottom of its first repetition, with two lines that say what it is."""
    staged = stage(plan)
    frame = staged.deepest_frame
    shot = staged.still(frame)
    picture = Image.fromarray(_marked(staged, frame, shot.rgb) if marks else shot.rgb)
    picture.thumbnail((_TILE_PX, _TILE_PX))
    tile = Image.new("RGB", (_TILE_PX, _TILE_PX + _WORDS_PX), "white")
    tile.paste(picture, ((_TILE_PX - picture.width) // 2, (_TILE_PX - picture.height) // 2))
    what = ", ".join((plan.movement, plan.view, *plan.faults, *(("played",) if plan.source == "mocap" else ())))
    ImageDraw.Draw(tile).text((2, _TILE_PX + 2), f"{plan.name[:6]}  person {plan.person}\n{what}", fill="black")
    return tile


def _marked(staged: Stage, frame: int, rgb: UInt8[np.ndarray, "height width 3"]) -> UInt8[np.ndarray, "height width 3"]:
    """Return a picture with the chains of true centres from shoulder to toes: left blue, right orange."""
    picture = Image.fromarray(rgb)
    pen = ImageDraw.Draw(picture)
    seen = staged.camera.project(staged.centres)[frame]
    for side, colour in zip(SIDES, ("dodgerblue", "orange"), strict=True):
        points = [tuple(seen[staged.truth.index[f"{side}_{joint}"]]) for joint in _CHAIN]
        pen.line(points, fill=colour, width=2)
        for x, y in points:
            pen.ellipse((x - 3, y - 3, x + 3, y + 3), outline=colour)
    return np.asarray(picture)
