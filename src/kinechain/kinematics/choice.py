"""Which estimator's curves make up a film's result? By the movement's table of views: the fit, or else the plain twin.

A fit that is not to be believed is not used at all, and a reason says so; what it repaired is listed as a notice.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import xarray as xr

from kinechain.core.types import Motion, Person, Quality, Reason, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.fit import Fitted, estimate_fitted_motion
from kinechain.kinematics.fit.film import Repairs
from kinechain.kinematics.legs import Exchanges, rename_legs
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.kinematics.planar import estimate_planar_motion


@dataclass(frozen=True)
class Estimate:
    """A film's motion, None where there is none to be had, with the examination as it stands after that.

    After a believed fit the keypoints carry the legs' names as it put them right, and no frame counts as exchanged; `lengths` are
    the person's segments by name with their standard deviations (m).
    """

    examination: Examination
    motion: Motion | None = None
    lengths: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def estimate_motion(examination: Examination, person: Person) -> Estimate:
    """Return the motion of a film: nothing where it has to be filmed again, nor from an oblique view without a believed fit."""
    if examination.quality.verdict is Verdict.REFILM:
        return Estimate(examination)
    from_fit = MOVEMENTS[examination.test].from_fit.get(examination.sight.view, ())
    if not from_fit:
        return Estimate(examination, _plain(examination, person))
    fitted = estimate_fitted_motion(
        examination.keypoints,
        examination.sight.view,
        person.height_m,
        examination.standing,
        examination.exchanges.exchanged,
        planted=examination.side if MOVEMENTS[examination.test].other_foot_aloft else None,
    )
    if fitted.doubts:
        distrusted = _with_reasons(examination, (_not_trusted(examination, fitted),))
        return Estimate(distrusted, _plain(distrusted, person))
    repaired = _repaired(examination, fitted.repairs)
    margin = MOVEMENTS[examination.test].fppa_margin
    motion = choose_curves(fitted.motion, _plain(repaired, person), from_fit, margin)
    return Estimate(repaired, motion, fitted.lengths)


def choose_curves(fit: Motion, plain: Motion | None, from_fit: tuple[str, ...], fppa_margin: float = 0.0) -> Motion:
    """Return the curves that the fit tells better, and the plain twin's beside them; each says on itself which it is of.

    The frontal plane projection angle of the fit is kept where its knee is bent between the rows `fppa.flexion_from` and
    `fppa.flexion_to`, or outside by no more than `fppa_margin` of that bend's spreads: elsewhere it means nothing. Its foot pitch
    is counted from where the foot mostly is, which is flat.
    """
    taken = [f"{name}{end}" for name in from_fit if name in fit.dataset for end in ("", "_sd")]
    curves, draws = fit.dataset[taken], None if fit.draws is None else fit.draws[[name for name in taken if name in fit.draws]]
    curves = _meaningful(curves, fit.dataset, fppa_margin)
    draws = None if draws is None else _meaningful(draws, fit.dataset, fppa_margin)
    chosen = {str(name): _signed(curve, "fit") for name, curve in curves.data_vars.items()}
    beside = {} if plain is None else {str(name): _signed(curve, "planar") for name, curve in plain.dataset.data_vars.items()}
    estimator = "fit and planar" if beside.keys() - chosen.keys() else "fit"
    return Motion(xr.Dataset(beside | chosen, attrs={"estimator": estimator}), draws)


def _meaningful(curves: xr.Dataset, best: xr.Dataset, fppa_margin: float) -> xr.Dataset:
    """Return curves or their draws without what means nothing, by the `best` curves of the whole fit."""
    kept = curves.copy()
    if "fppa" in kept:
        low, high = (np.deg2rad(constant(row).value) for row in ("fppa.flexion_from", "fppa.flexion_to"))
        bend, outside = best["knee_flexion"], fppa_margin * best["knee_flexion_sd"]
        holds = (bend >= low - outside) & (bend <= high + outside)
        kept = kept.assign({name: kept[name].where(holds) for name in ("fppa", "fppa_sd") if name in kept})
    if "foot_pitch" in kept:
        flat = best["foot_pitch"].reduce(np.nanmedian, "time")  # xarray's own median is compiled first where numbagg is installed
        kept["foot_pitch"] = (kept["foot_pitch"] - flat).assign_attrs(kept["foot_pitch"].attrs)
    return kept


def _plain(examination: Examination, person: Person) -> Motion | None:
    if examination.sight.view is View.OBLIQUE:
        return None
    return estimate_planar_motion(
        examination.keypoints, examination.sight, person, examination.standing, examination.exchanges.exchanged
    )


def _repaired(examination: Examination, repairs: Repairs) -> Examination:
    """Return the examination with the legs' names put right, and a notice of what was repaired."""
    return replace(
        _with_reasons(examination, tuple(_repairs(examination, repairs))),
        keypoints=rename_legs(examination.keypoints, repairs.exchanged),
        exchanges=Exchanges((), np.zeros_like(examination.exchanges.exchanged)),
    )


def _repairs(examination: Examination, repairs: Repairs) -> Iterator[Reason]:
    name = examination.header.name
    renamed, marks = int(repairs.exchanged.sum()), int(repairs.stray.sum())
    if renamed:
        share = float(repairs.exchanged.mean())
        yield Reason("legs_renamed", Verdict.OK, name, {"pictures": renamed, "share": share})
    if marks:
        yield Reason("marks_set_aside", Verdict.OK, name, {"marks": marks, "share": float(repairs.stray.mean())})


def _not_trusted(examination: Examination, fitted: Fitted) -> Reason:
    first, view = fitted.doubts[0], examination.sight.view.value
    doubts = {doubt.code: dict(doubt.parameters) for doubt in fitted.doubts}
    return Reason("fit_not_trusted", Verdict.CAUTION, examination.header.name, {"why": first.code, "view": view, "doubts": doubts})


def _with_reasons(examination: Examination, reasons: tuple[Reason, ...]) -> Examination:
    ordered = sorted((*examination.quality.reasons, *reasons), key=lambda reason: -reason.weight.rank)
    return replace(examination, quality=Quality(tuple(ordered)))


def _signed(curve: xr.DataArray, estimator: str) -> xr.DataArray:
    return curve.assign_attrs(estimator=estimator)
