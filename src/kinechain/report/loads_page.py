"""How does a person read what the joints bear? A section for any report, and a page of its own: no script, nothing loaded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from kinechain.body.model import BodyModel
from kinechain.core.types import SIDES, Loads, Person, RepetitionSpan
from kinechain.core.units import DEGREES_PER_RADIAN, INTERVAL_HALF_WIDTH
from kinechain.evidence import constant
from kinechain.loads.peaks import SAGITTAL, PeakMoment, find_peaks, knee_flexion, modelled, moment_per_kg
from kinechain.report.chart import Chart, Mark, draw_chart
from kinechain.report.context import ReportContext, evidence_row
from kinechain.report.demand_page import draw_demand
from kinechain.report.environment import environment, style
from kinechain.report.field import Axis, Band
from kinechain.report.loads_summary import LoadsReading, degrees, estimated, read_loads
from kinechain.report.numbers import rounded
from kinechain.report.pressure import draw_pressure, find_footings
from kinechain.report.words import say

_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0)
_MOMENTS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_FLEXION = (10.0, 15.0, 20.0, 30.0, 45.0)
_PERCENT = (10.0, 20.0, 25.0, 50.0, 100.0, 200.0)
_BIN_DEG = 5.0
_UP = 1


@dataclass(frozen=True)
class MotionSource:
    """Which file the motion is from: its name, SHA-256, frames and duration; `at_rest` names the coordinates that it lacks."""

    name: str
    sha256: str
    frames: int
    duration_s: float
    at_rest: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Figure:
    """One drawing with its title and what it shows."""

    title: str
    note: str
    svg: Markup


def render_loads_section(
    loads: Loads,
    person: Person,
    language: str = "en",
    key: str = "loads",
    model: BodyModel | None = None,
    spans: Sequence[RepetitionSpan] = (),
) -> Markup:
    """Return what muscles do and joints bear as a section of a page that carries the report's style sheet; everything is escaped.

    `key` is the section's id, and makes all ids in it unique on the page. `model` is the body whose leg is drawn, which is left
    out without one; `spans` are the repetitions, each its index, start and end (s).
    """
    section = _section(loads, person, language, key, model, spans)
    return Markup(environment(language).get_template("parts/loads.html.j2").render(**section, alone=False))


def render_loads_report(
    loads: Loads,
    person: Person,
    source: MotionSource,
    context: ReportContext,
    model: BodyModel | None = None,
    spans: Sequence[RepetitionSpan] = (),
) -> str:
    """Return the loads of one motion as one HTML document; `context.rows` are the rows of evidence that they rest on."""
    language, attributes = context.language, loads.dataset.attrs
    page: dict[str, Any] = _section(loads, person, language, "loads", model, spans, source.at_rest) | {
        "context": context,
        "style": style(),
        "title": say("demand.title" if loads.has_muscles else "loads.title", language=language),
        "privacy": say("loads.privacy", language=language),
        "person": person,
        "source": source,
        "load_kg": float(attributes.get("load_kg", 0.0)),
        "body_model": str(attributes.get("body_model", "")),
        "estimated": estimated(loads),
        "rows": [evidence_row(row, language) for row in context.rows],
        "alone": True,
    }
    return environment(language).get_template("loads.html.j2").render(**page)


def _section(
    loads: Loads,
    person: Person,
    language: str,
    key: str,
    model: BodyModel | None,
    spans: Sequence[RepetitionSpan],
    at_rest: tuple[str, ...] = (),
) -> dict[str, Any]:
    reading: LoadsReading = read_loads(loads, person, language, at_rest, spans)
    peaks = find_peaks(loads)
    return {
        "key": key,
        "reading": reading,
        "demand": None if reading.demand is None else draw_demand(loads, reading.demand.side, key, model, spans, language),
        "over_time": list(_over_time(loads, peaks, key, language)),
        "over_flexion": list(_over_flexion(loads, key, language)),
        "ground": list(_ground(loads, person, key, language)),
    }


def _over_time(loads: Loads, peaks: tuple[PeakMoment, ...], key: str, language: str) -> Iterator[_Figure]:
    """Draw each joint's moment over time, all on one scale, its largest value marked."""
    up = _moment_axis([band for code in SAGITTAL.values() for band in _bands(loads, code)], language)
    across = _time_axis(loads, language)
    for joint, code in SAGITTAL.items():
        of_joint = [peak for peak in peaks if peak.code == code]
        if not of_joint:
            continue
        largest = max(of_joint, key=lambda peak: peak.moment.value)
        marks = [
            Mark(peak.side, peak.time_s, peak.moment.value, f"{peak.moment.value:.1f}" if peak is largest else "")
            for peak in of_joint
        ]
        title = say(f"measure.{code}_peak.short", language=language)
        words = " ".join(_in_words(peak, language) for peak in of_joint) + _gap_words(loads, language)
        drawn = draw_chart(
            f"{key}-time-{joint}", title, words, across, up, Chart(_bands(loads, code), marks, _unknown(loads)), language
        )
        yield _Figure(title, say(f"measure.{code}_peak.meaning", language=language), Markup(drawn))


def _over_flexion(loads: Loads, key: str, language: str) -> Iterator[_Figure]:
    """Draw each joint's moment against how far the knee is bent: the median of all frames within a few degrees."""
    by_code = {code: [band for side in SIDES if (band := _binned(loads, code, side)) is not None] for code in SAGITTAL.values()}
    every = [band for bands in by_code.values() for band in bands]
    if not every:
        return
    up = _moment_axis(every, language)
    most = max(float(band.x.max()) for band in every)
    least = min(0.0, *(float(band.x.min()) for band in every))
    across = Axis(least, most, _FLEXION, lambda tick: f"{rounded(tick, 0)}°".replace("-", "−"))
    for joint, code in SAGITTAL.items():
        title = say("loads.against_knee", language=language, name=say(f"joint.{joint}", language=language))
        words = " ".join(
            say("loads.flexion_words", language=language, side=band.side, value=f"{band.y[place]:.1f}", at=f"{band.x[place]:.0f}")
            for band in by_code[code]
            for place in (0, -1)
        )
        drawn = draw_chart(f"{key}-knee-{joint}", title, words, across, up, Chart(by_code[code]), language)
        yield _Figure(title, "", Markup(drawn))


def _ground(loads: Loads, person: Person, key: str, language: str) -> Iterator[_Figure]:
    """Draw what the ground gives to each foot, and where."""
    weight = person.mass_kg * constant("body.gravity").value
    bands = []
    for foot, side in enumerate(SIDES):
        force, spread = (100.0 / weight * loads.dataset[name].values[:, foot, _UP] for name in ("ground_force", "ground_force_sd"))
        reach = INTERVAL_HALF_WIDTH * spread
        bands.append(Band(side, loads.time_s, force, force - reach, force + reach))
    up = Axis(0.0, max(float(np.nanmax(band.high)) for band in bands), _PERCENT, lambda tick: f"{tick:.0f}", "%")
    title = say("loads.ground_force", language=language)
    words = " ".join(
        say("loads.ground_words", language=language, side=band.side, low=f"{band.y.min():.0f}", high=f"{band.y.max():.0f}")
        for band in bands
    )
    drawn = draw_chart(
        f"{key}-ground", title, words, _time_axis(loads, language), up, Chart(bands, unknown=_unknown(loads)), language
    )
    how = "estimated" if estimated(loads) else "plates"
    yield _Figure(title, say(f"loads.ground_{how}", language=language), Markup(drawn))
    footings = find_footings(loads, modelled(loads))
    if footings:
        title = say("loads.pressure", language=language)
        picture = Markup(draw_pressure(f"{key}-pressure", title, footings, language))
        yield _Figure(title, say(f"loads.pressure_{how}", language=language), picture)


def _bands(loads: Loads, code: str) -> list[Band]:
    bands = []
    for side in SIDES:
        value, spread = moment_per_kg(loads, code, side)
        if np.isfinite(value).any():
            reach = INTERVAL_HALF_WIDTH * spread
            bands.append(Band(side, loads.time_s, value, value - reach, value + reach))
    return bands


def _binned(loads: Loads, code: str, side: str) -> Band | None:
    """Return medians over all frames whose knee flexion lies within a bin of some degrees; None where nothing is known."""
    value, spread = moment_per_kg(loads, code, side)
    bent = DEGREES_PER_RADIAN * knee_flexion(loads, side)
    known = np.isfinite(value) & np.isfinite(spread) & np.isfinite(bent)
    if not known.any():
        return None
    bins = np.floor(bent[known] / _BIN_DEG).astype(int)
    rows = np.column_stack([bent, value, INTERVAL_HALF_WIDTH * spread])[known]
    middle = np.array([np.median(rows[bins == number], axis=0) for number in np.unique(bins)])
    return Band(side, middle[:, 0], middle[:, 1], middle[:, 1] - middle[:, 2], middle[:, 1] + middle[:, 2])


def _moment_axis(bands: list[Band], language: str) -> Axis:
    ends = np.concatenate([np.concatenate([band.low, band.high, band.y]) for band in bands] or [np.zeros(1)])
    ends = ends[np.isfinite(ends)]
    unit = say("unit.Nm/kg.name", language=language)
    return Axis(min(float(ends.min()), 0.0), max(float(ends.max()), 0.1), _MOMENTS, _plain, unit)


def _time_axis(loads: Loads, language: str) -> Axis:
    def written(tick: float) -> str:
        return say("curve.words.seconds", language=language, time=f"{tick:g}")

    return Axis(float(loads.time_s[0]), float(loads.time_s[-1]), _SECONDS, written)


def _plain(tick: float) -> str:
    return f"{tick + 0.0:.3g}".replace("-", "−")


def _unknown(loads: Loads) -> list[tuple[float, float]]:
    """Return from when to when the model does not hold."""
    outside = ~modelled(loads)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], outside, [False]]).astype(int))).reshape(-1, 2)
    return [(float(loads.time_s[start]), float(loads.time_s[min(stop, outside.size - 1)])) for start, stop in edges]


def _in_words(peak: PeakMoment, language: str) -> str:
    value, low, high = (f"{number:.1f}" for number in (peak.moment.value, peak.moment.low, peak.moment.high))
    at = degrees(peak.at_knee_flexion_rad)
    return say("loads.peak_words", language=language, side=peak.side, value=value, low=low, high=high, time=peak.time_s, at=at)


def _gap_words(loads: Loads, language: str) -> str:
    return f" {say('loads.gap_words', language=language)}" if _unknown(loads) else ""
