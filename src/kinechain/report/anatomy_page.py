"""How does a person see the muscles of a leg? The leg drawn, the muscles asked for, their arms plotted: one page, no script."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from kinechain.body.arm_curves import posture_at_rest
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import GROUPS, OTHER, group_of, side_of, without_side
from kinechain.core.types import View
from kinechain.evidence import constant
from kinechain.report.chart import Chart, draw_chart
from kinechain.report.environment import environment, style
from kinechain.report.field import Axis, Band
from kinechain.report.leg_picture import Ink, draw_leg
from kinechain.report.muscle_reading import (
    ArmPlot,
    MuscleReading,
    crossing,
    failures,
    leg_muscles,
    listed,
    millimetres,
    places,
    plain_name,
    quadriceps_arms,
    read_arms,
    read_muscles,
    share_of_force,
)
from kinechain.report.numbers import rounded
from kinechain.report.page import ReportContext
from kinechain.report.words import say

_DEGREES = (5.0, 10.0, 20.0, 30.0, 45.0)
_MILLIMETRES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_ASIDE = 0.4
_FAINT = 0.16
#: Colours that muscles of one group take in turn; the style sheet has them.
_INKS = 12


@dataclass(frozen=True)
class _Plot:
    """One drawing of moment arms with its title, its note, and who is who."""

    title: str
    note: str
    svg: Markup
    key: tuple[tuple[str, str], ...]


def render_anatomy(model: BodyModel, asked: Sequence[str], context: ReportContext) -> str:
    """Return the page of the muscles `asked` for, by their names in the model; of none, the whole leg and its quadriceps.

    Raises KeyError for a name that the model does not have.
    """
    language = context.language
    leg = leg_muscles(model, next((side for name in asked if (side := side_of(name))), "right"))
    side = side_of(leg[0]) or "right"
    shown = tuple(asked) or tuple(name for name in leg if group_of(name) == "quadriceps") or leg
    readings, every = read_muscles(model, shown, language), read_muscles(model, leg, language)
    classes = _classes(shown)
    quadriceps = (
        bool(readings) and all(reading.group == "quadriceps" for reading in readings) and len(readings) == len(GROUPS["quadriceps"])
    )
    arms = quadriceps_arms(model, shown, language) if quadriceps else read_arms(model, shown, language)
    page: dict[str, Any] = {
        "context": context,
        "style": style("anatomy"),
        "title": say("anatomy.title", language=language) if not asked else _title(readings, language),
        "privacy": say("anatomy.privacy", language=language),
        "whole": not asked,
        "headline": _headline(readings, quadriceps, language),
        "detail": _detail(readings, quadriceps, language),
        "quadriceps": quadriceps,
        "readings": readings,
        "classes": classes,
        "shares": share_of_force(readings),
        "views": [_picture(model, view, leg, shown, classes, side, not asked, language) for view in (View.SIDE, View.FRONT)],
        "legend": [group for group in (*GROUPS, OTHER) if any(one.group == group for one in every) and group != "quadriceps"],
        "plots": [_plot(number, plot, classes, language) for number, plot in enumerate(arms)],
        "fails": list(failures(every if not asked else readings, language)),
        "every": every,
        "side": side,
        "limit_deg": constant("anatomy.rectus_until").value,
        "arm_error_mm": constant("anatomy.arm_error_told").value,
        "origin": model.origin,
        "model": model.name,
        "mm": millimetres,
        "places": places,
    }
    return environment(language).get_template("anatomy.html.j2").render(**page)


def _classes(shown: Sequence[str]) -> Mapping[str, str]:
    """Return the name of each shown muscle's colour in the style sheet: its own in the quadriceps, else one after the other."""
    own = {name: f"muscle-{without_side(name)}" for name in shown if group_of(name) == "quadriceps"}
    others = [name for name in shown if name not in own]
    return own | {name: f"muscle-{number % _INKS + 1}" for number, name in enumerate(others)}


def _title(readings: Sequence[MuscleReading], language: str) -> str:
    groups = {reading.group for reading in readings}
    if len(groups) == 1 and len(readings) == len(GROUPS.get(next(iter(groups)), ())):
        return say(f"muscle_group.{readings[0].group}", language=language)
    if len(readings) == 1:
        return readings[0].plain[:1].upper() + readings[0].plain[1:]
    # Parts of one muscle: what their names share before the comma.
    stems = {reading.plain.partition(",")[0] for reading in readings}
    names = listed([*dict.fromkeys(stems)], language)
    return names[:1].upper() + names[1:]


def _headline(readings: Sequence[MuscleReading], quadriceps: bool, language: str) -> str:
    if not quadriceps:
        return _title(readings, language)
    return say("anatomy.headline", language=language, quadriceps=len(readings))


def _detail(readings: Sequence[MuscleReading], quadriceps: bool, language: str) -> str:
    if not quadriceps:
        if len({reading.joints for reading in readings}) > 1:
            return ""
        code = "anatomy.detail_one" if len(readings[0].joints) == 1 else "anatomy.detail_some"
        return say(code, language=language, joints=readings[0].crosses)
    both = crossing(readings, "hip", "knee")
    return say(
        "anatomy.detail",
        language=language,
        knee_only=len(crossing(readings, "knee")),
        two_joints=len(both),
        names=listed([one.plain for one in both], language),
    )


def _picture(
    model: BodyModel,
    view: View,
    leg: Sequence[str],
    shown: Sequence[str],
    classes: Mapping[str, str],
    side: str,
    whole: bool,
    language: str,
) -> tuple[str, Markup]:
    aside = _ASIDE if whole else _FAINT
    inks = {name: Ink(f"var(--group-{group_of(name)})", aside) for name in leg}
    inks |= {name: Ink(f"var(--{classes[name]})") for name in shown}
    told = say(f"anatomy.view_{view.value}", language=language)
    words = say(
        "anatomy.picture_words",
        language=language,
        side=say(f"side.{side}", language=language),
        view=told[:1].lower() + told[1:],
        count=len(inks),
        names=listed([plain_name(name, language) for name in shown], language),
    )
    title = f"{say('anatomy.picture', language=language)}: {told}"
    return told, draw_leg(f"leg-{view.value}", title, words, model, posture_at_rest(model), view, inks, side)


def _plot(number: int, plot: ArmPlot, classes: Mapping[str, str], language: str) -> _Plot:
    nothing = np.full(plot.degrees.size, np.nan)
    bands = [Band(classes[curve.muscle], plot.degrees, plot.millimetres(curve), nothing, nothing) for curve in plot.curves]
    ends = np.concatenate([band.y[np.isfinite(band.y)] for band in bands])
    across = Axis(float(plot.degrees[0]), float(plot.degrees[-1]), _DEGREES, _degrees)
    up = Axis(min(0.0, float(ends.min())), max(0.0, float(ends.max())), _MILLIMETRES, _plain, "mm")
    words = " ".join(_in_words(band, curve.muscle, language) for band, curve in zip(bands, plot.curves, strict=True))
    note, unknown = plot.note, []
    if plot.breaks_at is not None:
        beyond = plot.degrees[-1] > plot.breaks_at + 1e-6
        unknown = [(plot.breaks_at, float(plot.degrees[-1]))] if beyond else []
        note += " " + say("anatomy.arm_shaded" if beyond else "anatomy.arm_limit", language=language, limit=plot.breaks_at)
    svg = draw_chart(f"arm-{number}", plot.title, words, across, up, Chart(bands, unknown=unknown, named=False), language)
    key = tuple((classes[curve.muscle], plain_name(curve.muscle, language)) for curve in plot.curves)
    return _Plot(plot.title, note, Markup(svg), key if len(key) > 1 else ())


def _in_words(band: Band, muscle: str, language: str) -> str:
    known = np.flatnonzero(np.isfinite(band.y))
    first, last = known[0], known[-1]
    return say(
        "anatomy.arm_words",
        language=language,
        name=plain_name(muscle, language),
        first=band.y[first],
        first_at=band.x[first],
        last=band.y[last],
        last_at=band.x[last],
        most=band.y[known[np.argmax(np.abs(band.y[known]))]],
    )


def _degrees(tick: float) -> str:
    return f"{rounded(tick, 0)}°".replace("-", "−")


def _plain(tick: float) -> str:
    return f"{tick + 0.0:.3g}".replace("-", "−")
