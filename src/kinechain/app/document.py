"""How does an assessment read as `result.json`? Shown units (degrees, centimetres), words beside every code."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kinechain import __version__
from kinechain.app.loads_files import ROWS as LOAD_ROWS
from kinechain.app.loads_files import loads_rows
from kinechain.app.screening_rows import (
    answer_row,
    finding_row,
    gain_row,
    limit_row,
    missing_row,
    pain_rows,
    person_row,
    range_rows,
)
from kinechain.app.whatif import ROWS as WHAT_IF_ROWS
from kinechain.core.types import (
    AssessedClip,
    Assessment,
    Measure,
    Protocol,
    Quality,
    Reason,
    Repetition,
    Screening,
    Verdict,
)
from kinechain.core.units import INTERVAL_HALF_WIDTH, INTERVAL_LEVEL, to_shown
from kinechain.evidence import constants
from kinechain.io.result import SCHEMA
from kinechain.report.words import say

#: Groups of rows that every result leans on.
_ROWS = (
    "pose",
    "film",
    "view",
    "standing",
    "filter",
    "repetition",
    "legs",
    "body",
    "planar",
    "fppa",
    "heel",
    "one_leg",
    "step_down",
    "single_leg_squat",
    "single_leg_stance",
    "measure",
    "mark",
    "fit",
    *LOAD_ROWS,
)
#: Groups of rows that what measures mean leans on.
_MEANT = ("aim", "screening", *WHAT_IF_ROWS)
_ON_ONE_LEG = frozenset({"step_down", "single_leg_squat", "single_leg_stance", "heel_raise"})
#: The segments of a body as people name them, by the lengths that make them up.
_SEGMENTS = {"thigh": ("thigh",), "shank": ("shank",), "trunk": ("trunk",), "foot": ("heel", "toe")}


#: What stands where nothing was filmed.
_NO_ENGINE = {"kinechain": __version__, "pose_model": None, "pose_sha256": None, "body_model": None}
#: What a result of several tests calls its test.
BATTERY = "battery"


def result_document(
    assessment: Assessment, files: Mapping[str, Mapping[str, str]], screening: Screening | None = None
) -> dict[str, Any]:
    """Return `result.json` of an assessment; `files` names what was written of each film, by its SHA-256.

    `screening` is what its measures mean, where that was asked.
    """
    clips = assessment.measured_clips
    typed = () if screening is None else screening.typed
    measures = [*typed, *(measure for clip in clips for measure in clip.measures)]
    return {
        "schema": SCHEMA,
        "test": assessment.test,
        "person": person_row(assessment.person),
        "protocol": _protocol(assessment.protocol, assessment.mirrored),
        "body": _body(clips),
        "ranges": range_rows(measures),
        "painful": assessment.painful,
        "pain": pain_rows(assessment.pains),
        "clips": [_clip(clip, files.get(clip.clip.header.sha256, {})) for clip in assessment.clips],
        "engine": _engine(assessment),
        "quality": quality_document(assessment.quality),
        "reps": [_repetition(clip, repetition) for clip in clips for repetition in clip.repetitions],
        "measures": [_measure(measure) for measure in measures],
        "loads": [row for clip in clips if clip.loads is not None for row in loads_rows(clip.loads, clip.spans)],
        **_meaning(screening),
        "sources": _sources([*_ROWS, *_rows_of(assessment.test), *(_MEANT if screening is not None else ())]),
    }


def screening_document(
    screening: Screening, protocol: Protocol, mirrored: bool, folders: Sequence[str], test: str = BATTERY
) -> dict[str, Any]:
    """Return `result.json` of a battery: what its tests found together, and what that means.

    `folders` are those of the tests' own results, which hold their repetitions, loads and files.
    """
    clips = [clip for assessment in screening.assessments for clip in assessment.measured_clips]
    measures = [*screening.typed, *(measure for clip in clips for measure in clip.measures if measure.rep is None)]
    filmed = [assessment for assessment in screening.assessments if assessment.clips]
    quality = Quality(tuple(reason for assessment in filmed for reason in assessment.quality.reasons))
    return {
        "schema": SCHEMA,
        "test": test,
        "person": person_row(screening.person),
        "protocol": _protocol(protocol, mirrored),
        "body": _body(clips),
        "ranges": range_rows(measures),
        "painful": None,
        "pain": pain_rows(screening.pains),
        "clips": [_clip(clip, {}) | {"test": assessment.test} for assessment in filmed for clip in assessment.clips],
        "engine": _engine(filmed[0]) if filmed else _NO_ENGINE,
        "quality": quality_document(Quality() if quality.verdict is Verdict.REFILM else quality),
        "tests": [
            {"test": assessment.test, "folder": folder, "quality": quality_document(assessment.quality)}
            for assessment, folder in zip(filmed, folders, strict=True)
        ],
        "reps": [],
        "measures": [_measure(measure) for measure in measures],
        "loads": [],
        **_meaning(screening),
        "sources": _sources([*_MEANT, *(_ROWS if filmed else ()), *(row for one in filmed for row in _rows_of(one.test))]),
    }


def _meaning(screening: Screening | None) -> dict[str, Any]:
    """Return findings and what limits; without a screening there are none."""
    if screening is None:
        return {"findings": [], "limiting": []}
    return {
        "aim": screening.aim,
        "findings": [finding_row(finding) for finding in screening.findings],
        "limiting": [limit_row(limit) for limit in screening.limits],
        "gains": [gain_row(gain) for gain in screening.gains],
        "answer": answer_row(screening),
        "missing": [missing_row(reason) for reason in screening.missing],
    }


def _rows_of(test: str) -> tuple[str, ...]:
    """Return the groups of rows that one test leans on beside those of all."""
    own = test.replace("-", "_")
    return (own, "one_leg") if own in _ON_ONE_LEG else (own,)


def _sources(groups: Sequence[str]) -> list[str]:
    return sorted(key for key in constants() if key.split(".")[0] in groups)


def refilm_document(assessment: Assessment) -> dict[str, Any]:
    """Return `result.json` of films that cannot be measured: why, and how to film again."""
    return {"schema": SCHEMA, "test": assessment.test, "quality": quality_document(assessment.quality)}


def _clip(clip: AssessedClip, files: Mapping[str, str]) -> dict[str, Any]:
    header = clip.clip.header
    return {
        "name": header.name,
        "sha256": header.sha256,
        "view": clip.clip.view.value,
        "near_side": clip.clip.near_side,
        "fps": round(clip.clip.fps, 3),
        "frames": int(clip.clip.time_s.size),
        "duration_s": round(clip.clip.duration_s, 3),
        "rotation_deg": header.rotation_deg,
        "measured": clip.quality.verdict is not Verdict.REFILM,
        "estimators": _estimators(clip),
        "quality": quality_document(clip.quality),
        "files": dict(files),
    }


def _body(clips: Sequence[AssessedClip]) -> dict[str, Any]:
    """Return the segments' lengths, each from the film that knows it best; empty where no fit was believed."""
    return {
        segment: min((_segment(clip, parts) for clip in clips if clip.lengths), key=lambda one: float(one["high"] - one["low"]))
        for segment, parts in _SEGMENTS.items()
        if any(clip.lengths for clip in clips)
    }


def _segment(clip: AssessedClip, parts: tuple[str, ...]) -> dict[str, Any]:
    unit, factor = to_shown("m")
    length = factor * sum(clip.lengths[part][0] for part in parts)
    # Parts of one segment err alike, by the stature and the scale that they share, so their spreads add up.
    half = factor * INTERVAL_HALF_WIDTH * sum(clip.lengths[part][1] for part in parts)
    return {
        "value": round(length, 2),
        "low": round(length - half, 2),
        "high": round(length + half, 2),
        "level": INTERVAL_LEVEL,
        "unit": unit,
        "clip": clip.clip.header.sha256,
    }


def _estimators(clip: AssessedClip) -> dict[str, str]:
    """Return which estimator gave each curve of a film."""
    names = [] if clip.motion is None else [str(name) for name in clip.motion.dataset if not str(name).endswith("_sd")]
    return {name: clip.motion.estimator(name) for name in names if clip.motion is not None}


def _engine(assessment: Assessment) -> dict[str, Any]:
    engine = assessment.clips[0].keypoints.engine
    models = [str(clip.loads.dataset.attrs["body_model"]) for clip in assessment.clips if clip.loads is not None]
    return {
        "kinechain": __version__,
        "pose_model": engine.pose_model,
        "pose_sha256": engine.pose_sha256,
        "body_model": models[0] if models else None,
    }


def _protocol(protocol: Protocol, mirrored: bool) -> dict[str, Any]:
    return {
        "footwear": protocol.footwear,
        "heel_cm": None if protocol.heel_m is None else round(protocol.heel_m * 100.0, 2),
        "arms": protocol.arms,
        "bar": protocol.bar,
        "load_kg": protocol.load_kg,
        "eyes": protocol.eyes,
        "mirrored": mirrored,
    }


def quality_document(quality: Quality) -> dict[str, Any]:
    """Return a verdict and its reasons, words beside every code."""
    return {"verdict": quality.verdict.value, "reasons": [_reason(reason) for reason in quality.reasons]}


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "message": say(f"reason.{reason.code}", **reason.parameters),
        "do": say(f"reason.{reason.code}.do", **reason.parameters),
        "clip": reason.clip,
        "weight": reason.weight.value,
        "parameters": reason.parameters,
    }


def _repetition(clip: AssessedClip, repetition: Repetition) -> dict[str, Any]:
    time_s = clip.clip.time_s
    return {
        "index": repetition.index,
        "clip": clip.clip.header.sha256,
        "side": "both",
        "start_s": round(float(time_s[repetition.start]), 3),
        "deepest_s": round(float(time_s[repetition.deepest]), 3),
        "end_s": round(float(time_s[repetition.end]), 3),
        "deepest_frame": repetition.deepest,
        "partial": repetition.partial,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    unit, factor = to_shown(measure.unit)
    return {
        "code": measure.code,
        "side": measure.side,
        "rep": measure.rep,
        "value": _rounded(measure.value * factor),
        "low": _rounded(measure.low * factor),
        "high": _rounded(measure.high * factor),
        "level": measure.level,
        "unit": unit,
        "clip": measure.clip or None,
        "cannot_judge": measure.cannot_judge,
        "parameters": measure.parameters,
    }


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None
