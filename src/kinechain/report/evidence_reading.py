"""How do claims read? Each with its verdict, why that follows, findings in words and numbers, what is put together."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from kinechain.evidence.citations import UNNAMED
from kinechain.evidence.claims import GRADES, About, Claim, ClaimFinding, Says, Sureness, judge, weigh
from kinechain.evidence.effects import Effect, Group, effects
from kinechain.evidence.ledger import Study, constant, studies
from kinechain.evidence.made_squats import MadeSquat, made_squats
from kinechain.evidence.pooling import Pooled, Refusal, pooled, refusals
from kinechain.report.forest import Forest
from kinechain.report.pools import forest_of, summary_sentences
from kinechain.report.words import has_words, say

#: What findings say, in the order in which they are told.
SAYS: tuple[Says, ...] = ("supports", "against", "neither")
#: What others reckoned of the kneecap in people's squats, at 90 degrees.
_OTHERS = "wallace-2002-90"
#: Claims that the load engine can speak of, by letter, and how the keys of the squats that were made for them begin.
MADE_FOR: Mapping[str, tuple[str, ...]] = {"f": ("usual",), "c": ("squeeze",), "k": ("usual", "stiff"), "w": ("usual",)}


@dataclass(frozen=True)
class FindingReading:
    """One finding in words: who was looked at and how, what was measured, the number, and how much it weighs and why."""

    study: Study
    short: str
    design: str
    people: str
    says: Says
    about: About
    measured: str
    number: str
    note: str
    place: str
    weight: str
    why: tuple[str, ...]


@dataclass(frozen=True)
class PoolReading:
    """Results that were put together: what they are of, the plot, what it leaves open, and how the summary was made."""

    key: str
    title: str
    forest: Forest
    doubt: str
    model: str


@dataclass(frozen=True)
class RefusalReading:
    """Results that were not put together, by the names of their studies, each once, and why."""

    names: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class ClaimReading:
    """A claim as people read it; `model` is what kinechain's own model says, empty where it cannot speak."""

    claim: Claim
    statement: str
    short: str
    verdict: str
    plain_verdict: str
    sureness: str
    plain_sureness: str
    why: str
    found: str
    does: str
    gap: str
    findings: tuple[FindingReading, ...]
    pools: tuple[PoolReading, ...]
    refused: tuple[RefusalReading, ...]
    model: tuple[str, ...]

    @property
    def studies(self) -> tuple[Study, ...]:
        """Its studies, each once, by year and name."""
        by_key = {finding.study.key: finding.study for finding in self.findings}
        return tuple(sorted(by_key.values(), key=lambda study: (study.authors, study.year or 0)))

    def that(self, says: Says) -> tuple[FindingReading, ...]:
        """Return the findings that say so."""
        return tuple(finding for finding in self.findings if finding.says == says)


def read_claim(claim: Claim, language: str = "en") -> ClaimReading:
    """Return a claim in words."""
    reason = judge(claim.findings, claim.asks, studies(), effects()).reason
    return ClaimReading(
        claim=claim,
        statement=say(claim.statement, language=language),
        short=say(claim.short, language=language),
        verdict=say(f"evidence_verdict.{claim.verdict}", language=language),
        plain_verdict=say(f"evidence_verdict_plain.{claim.verdict}", language=language),
        sureness=sureness_words(claim.sureness, language),
        plain_sureness=say(f"evidence_sure.{_joined(claim.sureness)}", language=language),
        why=say(f"evidence_reason.{reason}", language=language),
        found=say(claim.found, language=language),
        does=say(claim.does, language=language),
        gap=say(claim.gap, language=language) if has_words(claim.gap, language) else "",
        findings=tuple(_finding(one, claim, language) for one in claim.findings),
        pools=tuple(_pool(one, language) for one in pooled().values() if one.claim == claim.letter),
        refused=tuple(_refusal(one, language) for one in refusals() if one.claim == claim.letter),
        model=_model_says(claim.letter, language),
    )


def sureness_words(sureness: Sureness, language: str = "en") -> str:
    """Return how sure something is, in words."""
    return say(f"evidence_sureness.{_joined(sureness)}", language=language)


def short_name(study: Study, language: str = "en") -> str:
    """Return how a study is called in a sentence: its authors' names and year.

    >>> short_name(Study("doe-2001", "Doe J, Roe R", "doi 10.1000/1", "abstract", 2001))
    'Doe and Roe 2001'
    """
    if study.authors.startswith(UNNAMED):
        code = "evidence.unnamed" if study.n is None else "evidence.unnamed_people"
        return say(code, language=language, year=study.year or "", n=study.n).strip()
    year = study.year or ""
    names = [_family(one.strip()) for one in study.authors.removesuffix(" and others").split(",")]
    if len(names) > 2 or study.authors.endswith(" and others"):
        return say("evidence.many", language=language, first=names[0], year=year).strip()
    if len(names) == 2:
        return say("evidence.two", language=language, first=names[0], second=names[1], year=year).strip()
    return say("evidence.one", language=language, first=names[0], year=year).strip()


def told(finding: FindingReading) -> tuple[str, ...]:
    """Return in sentences what a finding measured and found."""
    parts = ": ".join(part for part in (finding.measured, finding.number) if part)
    return tuple(words for words in (f"{parts[:1].upper()}{parts[1:]}." if parts else "", finding.note) if words)


def weight_words(finding: FindingReading, language: str = "en") -> str:
    """Return in a sentence how near a finding comes to the claim, how much it weighs, and why no more."""
    about = say(f"evidence_about.{finding.about}", language=language)
    why = say("evidence.lost", language=language, reasons=_listed(finding.why, language)) if finding.why else ""
    return say("evidence.weighs", language=language, about=about, weight=finding.weight, why=why)


def effect_number(effect: Effect, language: str = "en") -> str:
    """Return the number of an effect with its interval, unit and P value; empty where it is only words."""
    parts = []
    if effect.groups and math.isnan(effect.estimate):
        parts.append(_groups(effect, language))
    elif not math.isnan(effect.estimate):
        value = _digits(effect.estimate) + _unit(effect.unit, language)
        parts.append(say(f"evidence_measure.{effect.measure}", language=language, value=value))
        if not math.isnan(effect.low):
            ends = {"low": _digits(effect.low), "high": _digits(effect.high)}
            parts.append(say("evidence.interval", language=language, level=f"{effect.level:.0%}", **ends))
        if effect.groups:
            parts.append(_groups(effect, language))
    if not math.isnan(effect.p):
        parts.append(say("evidence.p_below" if effect.p_below else "evidence.p_is", language=language, p=f"{effect.p:g}"))
    if effect.cases is not None:
        parts.append(say("evidence.cases", language=language, cases=effect.cases))
    return ", ".join(parts)


def _finding(finding: ClaimFinding, claim: Claim, language: str) -> FindingReading:
    study, effect = studies()[finding.study], effects().get(finding.effect)
    weight = weigh(finding, claim.asks, studies(), effects())
    return FindingReading(
        study=study,
        short=short_name(study, language),
        design=say(f"evidence_design.{study.design}", language=language),
        people=_people(study, effect, language),
        says=finding.says,
        about=finding.about,
        measured="" if effect is None else _measured(effect, language),
        number="" if effect is None else effect_number(effect, language),
        note="" if effect is None else effect.note,
        place="" if effect is None else effect.place,
        weight=sureness_words(GRADES[weight.grade - 1], language),
        why=tuple(say(f"evidence_step.{step}", language=language) for step in weight.steps),
    )


def _people(study: Study, effect: Effect | None, language: str) -> str:
    """Return who was looked at, and how many of them this finding is of where that is not all."""
    if effect is None or effect.n is None or effect.n == study.n or str(effect.n) in re.findall(r"\d+", study.population):
        return study.population
    if study.n is None:
        return say("evidence.people_n", language=language, population=study.population, n=effect.n)
    return say("evidence.people", language=language, population=study.population, n=effect.n)


def _measured(effect: Effect, language: str) -> str:
    words = say("evidence.reads", language=language, outcome=effect.outcome, comparison=effect.comparison)
    return ", ".join(part for part in (words, effect.follow_up) if part)


def _groups(effect: Effect, language: str) -> str:
    groups = ", ".join(_group(one, language) for one in effect.groups)
    return say("evidence.against_each", language=language, groups=groups, unit=_unit(effect.unit, language))


def _group(group: Group, language: str) -> str:
    if math.isnan(group.sd):
        return say("evidence.beside", language=language, name=group.name, mean=_digits(group.mean))
    return say("evidence.beside_sd", language=language, name=group.name, mean=_digits(group.mean), sd=_digits(group.sd))


def _pool(one: Pooled, language: str) -> PoolReading:
    first = effects()[one.effects[0]]
    title = say("evidence.reads", language=language, outcome=first.outcome, comparison=first.comparison)
    return PoolReading(
        one.key,
        title,
        forest_of(one, partial(short_name, language=language), language),
        " ".join(summary_sentences(one, language)),
        one.model,
    )


def _refusal(one: Refusal, language: str) -> RefusalReading:
    names = dict.fromkeys(short_name(studies()[effects()[key].study], language) for key in one.effects)
    return RefusalReading(tuple(names), say(f"refusal.{one.reason}", language=language))


def _model_says(letter: str, language: str) -> tuple[str, ...]:
    tellers = {"f": _of_depth, "c": _of_squeeze, "k": _of_stiff_ankle, "w": _of_kneecap}
    return tellers[letter](language) if letter in tellers else ()


def _of_depth(language: str) -> tuple[str, ...]:
    squats = _usual()
    told = {
        "degrees": _listed([f"{squat.knee_flexion_deg:.0f}" for squat in squats], language),
        "medialis": _listed([f"{squat.vasmed:.0%}" for squat in squats], language),
        "lateralis": _listed([f"{squat.vaslat:.0%}" for squat in squats], language),
        "ratios": _listed([f"{squat.medial_to_lateral:.2f}" for squat in squats], language),
    }
    return tuple(
        say(f"evidence_model.{code}", language=language, **told) for code in ("depth", "depth_beside", "depth_can", "depth_cannot")
    )


def _of_squeeze(language: str) -> tuple[str, ...]:
    none, some = made_squats()["squeeze_none"], made_squats()["squeeze_some"]
    ratios = {"ratio_before": f"{none.medial_to_lateral:.2f}", "ratio_after": f"{some.medial_to_lateral:.2f}"}
    return (
        say(
            "evidence_model.squeeze",
            language=language,
            degrees=f"{none.knee_flexion_deg:.0f}",
            squeeze=f"{some.adduction_nm:.0f}",
            before=f"{none.vasmed:.0%}",
            after=f"{some.vasmed:.0%}",
            lateral_before=f"{none.vaslat:.0%}",
            lateral_after=f"{some.vaslat:.0%}",
        ),
        say("evidence_model.squeeze_beside", language=language),
        say("evidence_model.squeeze_can", language=language),
        say("evidence_model.squeeze_cannot", language=language, **ratios),
    )


def _of_stiff_ankle(language: str) -> tuple[str, ...]:
    squats = made_squats()
    deepest = max((squat for squat in squats.values() if squat.ankle == "stiff"), key=lambda squat: squat.knee_flexion_deg)
    usual = next(squat for squat in _usual() if squat.knee_flexion_deg == deepest.knee_flexion_deg)
    most = _usual()[-1]
    told = {
        "degrees": f"{deepest.knee_flexion_deg:.0f}",
        "less": f"{constant('claim_test.less_dorsiflexion').value:.0f}",
        "deepest": f"{deepest.deepest_deg:.0f}",
        "usual": f"{most.knee_flexion_deg:.0f}",
    }
    for name, one in (("", deepest), ("usual_", usual)):
        told |= {f"{name}lean": f"{one.trunk_lean_deg:.0f}", f"{name}medialis": f"{one.vasmed:.0%}"}
        told |= {f"{name}hip": f"{one.hip_moment:.2f}", f"{name}knee": f"{one.knee_moment:.2f}"}
    codes = ("stiff", "stiff_lean", "stiff_vasti", "stiff_beside", "stiff_can", "stiff_cannot")
    return tuple(say(f"evidence_model.{code}", language=language, **told) for code in codes)


def _of_kneecap(language: str) -> tuple[str, ...]:
    told = [squat for squat in _usual() if not math.isnan(squat.kneecap)]
    ranges = [
        say(
            "evidence.range",
            language=language,
            value=f"{squat.kneecap:.1f}",
            low=f"{squat.kneecap_low:.1f}",
            high=f"{squat.kneecap_high:.1f}",
        )
        for squat in told
    ]
    words = {
        "degrees": _listed([f"{squat.knee_flexion_deg:.0f}" for squat in told], language),
        "values": _listed(ranges, language),
        "limit": f"{constant('patellofemoral.numbers_up_to').value:.0f}",
        "other": effects()[_OTHERS].groups[0].mean,
    }
    return tuple(
        say(f"evidence_model.{code}", language=language, **words)
        for code in ("kneecap", "kneecap_beside", "kneecap_can", "kneecap_cannot")
    )


def _listed(words: Sequence[str], language: str) -> str:
    *first, last = words
    return say("evidence.and", language=language, first=", ".join(first), last=last) if first else last


def _usual() -> Sequence[MadeSquat]:
    rows = [squat for key, squat in made_squats().items() if key.startswith("usual_")]
    return sorted(rows, key=lambda squat: squat.knee_flexion_deg)


def _joined(sureness: Sureness) -> str:
    """Return a grade as the catalogue's codes write it."""
    return sureness.replace(" ", "_")


def _family(name: str) -> str:
    """Return a family name without the initials behind it."""
    family, _, initials = name.rpartition(" ")
    return family if family and initials.isupper() and len(initials) <= 4 else name


def _digits(value: float) -> str:
    return f"{value:g}".replace("-", "−")


def _unit(unit: str, language: str) -> str:
    if unit == "1":
        return ""
    return say(f"unit.{unit}.sign", language=language) if has_words(f"unit.{unit}.sign", language) else f" {unit}"
