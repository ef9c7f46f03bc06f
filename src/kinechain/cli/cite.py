"""How is the bibliography of a result shown on a terminal?"""

import json
from pathlib import Path

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kinechain.app.cite import bibliography_document, find_bibliography
from kinechain.core.errors import UsageError
from kinechain.core.sourced import Sourced
from kinechain.evidence.citations import bibtex, cite
from kinechain.evidence.norms import Norm
from kinechain.report.words import say


def run_cite(result: Path, as_bib: bool, as_json: bool) -> None:
    """Print what a result rests on: its studies, and what is assumed."""
    if as_bib and as_json:
        raise UsageError("one form of answer", "--bib and --json together", "Give one of them.")
    found = find_bibliography(result)
    if as_bib:
        typer.echo(bibtex(found.studies), nl=False)
        return
    if as_json:
        typer.echo(json.dumps(bibliography_document(found), indent=1, ensure_ascii=False))
        return
    console = Console(highlight=False)
    console.print(_plainly(say("cite.headline", path=found.name, count=len(found.studies), assumed=len(found.assumed))))
    console.print()
    console.print(f"[bold]{say('cite.studies')}[/bold]")
    if not found.studies:
        console.print(_plainly(say("cite.studies_none"), 2))
    for study in found.studies:
        console.print(_plainly(cite(study), 2))
        if found.by_study[study.key]:
            console.print(_plainly(say("cite.rows", keys=", ".join(found.by_study[study.key])), 4), style="dim")
    if found.assumed:
        console.print()
        console.print(f"[bold]{say('cite.assumed')}[/bold]")
        console.print(_plainly(say("cite.assumed_lead"), 2))
    for row in found.assumed:
        console.print(_plainly(_row_words(row), 2))
        console.print(_plainly(row.reason, 4), style="dim")


def _row_words(row: Sourced | Norm) -> str:
    """Return a row as `key = value unit`; a norm, which has several numbers, by its key alone."""
    if isinstance(row, Norm):
        return row.key
    return f"{row.key} = {row.value:g}{'' if row.unit == '1' else f' {row.unit}'}"


def _plainly(text: str, indent: int = 0) -> Padding:
    """Return text as it is, whatever brackets it holds; broken lines keep the indent of their first."""
    return Padding(Text(text), (0, 0, 0, indent))
