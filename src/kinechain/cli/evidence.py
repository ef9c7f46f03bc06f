"""How is the ledger of evidence shown on a terminal?"""

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from kinechain.app.evidence import cited_studies, evidence_document, find_claim, write_evidence_page
from kinechain.cli.lines import print_lines
from kinechain.core.errors import UsageError
from kinechain.evidence.citations import bibtex
from kinechain.evidence.claims import Claim, claims
from kinechain.evidence.ledger import studies
from kinechain.report.evidence_reading import read_claim, sureness_words
from kinechain.report.evidence_text import claim_lines
from kinechain.report.words import say

#: How verdicts look; without colours they read the same.
_STYLES = {"supported": "green", "partly": "cyan", "overstated": "yellow", "unsupported": "dim", "contradicted": "red"}


def run_evidence(asked: str | None, page: Path | None, as_json: bool, as_bib: bool) -> None:
    """Tell of one claim, or of all; with `page` write them as a page."""
    if (page is not None) + as_json + as_bib > 1:
        raise UsageError("one form of answer", "several together", say("evidence.one_form"))
    chosen = tuple(claims().values()) if asked is None else (find_claim(asked),)
    if page is not None:
        file = write_evidence_page(chosen, page)
        typer.echo(say("evidence.wrote", path=file))
        typer.echo(say("cli.open_report", path=file.resolve().as_uri()))
    elif as_json:
        typer.echo(json.dumps(evidence_document(chosen), indent=1, ensure_ascii=False))
    elif as_bib:
        typer.echo(bibtex(studies().values() if asked is None else cited_studies(chosen)), nl=False)
    elif asked is None:
        _show_all(chosen)
    else:
        print_lines(claim_lines(read_claim(chosen[0])))


def _show_all(chosen: Sequence[Claim]) -> None:
    console = Console(highlight=False)
    table = Table("", box=None, pad_edge=False, collapse_padding=True, header_style="dim")
    for code in ("short", "verdict", "sureness"):
        table.add_column(say(f"evidence.col_{code}"), no_wrap=code != "short")
    for claim in chosen:
        verdict = f"[{_STYLES[claim.verdict]}]{say(f'evidence_verdict.{claim.verdict}')}[/]"
        table.add_row(claim.letter, say(claim.short), verdict, sureness_words(claim.sureness))
    console.print(table)
    console.print(say("evidence.ask"), soft_wrap=True)
