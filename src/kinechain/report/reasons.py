"""Why was something chosen, and on what does that rest? A reason as a sentence, and numbered rows and studies that it leads to."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from kinechain.core.training import Because
from kinechain.evidence import constants, studies
from kinechain.evidence.citations import cite
from kinechain.evidence.claims import claims
from kinechain.evidence.effects import effects
from kinechain.evidence.norms import Norm, norms
from kinechain.report.context import evidence_row
from kinechain.report.evidence_reading import effect_number, short_name
from kinechain.report.words import say


@dataclass(frozen=True)
class Reference:
    """One thing that reasons rest on: its number on the page, its key, what it says, where it is from; whether it is assumed."""

    number: int
    key: str
    says: str
    source: str
    assumed: bool


@dataclass(frozen=True)
class Reason:
    """A reason as a person reads it: the sentence, the numbers of its references, and whether it is assumed or by judgement.

    It is assumed where nothing stands behind it, or nothing but rows that are assumed themselves.
    """

    sentence: str
    references: tuple[Reference, ...]
    assumed: bool
    by_judgement: bool


def references(reasons: Iterable[Because], language: str = "en") -> dict[str, Reference]:
    """Return what reasons rest on by key, numbered in the order in which it is first named. Raises KeyError for an unknown key."""
    keys = dict.fromkeys(key for because in reasons for key in because.sources)
    return {key: _reference(number, key, language) for number, key in enumerate(keys, start=1)}


def read_reason(because: Because, known: dict[str, Reference], language: str = "en") -> Reason:
    """Return a reason in words, with its references out of `known`."""
    found = tuple(known[key] for key in because.sources)
    return Reason(
        sentence=say(because.reason, language=language, **because.parameters),
        references=found,
        assumed=all(one.assumed for one in found),
        by_judgement=because.by_judgement,
    )


def _reference(number: int, key: str, language: str) -> Reference:
    if key in claims():
        claim = claims()[key]
        statement = say(f"claim.{claim.code}.statement", language=language)
        verdict = say(f"evidence_verdict.{claim.verdict}", language=language)
        says = say("reasons.claim", language=language, letter=key, statement=statement, verdict=verdict)
        return Reference(number, key, says, say("reasons.ledger", language=language, letter=key), False)
    if key in studies():
        return Reference(number, key, short_name(studies()[key], language), cite(studies()[key]), False)
    if key in effects():
        effect = effects()[key]
        study = studies()[effect.study]
        says = ": ".join(part for part in (short_name(study, language), effect.outcome, effect_number(effect, language)) if part)
        return Reference(number, key, says, cite(study), effect.kind == "assumed")
    if key in norms():
        return _norm(number, norms()[key], language)
    row = constants()[key]
    shown = evidence_row(row, language)
    return Reference(number, key, shown["number"], shown["why"], row.kind == "assumed")


def _norm(number: int, norm: Norm, language: str) -> Reference:
    study = studies().get(norm.source)
    value = next((one for one in (norm.cut_off, norm.mean, norm.mdc, norm.mic, norm.low) if not math.isnan(one)), math.nan)
    says = say("reasons.norm", language=language, population=norm.population, value=value, unit=norm.unit)
    return Reference(number, norm.key, says, norm.reason if study is None else cite(study), norm.kind == "assumed")
