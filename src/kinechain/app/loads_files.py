"""How do loads become files? A folder with OpenSim's table, spreadsheet, netCDF, JSON and a report to read."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain import __version__
from kinechain.body.model import BodyModel
from kinechain.body.signs import MOMENTS
from kinechain.core.types import SIDES, Coordinates, Loads, Person, RepetitionSpan
from kinechain.core.units import DEGREES_PER_RADIAN, INTERVAL_HALF_WIDTH
from kinechain.evidence import constants
from kinechain.io.opensim_tables import format_sto
from kinechain.io.result import LOADS_SCHEMA as SCHEMA
from kinechain.io.result import format_result
from kinechain.io.tables import format_columns, loads_bytes
from kinechain.io.whole import whole_folder
from kinechain.loads.demands import Demand, find_demands
from kinechain.loads.peaks import PeakMoment, find_peaks, find_residual, knee_flexion, modelled, moment_per_kg, weight_n
from kinechain.report.context import ReportContext
from kinechain.report.demand_summary import DemandReading
from kinechain.report.loads_page import MotionSource, render_loads_report
from kinechain.report.loads_summary import as_measure, read_loads
from kinechain.report.words import say

#: Groups of rows that every load leans on.
ROWS = (
    *("loads", "sole", "motion", "residual", "body", "anthropometry", "burden", "filter"),
    *("muscle", "strength", "explained", "patellofemoral"),
)
#: What of a leg's kneecap and knee is written over time, with its unit for OpenSim's tables.
_BORNE = ("patellofemoral_force", "patellofemoral_stress", "tibiofemoral_force")


def source_of(path: Path, motion: Coordinates, at_rest: Sequence[str]) -> MotionSource:
    """Return which file a motion is from, and what it does not tell."""
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    duration_s = float(motion.time_s[-1] - motion.time_s[0])
    return MotionSource(path.name, sha256, int(motion.time_s.size), duration_s, tuple(at_rest))


def write_loads(loads: Loads, person: Person, source: MotionSource, destination: Path, model: BodyModel | None = None) -> Path:
    """Write all files of a motion's loads into the new folder `destination`, which is whole or absent.

    `model` is the body whose leg is drawn. Raises OutputError where the folder exists already.
    """
    rows = tuple(row for key, row in constants().items() if key.split(".")[0] in ROWS)
    context = ReportContext(__version__, made_on=date.today().isoformat(), rows=rows)
    with whole_folder(destination) as folder:
        for name, table in loads_tables(loads, source.name):
            (folder / name).write_bytes(table.encode())
        (folder / "loads.nc").write_bytes(loads_bytes(loads))
        (folder / "loads.csv").write_bytes(format_columns(loads.time_s, _columns(loads)).encode())
        (folder / "loads.json").write_bytes(format_result(loads_document(loads, person, source)).encode())
        (folder / "report.html").write_bytes(render_loads_report(loads, person, source, context, model).encode())
    return destination


def loads_tables(loads: Loads, name: str, end: str = "") -> Iterator[tuple[str, str]]:
    """Yield name and text of OpenSim's tables: loads and, where it is known what muscles do, their activations and forces (N).

    `end` is put to the names of all files.
    """
    yield f"loads{end}.sto", loads_sto(loads, name)
    for variable, file in (("activation", "activations"), ("muscle_force", "muscle_forces")):
        if loads.has_muscles:
            columns = {
                f"{muscle}_{side[0]}": loads.of_leg(variable, side, muscle) for side in reversed(SIDES) for muscle in loads.muscles
            }
            yield f"{file}{end}.sto", format_sto(name, loads.time_s, columns, [say("files.muscles_note")])


def loads_sto(loads: Loads, name: str) -> str:
    """Return `loads.sto`: generalised forces under OpenSim's names and signs (Nm), and what is left at the pelvis, in the world.

    Then, where it is known what muscles do, the forces (N) on kneecap and shin and the kneecap's stress (Pa).
    """
    columns = {
        f"{coordinate}_{side[0]}_moment": loads.values("moment", side, coordinate)
        for side in reversed(SIDES)
        for coordinate in Loads.LOADED
    }
    for axis in "xyz":
        columns[f"pelvis_t{axis}_force"] = loads.dataset["residual_force"].sel(space=axis).values
    for axis in "xyz":
        columns[f"residual_moment_{axis}"] = loads.dataset["residual_moment"].sel(space=axis).values
    if loads.has_muscles:
        columns |= {f"{borne}_{side[0]}": loads.of_leg(borne, side) for side in reversed(SIDES) for borne in _BORNE}
    return format_sto(name, loads.time_s, columns, [say("files.sto_note")])


def loads_rows(loads: Loads, spans: Sequence[RepetitionSpan] = ()) -> list[dict[str, Any]]:
    """Return the largest moments, and what muscles, kneecap and knee are asked for, as the rows `loads` of a result.

    `spans` are the repetitions: index, start and end (s).
    """
    return [_row(peak) for peak in find_peaks(loads)] + [_demand_row(one) for one in find_demands(loads, spans)]


def loads_document(loads: Loads, person: Person, source: MotionSource) -> dict[str, Any]:
    """Return `loads.json`: the largest moments, how well they add up, and what cannot be known, in words."""
    attributes, residual = loads.dataset.attrs, find_residual(loads, person.height_m)
    reading = read_loads(loads, person, at_rest=source.at_rest)
    outside = ~modelled(loads)
    return {
        "schema": SCHEMA,
        "person": {
            "height_cm": round(person.height_m * 100.0, 1),
            "mass_kg": person.mass_kg,
            "age": person.age_years,
            "sex": person.sex,
        },
        "motion": {
            "name": source.name,
            "sha256": source.sha256,
            "frames": source.frames,
            "duration_s": round(source.duration_s, 3),
            "unmodelled_frames": int(outside.sum()),
            "at_rest": source.at_rest,
        },
        "load_kg": float(attributes.get("load_kg", 0.0)),
        "ground": str(attributes["ground"]),
        "engine": {"kinechain": __version__, "body_model": str(attributes.get("body_model", ""))},
        "draws": int(attributes.get("draws", 0)),
        "seed": int(attributes.get("seed", 0)),
        "residual": {"force_share": residual.force_share, "moment_share": residual.moment_share, "small": residual.small},
        "loads": loads_rows(loads),
        "said": {
            "headline": reading.headline,
            "detail": reading.detail,
            "quality": reading.quality,
            "unmodelled": reading.unmodelled,
            "limits": reading.limits,
            "demand": None if reading.demand is None else _said(reading.demand),
        },
        "passive": _passive(loads),
        "sources": sorted(key for key in constants() if key.split(".")[0] in ROWS),
    }


def _row(peak: PeakMoment) -> dict[str, Any]:
    measure = as_measure(peak)
    return {
        "code": measure.code,
        "side": measure.side,
        "rep": None,
        "at_knee_flexion_deg": round(DEGREES_PER_RADIAN * peak.at_knee_flexion_rad, 1),
        "value": round(measure.value, 3),
        "low": round(measure.low, 3),
        "high": round(measure.high, 3),
        "method_low": None,
        "method_high": None,
        "unit": measure.unit,
        "class": None,
        "explained": peak.explained,
    }


def _demand_row(demand: Demand) -> dict[str, Any]:
    return {
        "code": demand.code,
        "side": demand.side,
        "rep": demand.rep,
        "at_knee_flexion_deg": _number(DEGREES_PER_RADIAN * demand.at_knee_flexion_rad, 1),
        "value": _number(demand.value),
        "low": _number(demand.low),
        "high": _number(demand.high),
        "method_low": _number(demand.method_low),
        "method_high": _number(demand.method_high),
        "unit": demand.unit,
        "class": demand.load_class,
        "explained": demand.explained,
    }


def _said(demand: DemandReading) -> dict[str, Any]:
    return {
        "headline": demand.headline,
        "detail": demand.detail,
        "kneecap": demand.kneecap,
        "cautions": demand.cautions,
        "limits": demand.limits,
    }


def _passive(loads: Loads) -> list[dict[str, Any]]:
    """Return how the largest values of each leg change where resting fibres pull too: a run beside the one that is reported."""
    if not loads.has_muscles:
        return []
    rows = []
    for side in SIDES:
        for name, unit, of in (("quadriceps_demand", "1", 1.0), ("patellofemoral_force", "BW", weight_n(loads))):
            without, resisted = (loads.of_leg(f"{name}{end}", side) / of for end in ("", "_passive"))
            if np.isfinite(without).any():
                peaks = {"without": _number(float(np.nanmax(without))), "with": _number(float(np.nanmax(resisted)))}
                rows.append({"code": f"{name}_peak", "side": side, **peaks, "unit": unit})
    return rows


def _number(value: float, digits: int = 3) -> float | None:
    return round(float(value), digits) if np.isfinite(value) else None


def _columns(loads: Loads) -> Mapping[str, Float[np.ndarray, " time"]]:
    """Return the columns of `loads.csv`: knee flexion (degrees), moments (Nm/kg, by the table of signs) with their interval.

    Then, where it is known what muscles do, quadriceps demand (a share), forces (N) and stress (Pa) with theirs.
    """
    columns = {f"knee_flexion_{side[0]}": DEGREES_PER_RADIAN * knee_flexion(loads, side) for side in SIDES}
    for row in MOMENTS:
        for side in SIDES:
            value, spread = moment_per_kg(loads, row.code, side)
            name, reach = f"{row.code}_{side[0]}", INTERVAL_HALF_WIDTH * spread
            columns |= {name: value, f"{name}_low": value - reach, f"{name}_high": value + reach}
    for curve in Loads.DRAWN if loads.has_muscles else ():
        for side in SIDES:
            columns |= {f"{curve}_{side[0]}{end}": loads.of_leg(f"{curve}{end}", side) for end in ("", "_low", "_high")}
    return columns
