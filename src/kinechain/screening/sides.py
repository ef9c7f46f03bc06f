"""Are both sides alike? A difference counts only beyond the smallest that is more than noise; it limits nothing by itself."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kinechain.core.types import Finding, FindingVerdict, Measure
from kinechain.core.units import SI, to_shown
from kinechain.evidence import norms
from kinechain.evidence.norms import Norm
from kinechain.screening.battery import judged
from kinechain.screening.chances import chance_below, exceeds, measurement_spread, smallest_change
from kinechain.screening.judged import Judged, Worse
from kinechain.screening.usual import sources_of


def compare_sides(measures: Sequence[Measure], test: str = "") -> Iterator[Finding]:
    """Yield how the sides differ in each measure of which both are known and a row says how far is noise or usual.

    The difference, or the weaker side's share of the other, is a measure of its own; its side is the worse one, `both` where they
    are equal.
    """
    by_code: dict[str, dict[str, Measure]] = {}
    for measure in measures:
        if math.isfinite(measure.value):
            by_code.setdefault(measure.code, {})[measure.side] = measure
    for code, sides in by_code.items():
        rule = judged(code, test)
        if rule is None or rule.worse is Worse.AWAY or not {"left", "right"} <= set(sides):
            continue
        if rule.error:
            yield _difference(rule, sides["left"], sides["right"])
        elif rule.symmetry and max(sides["left"].value, sides["right"].value) > 0.0:
            yield _symmetry(rule, sides["left"], sides["right"])


def _difference(rule: Judged, left: Measure, right: Measure) -> Finding:
    error, usual = norms()[rule.error], norms().get(rule.sides)
    change, most = smallest_change(error), math.nan if usual is None else usual.high * SI.get(usual.unit, 1.0)
    worse, better = _worse_first(rule, left, right)
    by = abs(better.value - worse.value)
    spread = math.hypot(*(measurement_spread(measure, error) for measure in (left, right)))
    limit = most if most > change else change
    if not exceeds(by, change):
        verdict, message = FindingVerdict.FINE, "finding.sides_alike"
    elif most > change and not exceeds(by, most):
        verdict, message = FindingVerdict.FINE, "finding.sides_differ_usual"
    else:
        verdict, message = FindingVerdict.CANNOT_JUDGE, "finding.sides_differ"
    half = math.hypot(0.5 * (left.high - left.low), 0.5 * (right.high - right.low))
    unit, factor = to_shown(left.unit)
    return Finding(
        f"{rule.code}_difference",
        rule.link,
        _side(worse, better),
        verdict,
        replace(
            worse, code=f"{rule.code}_difference", side=_side(worse, better), value=by, low=max(by - half, 0.0), high=by + half
        ),
        message,
        sources_of(error, usual),
        rule.sides or rule.error,
        # The true difference, of unknown sign, lies beyond the limit on either side of 0.
        probability=chance_below(-limit, -by, spread) + chance_below(-limit, by, spread),
        parameters={"change": factor * change, "most": factor * limit, "sign": f"{unit}.sign", "worse": rule.worse.value},
    )


def _symmetry(rule: Judged, left: Measure, right: Measure) -> Finding:
    row: Norm = norms()[rule.symmetry]
    worse, better = _worse_first(rule, left, right)
    share, limit = worse.value / better.value, row.cut_off * SI[row.unit]
    alike = share >= limit
    code, side = f"{rule.code}_symmetry", _side(worse, better)
    measure = Measure(code, side, None, share, math.nan, math.nan, "1", worse.clip)
    return Finding(
        code,
        rule.link,
        side,
        FindingVerdict.FINE if alike else FindingVerdict.CANNOT_JUDGE,
        measure,
        "finding.strength_alike" if alike else "finding.strength_differs",
        sources_of(row),
        row.key,
        parameters={"share": share, "limit": limit},
    )


def _worse_first(rule: Judged, left: Measure, right: Measure) -> tuple[Measure, Measure]:
    less, more = sorted((left, right), key=lambda measure: measure.value)
    return (more, less) if rule.worse is Worse.MORE else (less, more)


def _side(worse: Measure, better: Measure) -> str:
    return "both" if worse.value == better.value else worse.side
