"""Which link holds this person back? The missing depth and who explains it; for knees that fall in, what goes with it in studies.

The missing depth is what the aim needs less the deepest squat that balance allows as all is. A link's share of it is what freeing
that link alone would bring. Links overlap (two freed together bring less, or more, than both alone), so shares need not add up to
the whole. What limits a movement is not thereby what makes a knee hurt.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kinechain.core.types import SIDES, Finding, FindingVerdict, Gain, Limit, Ranged, Reason, Verdict
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant, effects, studies
from kinechain.screening.aims import needed_knee_flexion
from kinechain.screening.battery import judged
from kinechain.screening.chances import chance_short, sureness
from kinechain.screening.findings import UNUSUAL, chance_of_reach, gain_of, within_reach

_NOT_KNOWN = Ranged(math.nan, math.nan, math.nan)
#: The measures of the ankle that are graded.
_ANKLE = ("knee_to_wall_cm", "knee_to_wall_deg")
#: The measures by which a knee is seen to fall in, of one leg or of both.
_KNEES_IN = ("fppa_at_peak_flexion", "knee_ankle_separation_ratio")
#: Messages of findings of links that may hold the person back, but not clearly.
_OPEN = ("finding.within_noise", "finding.unusual_untried", "finding.perhaps_enough")
#: Messages of findings that lack only what a person could tell.
_TO_TELL = {"finding.needs_sex": "needs_sex", "finding.needs_age": "needs_age", "finding.protocol_untold": "protocol_untold"}


@dataclass(frozen=True)
class _GoesWith:
    """A link whose unusual measures go, in studies, with knees that fall in or with this pain; `but` are effects against it."""

    link: str
    codes: tuple[str, ...]
    effects: tuple[str, ...]
    but: tuple[str, ...] = ()


_GO_WITH = (
    _GoesWith(
        "ankle",
        _ANKLE,
        ("lima-2018-standing", "wyndow-2016-angle", "rabin-2014-women", "rabin-2014-men"),
        ("limited-dorsiflexion-squat-trunk",),
    ),
    _GoesWith(
        "hip",
        ("hip_abduction_torque", "hip_external_rotation_torque"),
        ("souza-2009-rotation", "souza-2009-abductors", "ireland-2003-abductors"),
        ("neal-2019-hip",),
    ),
    _GoesWith("foot", ("midfoot_width_change",), ("wyndow-2016-angle",), ("matthews-2020-mobility",)),
)


def limiting(
    findings: Sequence[Finding], gains: Sequence[Gain], aim: str
) -> tuple[tuple[Limit, ...], str, dict[str, Any], tuple[Reason, ...]]:
    """Return what holds the person back, the answer in one sentence, its parameters, and what would have to be known to tell more.

    `findings` and `gains` as `find` made and took them. Raises UsageError for an aim that is none.
    """
    depth = tuple(sorted(_depth_limits(findings, gains, aim), key=lambda limit: (-limit.share.value, -limit.parameters["gain"])))
    answer, parameters = _answer(findings, gains, depth, aim)
    return (*depth, *_frontal_limits(findings)), answer, parameters | _matching(), tuple(_missing(findings, gains, aim))


def missing_depth(gain: Gain, aim: str) -> Ranged:
    """Return how much knee flexion (rad) an aim still lacks as all is; none where it is reached."""
    needed = needed_knee_flexion(aim)
    lacks = (needed - gain.before.value, needed - gain.before.high, needed - gain.before.low)
    return Ranged(*(max(number, 0.0) for number in lacks))


def share_of(gain: Gain, aim: str) -> Ranged:
    """Return which share of the missing depth one freed link explains, at most all of it; NaN where nothing is missing.

    The ends pair the smallest gain with the most that may be missing, and the largest with the least: wider than if both were drawn
    together, never narrower.
    """
    missing = missing_depth(gain, aim)
    if not missing.value > 0.0:
        return _NOT_KNOWN
    low, high = _ratio(gain.gain.low, missing.high), _ratio(gain.gain.high, missing.low)
    return Ranged(_ratio(gain.gain.value, missing.value), low, high)


def _ratio(part: float, whole: float) -> float:
    if math.isnan(part) or math.isnan(whole):
        return math.nan
    return min(max(part, 0.0) / whole, 1.0) if whole > 0.0 else 1.0


def _depth_limits(findings: Sequence[Finding], gains: Sequence[Gain], aim: str) -> Iterator[Limit]:
    """Yield one limit for each link and side that has a finding which limits; one for both where the same change frees both."""
    found = [finding for finding in findings if finding.verdict is FindingVerdict.LIMITS]
    for link, side in dict.fromkeys((finding.link, _freed_side(finding, found, gains)) for finding in found):
        own = [finding for finding in found if finding.link == link and side in ("both", finding.side)]
        gain = gain_of(link, side, gains)
        if gain is None:
            continue
        share, missing = share_of(gain, aim), missing_depth(gain, aim)
        same = [one for one in findings if one.link == link and side in ("both", one.side) and _can_be_freed(one)]
        chance = _holds_back(same, gain, aim)
        words = {
            "link": link,
            "side": side,
            "aim": aim,
            "share": share.value,
            "gain": DEGREES_PER_RADIAN * gain.gain.value,
            "missing": DEGREES_PER_RADIAN * missing.value,
            "chance": chance,
            "sure": sureness(chance),
        }
        sources = tuple(dict.fromkeys(source for finding in own for source in finding.sources))
        codes = tuple(dict.fromkeys(finding.code for finding in own))
        yield Limit("depth", link, side, share, codes, "limit.depth", sources, words)


def _freed_side(finding: Finding, limiting: Sequence[Finding], gains: Sequence[Gain]) -> str:
    """Return which side has to be freed for what a finding limits: both where both limit and one gain is of both."""
    sides = {one.side for one in limiting if one.link == finding.link}
    gain = gain_of(finding.link, finding.side, gains)
    return "both" if gain is not None and gain.side == "both" and set(SIDES) <= sides else finding.side


def _can_be_freed(finding: Finding) -> bool:
    rule = judged(finding.code)
    return rule is not None and rule.what_if


def _holds_back(findings: Sequence[Finding], gain: Gain, aim: str) -> float:
    """Return how likely a link is past its cut-off, the aim out of reach, and the gain one that can be seen; NaN if not known.

    The least likely of the three: they go together, as a stiffer link is further past, reaches less and has more to gain. Measures
    of the same link that disagree make it less sure: their mean counts.
    """
    known = [finding.probability for finding in findings if not math.isnan(finding.probability)]
    if not known:
        return math.nan
    seen = 1.0 - chance_short(gain.gain, constant("aim.least_gain").si)
    return min(sum(known) / len(known), chance_short(gain.before, needed_knee_flexion(aim)), seen)


def _answer(findings: Sequence[Finding], gains: Sequence[Gain], depth: Sequence[Limit], aim: str) -> tuple[str, dict[str, Any]]:
    """Return the one sentence: what limits depth, that nothing does, or why it cannot be told."""
    links = tuple(dict.fromkeys(limit.link for limit in depth))
    parameters: dict[str, Any] = {"aim": aim}
    if links:
        first = depth[0]
        parameters |= first.parameters | {"side": _sides_of(depth, links[0]), "links": links}
        if len(links) == 1:
            return "answer.one_link", parameters
        second = next(limit for limit in depth if limit.link == links[1])
        parameters |= {"second": second.link, "second_side": _sides_of(depth, links[1]), "second_share": second.share.value}
        chance = float(np.min([first.parameters["chance"], second.parameters["chance"]]))  # NaN where one is
        parameters |= {"chance": chance, "sure": sureness(chance)}
        return ("answer.two_links" if len(links) == 2 else "answer.several_links"), parameters
    if any(finding.message == "finding.reaches_aim" for finding in findings) and not _short(findings):
        return "answer.reached", parameters
    if not _ankle_known(findings):
        return "answer.cannot_tell_ankle", parameters
    if any(finding.message in _OPEN for finding in findings):
        return "answer.cannot_tell_near", parameters
    known = [gain for gain in gains if math.isfinite(gain.before.value)]
    if not known:
        return "answer.cannot_tell_model", parameters
    least = min(known, key=lambda gain: gain.before.value)
    if within_reach(least, aim):
        return "answer.nothing", parameters | {"sure": sureness(chance_of_reach(least, aim))}
    return "answer.not_found", parameters | {"missing": DEGREES_PER_RADIAN * missing_depth(least, aim).value}


def _matching() -> dict[str, Any]:
    """Return how many people the studies looked at that matched treatment to findings: for the words beside every answer."""
    return {
        "grouped": int(constant("screening.grouped_people").value),
        "pilot": int(constant("screening.matched_pilot_people").value),
        "trial": effects()["matthews-2020-mobility"].n or studies()["matthews-2020"].n,
    }


def _sides_of(limits: Sequence[Limit], link: str) -> str:
    """Return the side of a link's limits, `both` where it limits on each."""
    sides = {limit.side for limit in limits if limit.link == link}
    return sides.pop() if len(sides) == 1 else "both"


def _short(findings: Sequence[Finding]) -> bool:
    return any(finding.message == "finding.short_of_aim" for finding in findings)


def _ankle_known(findings: Sequence[Finding]) -> bool:
    """Tell whether both ankles were measured so that they can be graded."""
    graded = {finding.side for finding in findings if finding.code in _ANKLE and finding.norm is not None}
    return "both" in graded or set(SIDES) <= graded


def _missing(findings: Sequence[Finding], gains: Sequence[Gain], aim: str) -> Iterator[Reason]:
    """Yield what would have to be filmed, typed or told to tell more."""
    graded = {finding.side for finding in findings if finding.code in _ANKLE and finding.norm is not None}
    for side in () if "both" in graded else SIDES:
        if side not in graded:
            yield Reason("knee_to_wall", Verdict.CAUTION, parameters={"side": side})
    if not any(finding.message in ("finding.reaches_aim", "finding.short_of_aim") for finding in findings):
        yield Reason("squat", Verdict.CAUTION, parameters={"aim": aim})
    if not any(finding.code in _KNEES_IN and math.isfinite(finding.measure.value) for finding in findings):
        yield Reason("front_view", Verdict.CAUTION)
    told = {(_TO_TELL[one.message], one.parameters.get("what", "")) for one in findings if one.message in _TO_TELL}
    for code, what in sorted(told):
        yield Reason(code, Verdict.CAUTION, parameters={"what": what} if what else {})
    if not any(math.isfinite(gain.before.value) for gain in gains):
        yield Reason("what_if", Verdict.CAUTION)


def _frontal_limits(findings: Sequence[Finding]) -> Iterator[Limit]:
    """Yield what goes, in studies, with knees that fall in: only where that was measured, of the sides that it was measured on."""
    seen = {finding.side for finding in findings if finding.code in _KNEES_IN and math.isfinite(finding.measure.value)}
    if not seen:
        return
    for known in _GO_WITH:
        own = [finding for finding in findings if finding.code in known.codes and finding.message in UNUSUAL]
        for side in dict.fromkeys(finding.side for finding in own if "both" in seen or finding.side in seen):
            here = [finding for finding in own if finding.side == side]
            rows = [effects()[key].study for key in (*known.effects, *known.but)]
            sources = tuple(dict.fromkeys((*rows, *(source for finding in here for source in finding.sources))))
            words = {"link": known.link, "side": side}
            codes = tuple(finding.code for finding in here)
            yield Limit("frontal_plane", known.link, side, _NOT_KNOWN, codes, f"limit.frontal_{known.link}", sources, words)
