"""What is known of a claim? The ledger of evidence asked by letter or code: as a document, or as a page."""

import difflib
import math
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.core.errors import UsageError
from kinechain.evidence.claims import Claim, ClaimFinding, claims, weigh
from kinechain.evidence.effects import Effect, effects
from kinechain.evidence.ledger import Study, studies
from kinechain.evidence.made_squats import made_squats
from kinechain.evidence.pooling import pooled, refusals
from kinechain.io.whole import place_for, write_whole
from kinechain.report.context import ReportContext
from kinechain.report.evidence_reading import MADE_FOR, ClaimReading, read_claim
from kinechain.report.words import say

SCHEMA = "kinechain.evidence/1"
_NAME = "evidence.html"
_NEAREST = 3


def find_claim(asked: str) -> Claim:
    """Return the claim of a letter or a code. Raises UsageError, with the nearest codes, where there is none."""
    wanted = asked.strip().casefold().replace("-", "_").replace(" ", "_")
    by_name = {claim.code: claim for claim in claims().values()} | claims()
    if wanted not in by_name:
        near = difflib.get_close_matches(wanted, [claim.code for claim in claims().values()], n=_NEAREST, cutoff=0.0)
        raise UsageError(say("evidence.expected_claim"), repr(asked), say("evidence.nearest", names=", ".join(near)))
    return by_name[wanted]


def cited_studies(asked: Sequence[Claim]) -> tuple[Study, ...]:
    """Return the studies of claims, each once, by key."""
    keys = {finding.study for claim in asked for finding in claim.findings}
    return tuple(studies()[key] for key in sorted(keys))


def write_evidence_page(asked: Sequence[Claim], destination: Path) -> Path:
    """Write the page of claims into a file, or into a folder as `evidence.html`; returns where. Raises OutputError if it exists."""
    file = place_for(destination, _NAME)
    from kinechain.report.evidence_page import render_evidence  # brings all that pages need, which takes seconds

    context = ReportContext(__version__, made_on=date.today().isoformat(), rows=())
    write_whole(file, render_evidence([read_claim(claim) for claim in asked], context))
    return file


def evidence_document(asked: Sequence[Claim]) -> dict[str, Any]:
    """Return claims with all that stands behind them as plain values; a number that is not known is None."""
    return {
        "schema": SCHEMA,
        "claims": [_claim(claim, read_claim(claim)) for claim in asked],
        "studies": [vars(study) for study in cited_studies(asked)],
    }


def _claim(claim: Claim, reading: ClaimReading) -> dict[str, Any]:
    made = [vars(squat) for key, squat in made_squats().items() if key.startswith(MADE_FOR.get(claim.letter, ("none",)))]
    return {
        "letter": claim.letter,
        "code": claim.code,
        "statement": reading.statement,
        "verdict": claim.verdict,
        "sureness": claim.sureness,
        "why": reading.why,
        "found": reading.found,
        "does": reading.does,
        "gap": reading.gap,
        "findings": [_finding(finding, claim) for finding in claim.findings],
        "pooled": [_known(vars(one)) for one in pooled().values() if one.claim == claim.letter],
        "not_pooled": [{"effects": list(one.effects), "reason": one.reason} for one in refusals() if one.claim == claim.letter],
        "model": {"says": list(reading.model), "made_squats": [_known(one) for one in made]},
    }


def _finding(finding: ClaimFinding, claim: Claim) -> dict[str, Any]:
    weight = weigh(finding, claim.asks, studies(), effects())
    effect = effects().get(finding.effect)
    return {
        "study": finding.study,
        "says": finding.says,
        "about": finding.about,
        "weight": weight.grade,
        "lost": list(weight.steps),
        "effect": None if effect is None else _effect(effect),
    }


def _effect(effect: Effect) -> dict[str, Any]:
    return _known(vars(effect)) | {"groups": [_known(vars(group)) for group in effect.groups]}


def _known(row: dict[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and not math.isfinite(value) else value for name, value in row.items()}
