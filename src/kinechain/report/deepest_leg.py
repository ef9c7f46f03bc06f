"""Which muscles work how hard at the deepest moment? The leg drawn in that posture, each muscle as dark as it works hard."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from markupsafe import Markup

from kinechain.body.arm_curves import posture_at_rest
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import GROUPS
from kinechain.core.types import SIDES, Loads, View
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.loads.peaks import knee_flexion
from kinechain.report.demand_curves import deepest_frame, unexplained
from kinechain.report.leg_picture import Ink, draw_leg
from kinechain.report.muscle_reading import plain_name
from kinechain.report.numbers import Shown, unit_sign
from kinechain.report.words import say

#: The colours of the ramp in the style sheet, from 0 to 100 percent.
_STEPS = 10
#: How many of the others are named beside the quadriceps.
_OTHERS = 4


@dataclass(frozen=True)
class Work:
    """How hard a muscle works: a share of all it could, with its interval; `step` is its colour of the ramp."""

    name: str
    value: float
    low: float
    high: float
    step: int

    @property
    def shown(self) -> Shown:
        """The share as a person reads it."""
        return Shown(f"{100.0 * self.value:.0f}%", f"{100.0 * self.low:.0f}", f"{100.0 * self.high:.0f}%")


@dataclass(frozen=True)
class DeepestLeg:
    """One leg at its deepest: a sentence, a picture from each view with its words, and the muscles that are named beside it."""

    side: str
    note: str
    views: tuple[tuple[str, Markup], ...]
    heads: tuple[Work, ...]
    others: tuple[Work, ...]
    steps: tuple[int, ...] = tuple(range(_STEPS + 1))


def draw_deepest(loads: Loads, side: str, model: BodyModel | None, key: str, language: str = "en") -> DeepestLeg | None:
    """Return a leg where its knee is bent the most, None where its muscles are never known; no picture without a model."""
    frame = deepest_frame(loads, side)
    if frame is None:
        return None
    work = {name: _work(loads, side, name, frame, language) for name in loads.muscles}
    work = {name: one for name, one in work.items() if np.isfinite(one.value)}
    heads = [work[name] for name in GROUPS["quadriceps"] if name in work]
    others = sorted((one for name, one in work.items() if name not in GROUPS["quadriceps"]), key=lambda one: -one.value)
    bend_deg = DEGREES_PER_RADIAN * float(knee_flexion(loads, side)[frame])
    views = []
    if model is not None:
        inks = {f"{name}_{side[0]}": Ink(f"var(--work-{one.step})") for name, one in work.items()}
        posture = posture_of(loads, model, frame)
        for view in (View.SIDE, View.FRONT):
            told = say(f"anatomy.view_{view.value}", language=language)
            words = _in_words(side, told, bend_deg, [*heads, *others[:_OTHERS]], language)
            title = f"{say('demand.deepest', language=language)}: {told}"
            views.append((told, draw_leg(f"{key}-{view.value}", title, words, model, posture, view, inks, side)))
    at = f"{bend_deg:.0f}{unit_sign('deg')}"
    note = say("demand.deepest_note" if views else "demand.deepest_bare", language=language, side=side, at=at)
    if unexplained(loads, side)[frame]:
        note += " " + say("demand.detail_unexplained", language=language)
    return DeepestLeg(side, note, tuple(views), tuple(heads), tuple(others[:_OTHERS]))


def posture_of(loads: Loads, model: BodyModel, frame: int) -> Float[np.ndarray, " coordinate"]:
    """Return the posture of a frame (rad, m) in the model's order: the legs' angles as loads hold them, the rest at rest.

    Loads do not hold how the pelvis is tilted; it is tilted so that the feet stand level.
    """
    posture, at = posture_at_rest(model), model.tree.at
    tilts = []
    for side in SIDES:
        angle = {name: float(loads.values("angle", side, name)[frame]) for name in Loads.LOADED}
        for name, value in angle.items():
            if np.isfinite(value) and f"{name}_{side[0]}" in at:
                posture[at[f"{name}_{side[0]}"]] = value
        tilts.append(angle["knee_angle"] - angle["hip_flexion"] - angle["ankle_angle"])
    if np.isfinite(tilts).any() and "pelvis_tilt" in at:
        posture[at["pelvis_tilt"]] = float(np.nanmean(tilts))
    return posture


def _work(loads: Loads, side: str, muscle: str, frame: int, language: str) -> Work:
    value, low, high = (float(loads.of_leg(f"activation{end}", side, muscle)[frame]) for end in ("", "_low", "_high"))
    step = round(_STEPS * min(max(value, 0.0), 1.0)) if np.isfinite(value) else 0
    return Work(plain_name(muscle, language), value, low, high, step)


def _in_words(side: str, view: str, bend_deg: float, named: Sequence[Work], language: str) -> str:
    works = ", ".join(say("demand.work_words", language=language, name=one.name, value=one.value) for one in named)
    return say("demand.leg_words", language=language, side=side, view=view[:1].lower() + view[1:], at=bend_deg, works=works)
