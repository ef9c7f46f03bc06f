"""How does a person read a result? One self-contained page: no script, nothing loaded, made to be read and printed."""

import base64
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup

from kinechain.body.model import BodyModel
from kinechain.core.types import AssessedClip, Assessment, Protocol, Repetition, Screening, View
from kinechain.core.units import DEGREES_PER_RADIAN, INTERVAL_HALF_WIDTH
from kinechain.evidence import constant
from kinechain.report.chain_page import chain_section
from kinechain.report.context import ReportContext as ReportContext
from kinechain.report.context import evidence_row
from kinechain.report.curves import COMPACT, WIDE, Line, Span, draw_curve
from kinechain.report.environment import environment, style
from kinechain.report.loads_page import render_loads_section
from kinechain.report.numbers import rounded, show
from kinechain.report.ruler import Bar, draw_ruler
from kinechain.report.summary import (
    Advice,
    advice,
    counted_clips,
    deepest_repetition,
    headline,
    knee_peaks,
    overall_reasons,
    pain_sentences,
    spread_sentences,
    tables,
    unjudged,
)
from kinechain.report.words import messages, say

#: Pictures of the deepest moments as JPEG, by film (SHA-256) and index of the repetition.
Stills = Mapping[tuple[str, int], bytes]
#: A small JPEG of each film, by its SHA-256.
Thumbnails = Mapping[str, bytes]

#: The curves of each view, most telling first.
_CURVES = {
    View.SIDE: ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean"),
    View.FRONT: ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "fppa"),
    View.REAR: ("fppa",),
    View.OBLIQUE: ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean", "fppa"),
}
#: Curves whose largest value within a repetition is a measure; of the others the value at the deepest moment is.
_PEAKS = frozenset({"knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean"})
#: The measure that explains a curve.
_MEANING = {"fppa": "fppa_at_peak_flexion"}


@dataclass(frozen=True)
class _Film:
    """One film as the page shows it."""

    clip: AssessedClip
    thumbnail: str
    advice: tuple[Advice, ...]


@dataclass(frozen=True)
class _Still:
    """The deepest moment of one repetition as the page shows it."""

    clip: AssessedClip
    repetition: Repetition
    time_s: float
    image: str
    knee_flexion: str


@dataclass(frozen=True)
class _Curve:
    """One drawn curve."""

    code: str
    title: str
    meaning: str
    svg: Markup


@dataclass(frozen=True)
class _CurveGroup:
    """The curves of one film, and in words which estimator they come from and what its view cannot see."""

    clip: AssessedClip
    notes: tuple[str, ...]
    curves: tuple[_Curve, ...]


def render_report(
    assessment: Assessment,
    stills: Stills,
    thumbnails: Thumbnails,
    context: ReportContext,
    model: BodyModel | None = None,
    screening: Screening | None = None,
) -> str:
    """Return the report as one HTML document.

    `stills` and `thumbnails` may lack any picture; the page then shows the words alone. Everything that comes from outside
    (names of films, parameters) is escaped. `model` is the body whose leg is drawn where it is known what muscles do, `screening`
    what the measures mean for the chain from foot to trunk, where that was asked.
    """
    language = context.language
    page: dict[str, Any] = {
        "assessment": assessment,
        "context": context,
        "title": say("report.title", language=language, test=assessment.test),
        "privacy": say("report.privacy", language=language),
        "style": style() if screening is None else style("chain"),
        "chain": chain_section(screening, language) if screening is not None and assessment.measured_clips else None,
        "headline": headline(assessment, language),
        "ruler": _ruler(assessment, language),
        "films": [_film(clip, thumbnails, language) for clip in assessment.clips],
        "overall": advice(overall_reasons(assessment), language),
        "still_groups": _still_groups(assessment, stills, language),
        "curve_groups": _curve_groups(assessment, language),
        "load_sections": _load_sections(assessment, model, language),
        "load_title": _load_title(assessment, language),
        "tables": tables(assessment, language),
        "unjudged": unjudged(assessment, language),
        "spreads": spread_sentences(assessment, language),
        "pains": pain_sentences(assessment, language),
        "protocol": _protocol(assessment.protocol, language),
        "advice_first": _advice_first(assessment, language),
        "advice_always": _all_of("advice", language),
        "limits": _all_of("limits", language),
        "engines": list(dict.fromkeys((e.pose_model, e.pose_sha256) for e in (clip.keypoints.engine for clip in assessment.clips))),
        "rows": [evidence_row(row, language) for row in context.rows],
    }
    page["hero"] = _hero(assessment, page["still_groups"])
    template = environment(language).get_template("report.html.j2")
    return template.render(**page)


def _film(clip: AssessedClip, thumbnails: Thumbnails, language: str) -> _Film:
    return _Film(clip, _data_uri(thumbnails.get(clip.clip.header.sha256)), advice(clip.quality.reasons, language))


def _still_groups(assessment: Assessment, stills: Stills, language: str) -> list[tuple[AssessedClip, list[_Still]]]:
    groups = []
    for clip in counted_clips(assessment):
        shown = [_still(clip, rep, stills, language) for rep in clip.repetitions if (clip.clip.header.sha256, rep.index) in stills]
        if shown:
            groups.append((clip, shown))
    return groups


def _still(clip: AssessedClip, repetition: Repetition, stills: Stills, language: str) -> _Still:
    return _Still(
        clip=clip,
        repetition=repetition,
        time_s=float(clip.clip.time_s[repetition.deepest]),
        image=_data_uri(stills[clip.clip.header.sha256, repetition.index]),
        knee_flexion=_knee_flexion(clip, repetition, language),
    )


def _knee_flexion(clip: AssessedClip, repetition: Repetition, language: str) -> str:
    """Return how far the knee was bent in a repetition, both knees with their legs, empty where none was measured."""
    shown = {peak.side: show(peak, language) for peak in knee_peaks(clip) if peak.rep == repetition.index}
    values = {side: one.value for side, one in shown.items() if one is not None}
    if len(values) == 2:
        return say("report.still_knees", language=language, **values)
    return next(iter(values.values()), "")


def _hero(assessment: Assessment, groups: list[tuple[AssessedClip, list[_Still]]]) -> _Still | None:
    """Return the picture of the deepest repetition of all, any first one where none was measured."""
    every = [still for _, stills in groups for still in stills]
    deepest = deepest_repetition(assessment)
    if deepest is None:
        return next(iter(every), None)
    key = (deepest.clip, deepest.rep)
    return next(
        (still for still in every if (still.clip.clip.header.sha256, still.repetition.index) == key), next(iter(every), None)
    )


def _ruler(assessment: Assessment, language: str) -> Markup | None:
    """Draw the knee flexion of every repetition on one ruler, so that an eye compares them with their intervals."""
    factor = DEGREES_PER_RADIAN
    peaks = [
        measure
        for clip in assessment.measured_clips
        for measure in clip.measures
        if measure.code == "knee_flexion_peak"
        and measure.rep is not None
        and math.isfinite(measure.value)
        and math.isfinite(measure.low)
    ]
    if not peaks:
        return None
    bars = [Bar(peak.rep or 0, peak.side, factor * peak.value, factor * peak.low, factor * peak.high) for peak in peaks]
    return Markup(draw_ruler("ruler", say("measure.knee_flexion_peak.name", language=language), bars, language))


def _curve_groups(assessment: Assessment, language: str) -> list[_CurveGroup]:
    groups = []
    for number, clip in enumerate(assessment.clips):
        known = [name for name in _CURVES[clip.clip.view] if _has(clip, name)]
        drawn = [_curve(clip, name, f"curve-{number}-{name}", name == known[0], language) for name in known]
        if drawn:
            groups.append(_CurveGroup(clip, tuple(_curve_notes(clip, known, language)), tuple(drawn)))
    return groups


def _curve_notes(clip: AssessedClip, known: list[str], language: str) -> Iterator[str]:
    assert clip.motion is not None
    for made in sorted({clip.motion.estimator(name) for name in known}):
        yield say(f"estimator.{made}.note", language=language)
    yield say(f"view_limits.{clip.clip.view.value}", language=language)


def _has(clip: AssessedClip, name: str) -> bool:
    if clip.motion is None or name not in clip.motion.dataset:
        return False
    return bool(np.isfinite(clip.motion.dataset[name].values).any())


def _curve(clip: AssessedClip, name: str, key: str, first: bool, language: str) -> _Curve:
    title = say(f"curve.{name}.name", language=language)
    frame, label_peaks = WIDE if first else COMPACT, name in _PEAKS
    svg = draw_curve(
        key, title, clip.clip.time_s, _lines(clip, name), _spans(clip), frame=frame, label_peaks=label_peaks, language=language
    )
    return _Curve(name, title, _meaning(name, language), Markup(svg))


def _meaning(name: str, language: str) -> str:
    meaning = say(f"measure.{_MEANING.get(name, f'{name}_peak')}.meaning", language=language)
    if name != "fppa":
        return meaning
    low, high = constant("fppa.flexion_from").value, constant("fppa.flexion_to").value
    return f"{meaning} {say('curve.fppa.note', language=language, low_deg=low, high_deg=high)}"


def _lines(clip: AssessedClip, name: str) -> list[Line]:
    """Return a curve's lines: one a side, or one in all where the motion knows no sides for it."""
    motion = clip.motion
    if motion is None:
        return []
    reach = INTERVAL_HALF_WIDTH * DEGREES_PER_RADIAN
    lines = []
    near_first = ("right", "left") if clip.clip.view is View.SIDE and clip.clip.near_side == "right" else ("left", "right")
    for side in near_first if "side" in motion.dataset[name].dims else (None,):
        value, spread = motion.values(name, side) * DEGREES_PER_RADIAN, motion.values(f"{name}_sd", side) * reach
        if np.isfinite(value).any():
            lines.append(Line(side or "middle", value, value - spread, value + spread))
    return lines


def _spans(clip: AssessedClip) -> list[Span]:
    time_s = clip.clip.time_s
    return [
        Span(rep.index, float(time_s[rep.start]), float(time_s[rep.deepest]), float(time_s[rep.end])) for rep in clip.repetitions
    ]


def _load_sections(assessment: Assessment, model: BodyModel | None, language: str) -> list[Markup]:
    """Return what the joints bear, a section for each film that shows it; the contents point to the first."""
    loaded = [(clip, clip.loads) for clip in assessment.measured_clips if clip.loads is not None]
    return [
        render_loads_section(
            loads,
            assessment.person,
            language,
            key="loads" if number == 0 else f"loads-{number + 1}",
            model=model,
            spans=clip.spans,
        )
        for number, (clip, loads) in enumerate(loaded)
    ]


def _load_title(assessment: Assessment, language: str) -> str:
    """Return what the first of those sections is called."""
    first = next((clip.loads for clip in assessment.measured_clips if clip.loads is not None), None)
    return say("demand.title" if first is not None and first.has_muscles else "loads.title", language=language)


def _advice_first(assessment: Assessment, language: str) -> list[str]:
    """Return what to change, gravest first, each advice once."""
    reasons = [reason for clip in assessment.clips for reason in clip.quality.reasons] + overall_reasons(assessment)
    return list(dict.fromkeys(item.do for item in advice(reasons, language)))


def _all_of(group: str, language: str) -> list[str]:
    return [say(code, language=language) for code in messages(language) if code.startswith(f"{group}.")]


def _protocol(protocol: Protocol, language: str) -> list[tuple[str, str]]:
    rows = {
        "footwear": protocol.footwear,
        "heel": None if protocol.heel_m is None else f"{rounded(100.0 * protocol.heel_m, 1)} cm",
        "arms": protocol.arms,
        "bar": protocol.bar,
        "load": None if protocol.load_kg is None else f"{protocol.load_kg:g} kg",
    }
    return [(say(f"report.protocol_{name}", language=language), value) for name, value in rows.items() if value is not None]


def _data_uri(jpeg: bytes | None) -> str:
    return "" if jpeg is None else "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")
