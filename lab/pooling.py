"""What do comparable effects say together? Random-effects summaries by statsmodels, written as rows for users to read.

The variance between studies is Paule and Mandel's. The interval is Hartung and Knapp's with t of k - 1, whose factor is never let
below 1, as Röver, Knapp and Friede 2015 advise where studies are few: with Paule and Mandel's variance it is exactly 1 unless that
variance is 0, so all this does is keep studies that agree by chance from promising more than their own errors allow. The interval
for a further study is that of Higgins, Thompson and Spiegelhalter 2009 with t of k - 2, wider than the k - 1 that some newer
programs take; there is none below three effects. statsmodels has no such interval, so it is written out here.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kinechain.core.errors import KinechainError, UsageError
from kinechain.evidence.effects import effects
from kinechain.evidence.pooling import Pool, from_scale, on_scale, pools

#: How the summaries were made, as their rows say it.
MODEL = "random effects, Paule-Mandel, Hartung-Knapp not below the classical error, prediction by Higgins 2009"
LEVEL = 0.95
#: How near to its root statsmodels is asked to come. It answers 0 where a step lands on the root's other side by rounding alone; a
#: coarser wish then stops one step before.
_TOLERANCES = (1e-7, 1e-6, 1e-5, 1e-4)

_HEAD = """# Written by `kinechain lab pool`; do not edit. What comparable effects say together: random-effects summaries of rows
# of effects.toml, kind `derived`. Which may be put together is for the rule in evidence/pooling.py to say; how: lab/pooling.py.
# `tau2` is on the scale that was summed up on. No prediction interval below three effects.
"""


@dataclass(frozen=True)
class Summary:
    """What k effects say together, on the scale on which they were put in; the prediction is NaN below three effects.

    From `alike_low` to `alike_high` reaches the interval of the fixed-effect summary, if all measured one and the same effect.
    """

    estimate: float
    error: float
    low: float
    high: float
    alike_low: float
    alike_high: float
    prediction_low: float
    prediction_high: float
    tau2: float
    i2: float
    k: int


def combine(estimates: Sequence[float], errors: Sequence[float], level: float = LEVEL) -> Summary:
    """Return the random-effects summary of `estimates` with their standard `errors`.

    Raises:
        ValueError: fewer than two effects, or an error that is not above 0.
        UsageError: statsmodels is not installed.
        KinechainError: statsmodels' variance between studies does not solve Paule and Mandel's equation.
    """
    import numpy as np
    from scipy.stats import t

    try:
        from statsmodels.stats.meta_analysis import combine_effects
    except ModuleNotFoundError as missing:
        do = "Run `uv sync`, which installs the group `lab`."
        raise UsageError("what pooling needs to be installed", f"no module {missing.name}", do) from missing
    if len(estimates) < 2 or not all(error > 0.0 for error in errors):
        raise ValueError(f"Expected two effects or more with errors above 0, got errors {list(errors)}. Leave out what has none.")
    values, variances = np.asarray(estimates, dtype=float), np.asarray(errors, dtype=float) ** 2
    for tolerance in _TOLERANCES:
        with np.errstate(divide="ignore", over="ignore", invalid="ignore"):  # it divides by the spread, 0 where all say the same
            made = combine_effects(values, variances, method_re="iterated", use_t=True, atol=tolerance)
        k, tau2 = len(values), float(made.tau2)
        left = _spread(values.tolist(), variances.tolist(), tau2) - (k - 1)
        if abs(left) <= tolerance or (tau2 == 0.0 and left <= 0.0):
            break
    else:
        raise KinechainError(
            "a variance between studies that solves Paule and Mandel's equation",
            f"{tau2:g}, which leaves {left:g}",
            "Look at statsmodels' own tolerance.",
        )
    error = max(float(made.sd_eff_w_re), float(made.sd_eff_w_re_hksj))
    estimate, reach = float(made.mean_effect_re), float(t.ppf(0.5 + 0.5 * level, k - 1)) * error
    low, high = prediction_interval(estimate, error, tau2, k, level)
    i2 = max(0.0, 1.0 - (k - 1) / float(made.q)) if made.q > 0.0 else 0.0
    alike, _, _, _ = made.conf_int(alpha=1.0 - level, use_t=False)
    return Summary(estimate, error, estimate - reach, estimate + reach, float(alike[0]), float(alike[1]), low, high, tau2, i2, k)


def prediction_interval(estimate: float, error: float, tau2: float, k: int, level: float = LEVEL) -> tuple[float, float]:
    """Return where a further study's true effect is expected: estimate +- t(k - 2) sqrt(tau2 + error^2); NaN below three effects.

    Higgins JPT, Thompson SG, Spiegelhalter DJ 2009, A re-evaluation of random-effects meta-analysis, J R Stat Soc A 172:137-159.
    """
    from scipy.stats import t

    if k < 3:
        return math.nan, math.nan
    reach = float(t.ppf(0.5 + 0.5 * level, k - 2)) * math.sqrt(tau2 + error**2)
    return estimate - reach, estimate + reach


def pool(chosen: Pool) -> dict[str, object]:
    """Return the row of one pool, in the unit of its effects."""
    rows = [effects()[key] for key in chosen.effects]
    values, errors = zip(*(on_scale(row) for row in rows), strict=True)
    summary = combine(values, errors)
    shown = {
        name: from_scale(getattr(summary, name), chosen.scale, rows[0].unit)
        for name in ("estimate", "low", "high", "alike_low", "alike_high", "prediction_low", "prediction_high")
    }
    return {
        "claim": chosen.claim,
        "effects": list(chosen.effects),
        "model": MODEL,
        "scale": chosen.scale,
        "measure": rows[0].measure,
        "unit": rows[0].unit,
        "level": LEVEL,
        **{name: value for name, value in shown.items() if math.isfinite(value)},
        "tau2": summary.tau2,
        "i2": summary.i2,
        "k": summary.k,
    }


def pooled_text() -> str:
    """Return the rows of every pool that the rule lets through, as a TOML file."""
    return _HEAD + "".join(f"\n[{chosen.key}]\n{_as_toml(pool(chosen))}" for chosen in pools())


def _spread(values: Sequence[float], variances: Sequence[float], tau2: float) -> float:
    weights = [1.0 / (variance + tau2) for variance in variances]
    mean = math.fsum(weight * value for weight, value in zip(weights, values, strict=True)) / math.fsum(weights)
    return math.fsum(weight * (value - mean) ** 2 for weight, value in zip(weights, values, strict=True))


def _as_toml(row: dict[str, object]) -> str:
    return "".join(f"{name} = {_written(value)}\n" for name, value in row.items())


def _written(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_written(item) for item in value)}]"
    return f'"{value}"' if isinstance(value, str) else str(float(f"{value:.6g}") if isinstance(value, float) else value)
