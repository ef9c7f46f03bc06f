"""What does a page say beside its result? Who made it and when, and the rows of evidence that it rests on."""

import math
from dataclasses import dataclass, field

from kinechain.core.sourced import Sourced
from kinechain.evidence import constants, studies
from kinechain.report.words import say


@dataclass(frozen=True)
class ReportContext:
    """What the report says beside the result: the program's version, the date, and the rows of evidence that were used."""

    version: str
    made_on: str = ""
    language: str = "en"
    rows: tuple[Sourced, ...] = field(default_factory=lambda: tuple(constants().values()))


def evidence_row(row: Sourced, language: str) -> dict[str, str]:
    """Return a row of evidence as the page's table of sources shows it."""
    unit = "" if row.unit == "1" else f" {row.unit}"
    spread = "" if math.isnan(row.sd) else " " + say("report.deviation", language=language, sd=f"{row.sd:g}")
    study = studies().get(row.source)
    source = "" if study is None else say("report.study", language=language, authors=study.authors, year=study.dated)
    why = " ".join(part for part in (source, row.place, row.reason) if part)
    return {"key": row.key, "number": f"{row.value:g}{spread}{unit}", "kind": row.kind, "why": why}
