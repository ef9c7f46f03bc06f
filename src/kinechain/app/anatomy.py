"""What is there to know of the body's muscles? Found by any of their names, as a document or as a page."""

import difflib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.app.compile_model import load_model
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import GROUPS, group_of, side_of, without_side
from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.io.whole import write_whole
from kinechain.report.anatomy_page import render_anatomy
from kinechain.report.muscle_reading import MuscleReading, leg_muscles, plain_name, read_arms, read_muscles
from kinechain.report.page import ReportContext
from kinechain.report.words import say

SCHEMA = "kinechain.muscles/1"
#: Parts of a muscle that people ask for and the model does not tell apart.
_PARTS = frozenset({"vmo", "vml", "vastus medialis obliquus", "vastus medialis oblique", "vastus medialis longus"})
_NEAREST = 3
#: Every fifth degree is enough to draw from.
_STEP_DEG = 5


def open_body(path: Path | None = None) -> BodyModel:
    """Return a compiled model, without a path the one that kinechain brings along; raises DataFileError where it has no muscles."""
    model = load_model(path)
    if not model.muscles:
        raise DataFileError("a body model with muscles", f"{model.name}, which has none", "Give another one with --body.")
    return model


def find_muscles(model: BodyModel, asked: str) -> tuple[str, ...]:
    """Return the model's muscles that a name stands for: OpenSim's, with or without side, a plain one, its beginning, or a group's.

    Without a side, those of the right leg. Raises UsageError, with the nearest names, where none is meant.
    """
    wanted = _plainly(asked)
    if wanted in _PARTS:
        raise UsageError(say("anatomy.expected_whole"), repr(asked), say("anatomy.whole_vasmed"))
    side = "left" if wanted.endswith((" l", " left")) else "right"
    if side_of(asked.casefold()) or wanted.endswith((" left", " right")):
        wanted = wanted.rpartition(" ")[0]
    leg = leg_muscles(model, side)
    names = {name: _names_of(name) for name in leg}
    exact = tuple(name for name, known in names.items() if wanted in known)
    begun = tuple(name for name, known in names.items() if any(one.startswith((f"{wanted} ", f"{wanted},")) for one in known))
    found = exact or begun
    if not wanted or not found:
        raise UsageError(say("anatomy.expected_name", model=model.name), repr(asked), _nearest(wanted, leg))
    return found


def write_anatomy_page(model: BodyModel, asked: Sequence[str], destination: Path) -> None:
    """Write the page of these muscles, of none the whole leg's; raises OutputError where the file exists already."""
    context = ReportContext(__version__, made_on=date.today().isoformat(), rows=())
    write_whole(destination, render_anatomy(model, asked, context))


def anatomy_document(model: BodyModel, asked: Sequence[str]) -> dict[str, Any]:
    """Return what is known of these muscles, of none all of one leg's, as plain values; angles in degrees, lengths in m."""
    readings = read_muscles(model, tuple(asked) or leg_muscles(model))
    origin = model.origin
    return {
        "schema": SCHEMA,
        "model": {
            "name": model.name,
            "file": origin.file,
            "sha256": origin.sha256,
            "authors": origin.credits,
            "publications": origin.publications.splitlines(),
            "licence": origin.licence,
            "compiler": origin.compiler,
        },
        "muscles": [_document(model, reading) for reading in readings],
    }


def _document(model: BodyModel, reading: MuscleReading) -> dict[str, Any]:
    muscle, fit = reading.muscle, reading.fit
    return {
        "name": reading.name,
        "plain_name": reading.plain,
        "group": reading.group,
        "origin": reading.origin,
        "insertion": reading.insertion,
        "joints": list(reading.joints),
        "coordinates": list(muscle.crosses),
        "max_isometric_force_n": muscle.max_isometric_force_n,
        "optimal_fibre_length_m": muscle.optimal_fibre_length_m,
        "tendon_slack_length_m": muscle.tendon_slack_length_m,
        "pennation_deg": DEGREES_PER_RADIAN * muscle.pennation_rad,
        "path": [{"segment": point.segment, "location_m": list(point.location_m)} for point in muscle.path],
        "fit": {
            "length_rms_m": fit.length_rms_m,
            "length_worst_m": fit.length_worst_m,
            "length_worst_at_deg": {name: DEGREES_PER_RADIAN * angle for name, angle in fit.length_worst_at.items()},
            "moment_arm_rms_m": fit.arm_rms_m,
            "moment_arm_worst_m": fit.arm_worst_m,
            "moment_arm_worst_about": fit.arm_worst_about,
            "moment_arm_worst_at_deg": {name: DEGREES_PER_RADIAN * angle for name, angle in fit.arm_worst_at.items()},
            "jumped_share": fit.jumped,
        },
        "moment_arms": [
            {
                "coordinate": plot.coordinate,
                "angle_deg": [round(float(angle), 6) for angle in plot.degrees],
                "moment_arm_m": [float(arm) for arm in plot.curves[0].arms],
                "no_meaning_beyond_deg": plot.breaks_at,
            }
            for plot in read_arms(model, [reading.name], step_deg=_STEP_DEG)
        ],
    }


def _plainly(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


def _names_of(name: str) -> tuple[str, ...]:
    """Return what a muscle may be called: OpenSim's name, the plain one, and its group's."""
    group = group_of(name)
    of_group = (_plainly(group), _plainly(say(f"muscle_group.{group}"))) if group in GROUPS else ()
    return (_plainly(without_side(name)), _plainly(plain_name(name)), *of_group)


def _nearest(wanted: str, leg: Sequence[str]) -> str:
    plain = {_plainly(plain_name(name)): plain_name(name) for name in leg}
    known = (
        plain | {_plainly(without_side(name)): without_side(name) for name in leg} | {_plainly(group): group for group in GROUPS}
    )
    near = difflib.get_close_matches(wanted, known, n=_NEAREST, cutoff=0.0)
    return say("anatomy.nearest", names=", ".join(known[name] for name in near))
