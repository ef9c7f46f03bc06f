"""What of this person do the rules of a program look at? What was told and what tests say, as facts with their sources."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kinechain.core.training import Basis, Intake
from kinechain.core.types import Finding, FindingVerdict
from kinechain.core.units import SI
from kinechain.evidence import constant, norms

#: Messages of findings that call for work of their own: past what is usual, and not shown to cost nothing.
PAST_USUAL: tuple[str, ...] = (
    *("finding.limits", "finding.unusual", "finding.unusual_range", "finding.unusual_untried", "finding.perhaps_enough"),
    "finding.strength_differs",
)


@dataclass(frozen=True)
class Fact:
    """Something that holds of a person: on which side, with what its words are filled, and what it rests on."""

    code: str
    side: str = "both"
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Sign:
    """A fact that findings of some codes make; `above` where only more than usual makes it."""

    fact: str
    link: str
    codes: tuple[str, ...]
    above: bool = False


_SIGNS = (
    _Sign("stiff_ankle", "ankle", ("knee_to_wall_cm", "knee_to_wall_deg")),
    _Sign("weak_hip_abduction", "hip", ("hip_abduction_torque", "hip_abduction_torque_symmetry")),
    _Sign("weak_hip_rotation", "hip", ("hip_external_rotation_torque", "hip_external_rotation_torque_symmetry")),
    _Sign("weak_knee", "knee", ("knee_extension_torque", "knee_extension_torque_symmetry")),
    _Sign("flat_foot", "foot", ("foot_posture_index",), above=True),
)


def facts_of(basis: Basis) -> dict[str, Fact]:
    """Return what holds of a person by code, what holds a squat back first, in the order of how much."""
    found: dict[str, Fact] = {}
    for fact in (*_limited(basis), *_signs(basis.findings), *_told(basis.intake), *_ankles_fine(basis.findings)):
        found.setdefault(fact.code, fact)
    return found


def is_sore(intake: Intake) -> bool:
    """Tell whether usual or worst pain is high by the rows `dose.sore_usual` and `dose.sore_worst`; pain not told is not high.

    >>> is_sore(Intake(usual_pain=2.0)), is_sore(Intake(usual_pain=2.0, worst_pain=8.0))
    (False, True)
    """
    usual, worst = constant("dose.sore_usual").value, constant("dose.sore_worst").value
    return (intake.usual_pain or 0.0) >= usual or (intake.worst_pain or 0.0) >= worst


def _limited(basis: Basis) -> Iterator[Fact]:
    for link in dict.fromkeys(limit.link for limit in basis.limits):
        own = [limit for limit in basis.limits if limit.link == link]
        side = _side(limit.side for limit in own)
        sources = tuple(dict.fromkeys(source for limit in own for source in limit.sources))
        depth = any(limit.goal == "depth" for limit in own)
        yield Fact(f"limited_{link}" if depth else f"goes_with_{link}", side, {"link": link, "side": side}, sources)


def _signs(findings: Iterable[Finding]) -> Iterator[Fact]:
    past = [finding for finding in findings if finding.message in PAST_USUAL]
    for sign in _SIGNS:
        own = [finding for finding in past if finding.code in sign.codes and (not sign.above or _above(finding))]
        if own:
            side = _side(finding.side for finding in own)
            sources = tuple(dict.fromkeys(source for finding in own for source in finding.sources))
            yield Fact(sign.fact, side, {"link": sign.link, "side": side}, sources)


def _above(finding: Finding) -> bool:
    norm = norms().get(finding.norm or "")
    return norm is not None and finding.measure.value > norm.high * SI.get(norm.unit, 1.0)


def _told(intake: Intake) -> Iterator[Fact]:
    if is_sore(intake):
        yield Fact("sore", sources=("dose.sore_usual", "dose.sore_worst"))
    if intake.side != "both":
        yield Fact("one_leg", intake.side, {"side": intake.side})
    if "sitting" in (*intake.triggers, *intake.goals):
        after = constant("sitting.break_after")
        yield Fact("sits", parameters={"minutes": int(after.value)}, sources=(after.key,))
    if (intake.runs_km_a_week or 0.0) > 0.0:
        yield Fact("runs", parameters={"km": intake.runs_km_a_week})
    if (intake.runs_km_a_week or 0.0) > 0.0 or {"running", "jumping", "kicking"} & set(intake.goals):
        yield Fact("on_one_leg")
    yield from (Fact(f"goal_{goal}") for goal in intake.goals)


def _ankles_fine(findings: Iterable[Finding]) -> Iterator[Fact]:
    """Yield that both ankles were measured and are not past what is usual, or cost nothing."""
    graded = [
        finding for finding in findings if finding.link == "ankle" and finding.norm is not None and finding.code in _SIGNS[0].codes
    ]
    if {finding.side for finding in graded} >= {"left", "right"} and all(one.verdict is FindingVerdict.FINE for one in graded):
        yield Fact("ankles_fine")


def _side(sides: Iterable[str]) -> str:
    every = set(sides)
    return every.pop() if len(every) == 1 else "both"
