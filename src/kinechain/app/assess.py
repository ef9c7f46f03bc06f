"""How does one test of one person become a folder of results? Films in; `result.json`, report, tables and overlay out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain import __version__
from kinechain.app.compile_model import load_model
from kinechain.app.document import refilm_document, result_document
from kinechain.app.films import clip_of, look_at_film
from kinechain.app.loads import clip_loads
from kinechain.app.loads_files import loads_tables
from kinechain.app.overlay import film_overlay, film_thumbnail
from kinechain.app.progress import Progress, ignore
from kinechain.body.strength import Reading
from kinechain.core.errors import UnreadableInputError, UsageError
from kinechain.core.types import (
    SIDES,
    AssessedClip,
    Assessment,
    Measure,
    Motion,
    Pain,
    Person,
    Protocol,
    Quality,
    Reason,
    Screening,
    Verdict,
    View,
)
from kinechain.io.opensim import format_mot, format_trc
from kinechain.io.result import format_result
from kinechain.io.tables import format_angles, keypoints_bytes, motion_bytes
from kinechain.io.whole import whole_folder
from kinechain.kinematics.choice import estimate_motion
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.kinematics.planar import marker_paths
from kinechain.loads.uncertainty import Chance
from kinechain.pose.backend import PoseBackend
from kinechain.report.page import ReportContext, render_report
from kinechain.report.words import say

#: The tests that films can be measured for.
TESTS = tuple(MOVEMENTS)


@dataclass(frozen=True)
class Request:
    """What a user asks for: the films of one test of one person, and what they told about it.

    `side` keeps only the measures of that leg, and those of the whole person; where one leg is tested, it tells which. `mirrored`
    is None where nobody has told.
    `readings` are what a dynamometer read of the person's knee extension, `weakness` a factor of force by muscle (`vasmed_l`: 0.8);
    `chance` tells how often all that loads do not know is drawn. `typed` was measured by hand; `aim` is what the person wants to
    reach, None where nobody has told.
    """

    films: tuple[Path, ...]
    person: Person
    test: str = "squat"
    protocol: Protocol = field(default_factory=Protocol)
    pains: tuple[Pain, ...] = ()
    painful: str | None = None
    side: str = "both"
    mirrored: bool | None = None
    readings: tuple[Reading, ...] = ()
    weakness: Mapping[str, float] = field(default_factory=dict)
    chance: Chance = field(default_factory=Chance)
    typed: tuple[Measure, ...] = ()
    aim: str | None = None

    def __post_init__(self) -> None:
        if self.test not in TESTS:
            raise UsageError(f"a test among {', '.join(TESTS)}", repr(self.test), "Name one of them.")
        if not self.films:
            raise UsageError("at least one film", "none", "Name the film of the test; knee to wall also takes --cm or --deg.")
        repeated = {film for film in self.films if self.films.count(film) > 1}
        if repeated:
            raise UsageError("each film once", f"{min(repeated)} twice", "Name it once.")


@dataclass(frozen=True)
class Assessed:
    """An assessment, and for each of its films where it lies and what it showed once its motion was estimated."""

    assessment: Assessment
    films: tuple[tuple[Path, Examination], ...]


def assess(request: Request, backend: PoseBackend, progress: Progress = ignore) -> Assessed:
    """Measure the films of a test.

    A film that cannot be read or measured among good ones is left out, and a reason names it. Raises the error of the first film
    where none can be read.
    """
    seen: list[tuple[Path, Examination]] = []
    failures: list[tuple[Path, UnreadableInputError]] = []
    for path in request.films:
        try:
            seen.append((path, _look(path, request, backend, progress)))
        except UnreadableInputError as error:
            failures.append((path, error))
    if not seen:
        raise failures[0][1]
    estimates = [estimate_motion(examination, request.person) for _, examination in seen]
    measured = (_only_side(_with_loads(clip_of(estimate, request.person), request), request.side) for estimate in estimates)
    clips = tuple(_numbered(measured))
    left_out = [
        Reason("clip_left_out", Verdict.CAUTION, path.name, {"name": path.name, "why": str(error)}) for path, error in failures
    ]
    assessment = Assessment(
        test=request.test,
        person=request.person,
        protocol=request.protocol,
        pains=request.pains,
        clips=clips,
        quality=_quality_of_all(clips, left_out, MOVEMENTS[request.test].complete),
        painful=request.painful,
        mirrored=bool(request.mirrored),
    )
    films = tuple((path, estimate.examination) for (path, _), estimate in zip(seen, estimates, strict=True))
    return Assessed(assessment, films)


def _look(path: Path, request: Request, backend: PoseBackend, progress: Progress) -> Examination:
    side = None if request.side == "both" else request.side
    return look_at_film(path, backend, mirrored=request.mirrored, test=request.test, side=side, progress=progress)


def write_assessment(
    assessed: Assessed, destination: Path, progress: Progress = ignore, screening: Screening | None = None
) -> Path:
    """Write all files of an assessment into the new folder `destination`, which is whole or absent.

    `screening` is what its measures mean, for `result.json` and the report. Where nothing could be measured the folder holds
    `result.json`, with the reasons alone, and the report, which says how to film again. Raises OutputError where the folder exists
    already.
    """
    assessment = assessed.assessment
    with whole_folder(destination) as folder:
        if assessment.quality.verdict is Verdict.REFILM:
            document = refilm_document(assessment)
            stills: dict[tuple[str, int], bytes] = {}
            thumbnails = {
                examination.header.sha256: film_thumbnail(path, assessment.mirrored) for path, examination in assessed.films
            }
        else:
            measured = [
                film for film, clip in zip(assessed.films, assessment.clips, strict=True) if clip in assessment.measured_clips
            ]
            names, stills, thumbnails = _write_clips(folder, assessment, measured, progress)
            document = result_document(assessment, names, screening)
            motions = [(clip.clip.header.name, clip.motion) for clip in assessment.measured_clips if clip.motion is not None]
            (folder / "angles.csv").write_text(format_angles(motions), encoding="utf-8", newline="")
        (folder / "result.json").write_text(format_result(document), encoding="utf-8")
        context = ReportContext(__version__, made_on=date.today().isoformat())
        page = render_report(assessment, stills, thumbnails, context, load_model(), screening)
        (folder / "report.html").write_text(page, encoding="utf-8")
    return destination


def _write_clips(
    folder: Path, assessment: Assessment, films: list[tuple[Path, Examination]], progress: Progress
) -> tuple[dict[str, dict[str, str]], dict[tuple[str, int], bytes], dict[str, bytes]]:
    """Write the files of each measured film; return their names, the stills and the thumbnails, by the films' SHA-256."""
    names: dict[str, dict[str, str]] = {}
    stills: dict[tuple[str, int], bytes] = {}
    thumbnails: dict[str, bytes] = {}
    for number, ((path, examination), clip) in enumerate(zip(films, assessment.measured_clips, strict=True), start=1):
        end = "" if number == 1 else f"_{number}"  # the first film has the plain names, so that one film needs no looking up
        sha256, written = clip.clip.header.sha256, {}
        overlay = film_overlay(path, clip, folder / f"overlay{end}.mp4", mirrored=assessment.mirrored, progress=progress)
        stills |= {(sha256, rep): picture for rep, picture in overlay.stills.items()}
        thumbnails[sha256] = overlay.thumbnail
        written["overlay"] = f"overlay{end}.mp4"
        for kind, name, content in _data_files(clip, examination, assessment.person, end):
            (folder / name).write_bytes(content)
            written[kind] = name
        names[sha256] = written
    return names, stills, thumbnails


def _data_files(clip: AssessedClip, examination: Examination, person: Person, end: str) -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, name and content of a film's data files; without a motion there are only the keypoints."""
    yield "keypoints", f"keypoints{end}.nc", keypoints_bytes(clip.keypoints)
    if clip.motion is None:
        return
    yield "motion", f"motion{end}.nc", motion_bytes(clip.motion)
    if clip.clip.view is not View.OBLIQUE:  # the markers are flat, and from between no plane is theirs
        markers = marker_paths(clip.keypoints, examination.sight, person, examination.standing, examination.exchanges.exchanged)
        name = f"keypoints{end}.trc"
        yield "markers", name, format_trc(name, clip.clip.time_s, markers, clip.clip.fps).encode()
    columns = _opensim_coordinates(clip.motion)
    if columns:
        note = say("files.mot_note", estimator=clip.motion.estimator("knee_flexion"))
        motion = format_mot(clip.clip.header.name, clip.clip.time_s, columns, [note])
        yield "opensim_motion", f"motion{end}.mot", motion.encode()
    if clip.loads is not None:
        for name, table in loads_tables(clip.loads, clip.clip.header.name, end):
            yield name.removesuffix(f"{end}.sto"), name, table.encode()


def _opensim_coordinates(motion: Motion) -> dict[str, Float[np.ndarray, " time"]]:
    """Return the two coordinates of each of OpenSim's legs that is known; a camera cannot tell hip and pelvis apart."""
    columns = {}
    for side in SIDES:
        knee, shank = motion.values("knee_flexion", side), motion.values("shank_inclination", side)
        if np.isfinite(knee).any():
            columns[f"knee_angle_{side[0]}"] = knee
            columns[f"ankle_angle_{side[0]}"] = shank - motion.values("foot_pitch", side)
    return columns


def _numbered(clips: Iterable[AssessedClip]) -> Iterator[AssessedClip]:
    """Number repetitions through all films, so that an index names one repetition of the test."""
    before = 0
    for clip in clips:
        repetitions = tuple(replace(repetition, index=repetition.index + before) for repetition in clip.repetitions)
        measures = tuple(
            measure if measure.rep is None else replace(measure, rep=measure.rep + before) for measure in clip.measures
        )
        before += len(repetitions)
        yield replace(clip, repetitions=repetitions, measures=measures)


def _with_loads(clip: AssessedClip, request: Request) -> AssessedClip:
    if not MOVEMENTS[request.test].loads or request.side not in ("both", clip.clip.near_side):
        return clip
    loads = clip_loads(clip, request.person, request.protocol, request.readings, request.weakness, request.chance)
    return replace(clip, loads=loads)


def _only_side(clip: AssessedClip, side: str) -> AssessedClip:
    if side == "both":
        return clip
    return replace(clip, measures=tuple(measure for measure in clip.measures if measure.side in (side, "both")))


def _quality_of_all(clips: tuple[AssessedClip, ...], left_out: list[Reason], complete: tuple[View, ...]) -> Quality:
    """Return the reasons of all films; those of a film left out weigh as a caution where another one could be measured."""
    fit = [clip for clip in clips if clip.quality.verdict is not Verdict.REFILM]
    if not fit:
        return Quality((*left_out, *(reason for clip in clips for reason in clip.quality.reasons)))
    unfit = [
        Reason("clip_left_out", Verdict.CAUTION, clip.clip.header.name, {"name": clip.clip.header.name})
        for clip in clips
        if clip not in fit
    ]
    views = {clip.clip.view for clip in fit}
    missing = []
    if View.SIDE in complete and not views & {View.SIDE, View.OBLIQUE}:
        missing.append(Reason("no_side_view", Verdict.OK))
    if View.FRONT in complete and not views & {View.FRONT, View.REAR, View.OBLIQUE}:
        missing.append(Reason("no_front_view", Verdict.OK))
    return Quality((*left_out, *unfit, *(reason for clip in fit for reason in clip.quality.reasons), *missing))
