"""How well do the compiled muscles follow OpenSim's? The page docs/muscles.md, from the fit errors that the model carries."""

from collections.abc import Iterator

import numpy as np

from kinechain.body.model import BodyModel
from kinechain.body.muscle_fit import MuscleFit

_MM = 1000.0

_HEAD = """# The muscles of the body model, beside OpenSim

kinechain computes with {name} without OpenSim: each muscle's length is a polynomial of the joint angles that it crosses, fitted
once to what OpenSim {compiler} says (`kinechain models compile`); its moment arms are the exact derivatives. Below is how far both
are off for all {count} muscles, in postures that were not fitted, drawn evenly over the whole working range
({range}). Left and right share one fit.

The model: {file} (SHA-256 {sha256}...), {credits}; {licence}.

In the median muscle lengths are off by {median:.4f} mm RMS. Where a muscle's line jumps in OpenSim itself, as it comes off what it
wraps round, no smooth function follows: the last column is the share of postures in which the length is more than half a millimetre
off. There moment arms mean little. The ten worst sides of moment arms are those of {worst}.

| muscle | length, median mm | length, RMS mm | length, worst mm | moment arm, RMS mm | moment arm, worst mm | worst about | jumps |
|---|---|---|---|---|---|---|---|
"""


def muscle_page(model: BodyModel) -> str:
    """Return the page of a compiled model's fit errors."""
    rms = np.array([fit.length_rms_m for fit in model.fits])
    worst = sorted(model.fits, key=lambda fit: -fit.arm_rms_m)[:10]
    head = _HEAD.format(
        name=model.name,
        compiler=model.origin.compiler.removeprefix("OpenSim "),
        range=_ranges(model),
        count=len(model.fits),
        file=model.origin.file,
        sha256=model.origin.sha256[:16],
        credits=model.origin.credits,
        licence=model.origin.licence,
        median=_MM * float(np.median(rms)),
        worst=", ".join(dict.fromkeys(fit.name.removesuffix("_r").removesuffix("_l") for fit in worst)),
    )
    return head + "".join(f"| {' | '.join(_row(fit))} |\n" for fit in model.fits)


def _row(fit: MuscleFit) -> Iterator[str]:
    yield fit.name
    for metres in (fit.length_median_m, fit.length_rms_m, fit.length_worst_m, fit.arm_rms_m, fit.arm_worst_m):
        yield f"{_MM * metres:.4f}" if metres < 1e-4 else f"{_MM * metres:.3f}" if metres < 1e-2 else f"{_MM * metres:.1f}"
    yield fit.arm_worst_about.removesuffix("_r").removesuffix("_l")
    yield f"{100.0 * fit.jumped:.1f} %" if fit.jumped else ""


def _ranges(model: BodyModel) -> str:
    shown = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle", "subtalar_angle")
    ends = {name: model.ranges[f"{name}_r"] for name in shown}
    return ", ".join(f"{name} {np.rad2deg(low):.0f} to {np.rad2deg(high):.0f}" for name, (low, high) in ends.items()) + " degrees"
