"""What does each measure say of its link, against what is usual and what the person wants? Measures in, findings out.

Three verdicts, and nothing between them:

- `fine`: not past the cut-off; or past it, and the what-if shows that it costs nothing of what the person wants.
- `limits`: past the cut-off by more than the measurement's smallest real change, and the what-if shows that freeing this link would
  bring the person nearer to what they want.
- `cannot_judge`: no norm, or none by this protocol or for this person; or past the cut-off, but by no more than noise, or with a
  depth that may or may not suffice; or unusual in something of which no what-if tells whether it holds anybody back (strength,
  balance, feet). That is said, and nothing more.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kinechain.core.types import Assessment, Finding, FindingVerdict, Gain, Measure, Person, Protocol
from kinechain.core.units import to_shown
from kinechain.evidence import constant, norms
from kinechain.screening.aims import aim_row, needed_knee_flexion
from kinechain.screening.battery import judged
from kinechain.screening.chances import chance_below, chance_short, exceeds, measurement_spread, smallest_change, sureness
from kinechain.screening.judged import Judged, Reading, Worse
from kinechain.screening.sides import compare_sides
from kinechain.screening.usual import Unsuitable, Usual, sources_of, usual

#: Messages of findings that are past a cut-off.
UNUSUAL = frozenset(
    f"finding.{message}"
    for message in (
        *("limits", "unusual", "unusual_range", "unusual_untried"),
        *("perhaps_enough", "enough", "enough_filmed", "little_gain"),
    )
)


def gather(
    assessments: Sequence[Assessment], typed: Sequence[Measure], notes: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, tuple[Measure, ...]]:
    """Return the measures of all tests by test, as `find` takes them; what was typed stands under no test.

    `notes` say how a filmed test was done (eyes, slope), by test: no film tells it.
    """
    found: dict[str, tuple[Measure, ...]] = {"": tuple(typed)}
    for assessment in assessments:
        told = (notes or {}).get(assessment.test, {})
        own = (measure for clip in assessment.measured_clips for measure in clip.measures)
        noted = (replace(measure, parameters={**told, **measure.parameters}) for measure in own)
        found[assessment.test] = (*found.get(assessment.test, ()), *noted)
    return found


def find(
    measures: Mapping[str, Sequence[Measure]], person: Person, protocol: Protocol, gains: Sequence[Gain], aim: str
) -> tuple[Finding, ...]:
    """Return what each measure says, test by test, and where both sides were measured how they compare.

    `measures` are by test (see `gather`): codes such as the projection angle belong to several. Only those over all repetitions
    count, of the same code and side the surest. `gains` tell what freeing a link would bring; `aim` is what the person wants. A
    measure that no test judges is passed over. Raises UsageError for an aim that is none.
    """
    aim_row(aim)
    reached = _reached(measures.get("squat", ()), aim)
    findings: list[Finding] = []
    for test, every in measures.items():
        chosen = _surest(every)
        for measure in chosen:
            rule = judged(measure.code, test)
            if rule is not None:
                gain = gain_of(rule.link, measure.side, gains) if rule.what_if else None
                findings.append(_find_one(rule, measure, person, protocol, gain, aim, reached=reached))
        findings += compare_sides(chosen, test)
    return tuple(findings)


def _surest(measures: Sequence[Measure]) -> list[Measure]:
    """Return one measure of each code and side, over the repetitions: a known before an unknown, the narrower interval first."""
    best: dict[tuple[str, str], Measure] = {}
    for measure in measures:
        key = measure.code, measure.side
        if measure.rep is None and (key not in best or _doubt(measure) < _doubt(best[key])):
            best[key] = measure
    return list(best.values())


def _doubt(measure: Measure) -> tuple[bool, float]:
    width = measure.high - measure.low
    return math.isnan(measure.value), math.inf if math.isnan(width) else width


def _reached(squats: Sequence[Measure], aim: str) -> bool:
    """Tell whether a filmed squat reached what the person wants, with every leg that was seen."""
    seen = [one.value for one in _surest(squats) if one.code == "knee_flexion_peak" and math.isfinite(one.value)]
    return bool(seen) and min(seen) >= needed_knee_flexion(aim)


def gain_of(link: str, side: str, gains: Sequence[Gain]) -> Gain | None:
    """Return what freeing a link of a side would bring, the most where several changes free it; None where no what-if tells it."""
    own = [gain for gain in gains if gain.link == link and ("both" in (side, gain.side) or gain.side == side)]
    return max(own, key=lambda gain: gain.gain.value, default=None)


def _find_one(
    rule: Judged, measure: Measure, person: Person, protocol: Protocol, gain: Gain | None, aim: str, *, reached: bool
) -> Finding:
    if math.isnan(measure.value):
        return _unjudged(rule, measure, "finding.not_measured")
    if rule.against_aim:
        return _against_aim(rule, measure, aim)
    known = usual(rule, measure, person, protocol)
    if isinstance(known, Unsuitable):
        return _unjudged(rule, measure, f"finding.{known.message}", **known.parameters)
    return _against_norm(rule, measure, known, gain, aim, reached=reached)


def _against_aim(rule: Judged, measure: Measure, aim: str) -> Finding:
    """Return whether a depth reaches what the person wants; what holds it back where it does not is for the links to say."""
    row, needed = aim_row(aim), needed_knee_flexion(aim)
    reaches = measure.value >= needed
    unit, factor = to_shown(measure.unit)
    return Finding(
        rule.code,
        rule.link,
        measure.side,
        FindingVerdict.FINE if reaches else FindingVerdict.CANNOT_JUDGE,
        measure,
        "finding.reaches_aim" if reaches else "finding.short_of_aim",
        (row,),
        row,
        probability=chance_below(needed, measure.value, measurement_spread(measure, None)),
        parameters={"aim": aim, "needed": factor * needed, "sign": f"{unit}.sign"},
    )


def _against_norm(rule: Judged, measure: Measure, known: Usual, gain: Gain | None, aim: str, *, reached: bool) -> Finding:
    error = norms()[rule.error] if rule.error else None
    if measure.parameters.get("at_least") and exceeds(known.excess(measure.value), 0.0):
        return _unjudged(rule, measure, "finding.at_least")
    spread = measurement_spread(measure, error)
    change = smallest_change(error, spread)
    verdict, message = _verdict(rule, known, known.excess(measure.value), change, gain, aim, reached=reached)
    middle = known.reading is Reading.MIDDLE
    return Finding(
        rule.code,
        rule.link,
        measure.side,
        verdict,
        measure,
        message,
        sources_of(known.norm, error if verdict is FindingVerdict.LIMITS or message == "finding.within_noise" else None),
        known.norm.key,
        known.percentile(measure.value),
        math.nan if middle else known.probability(measure.value, spread),
        _words(known, measure, change, gain, aim),
    )


def _verdict(
    rule: Judged, known: Usual, excess: float, change: float, gain: Gain | None, aim: str, *, reached: bool
) -> tuple[FindingVerdict, str]:
    both_ways = "_range" if known.worse is Worse.AWAY else ""
    if not exceeds(excess, 0.0):
        return FindingVerdict.FINE, "finding.at_middle" if known.reading is Reading.MIDDLE else f"finding.fine{both_ways}"
    if known.reading is Reading.MIDDLE:
        return FindingVerdict.CANNOT_JUDGE, "finding.no_cut_off"
    if not rule.what_if or math.isnan(change):
        return FindingVerdict.CANNOT_JUDGE, f"finding.unusual{both_ways}"
    if reached:
        return FindingVerdict.FINE, "finding.enough_filmed"
    if gain is not None and within_reach(gain, aim):
        sure = sureness(chance_of_reach(gain, aim)) != "maybe"
        return (FindingVerdict.FINE, "finding.enough") if sure else (FindingVerdict.CANNOT_JUDGE, "finding.perhaps_enough")
    if not exceeds(excess, change):
        return FindingVerdict.CANNOT_JUDGE, "finding.within_noise"
    if gain is None or math.isnan(gain.gain.value) or math.isnan(gain.before.value):
        return FindingVerdict.CANNOT_JUDGE, "finding.unusual_untried"
    if matters(gain):
        return FindingVerdict.LIMITS, "finding.limits"
    return FindingVerdict.FINE, "finding.little_gain"


def within_reach(gain: Gain, aim: str) -> bool:
    """Tell whether an aim is within reach as all is, or lacks less than can be seen (the row `aim.least_gain`)."""
    return needed_knee_flexion(aim) - gain.before.value < constant("aim.least_gain").si


def chance_of_reach(gain: Gain, aim: str) -> float:
    """Return how likely an aim is within reach as all is."""
    return 1.0 - chance_short(gain.before, needed_knee_flexion(aim))


def matters(gain: Gain) -> bool:
    """Tell whether freeing a link would most likely bring depth that can be seen: no less than the row `aim.least_gain`."""
    return gain.gain.value >= constant("aim.least_gain").si


def _words(known: Usual, measure: Measure, change: float, gain: Gain | None, aim: str) -> dict[str, Any]:
    """Return what the words of a finding may need, numbers in the units that people read."""
    unit, factor = to_shown(measure.unit)
    limits = {"limit": known.least, "most": known.most}
    numbers = {name: factor * value for name, value in limits.items() if not math.isnan(value)}
    if "limit" not in numbers:
        numbers["limit"] = numbers["most"]
    if not math.isnan(known.mean):
        numbers["usual"] = factor * known.mean
    if not math.isnan(change):
        numbers["change"] = factor * change
    if gain is not None and math.isfinite(gain.gain.value):
        numbers["gain"] = to_shown("rad")[1] * gain.gain.value
    words: dict[str, Any] = {"sign": f"{unit}.sign", "worse": known.worse.value, "population": known.norm.population, "aim": aim}
    if gain is not None:
        words["sure"] = sureness(chance_of_reach(gain, aim))
    return {**numbers, **words, "beside": known.beside}


def _unjudged(rule: Judged, measure: Measure, message: str, **parameters: Any) -> Finding:
    why = {"why": measure.cannot_judge} if measure.cannot_judge else {}
    return Finding(
        rule.code, rule.link, measure.side, FindingVerdict.CANNOT_JUDGE, measure, message, (), parameters={**why, **parameters}
    )
