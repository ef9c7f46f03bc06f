"""How is a film guide shown on a terminal?"""

import json
from collections.abc import Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from kinechain.app.guide import find_guides, guides_document, write_guide_page
from kinechain.cli.lines import print_lines
from kinechain.core.errors import UsageError
from kinechain.report.guides import Guide, guide_lines
from kinechain.report.words import say


def run_guide(test: str | None, out: Path | None, as_json: bool) -> None:
    """Tell how a test is done, or which have a guide; with `out` write a page with pictures."""
    if out is not None and as_json:
        raise UsageError("one form of answer", "two together", "Give one of -o and --json.")
    guides = find_guides(test)
    if out is not None:
        file = write_guide_page(guides, out)
        typer.echo(say("guides.wrote", path=file))
        typer.echo(say("cli.open_report", path=file.resolve().as_uri()))
    elif as_json:
        typer.echo(json.dumps(guides_document(guides), indent=1, ensure_ascii=False))
    elif test is None:
        _show_all(guides)
    else:
        print_lines(guide_lines(guides[0]))


def _show_all(guides: Sequence[Guide]) -> None:
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for code in ("test", "views", "typed"):
        table.add_column(say(f"guides.col_{code}"), no_wrap=code == "test")
    for guide in guides:
        views = ", ".join(view.value for view in guide.views) or say("guides.only_typed")
        table.add_row(guide.test, views, ", ".join(one.code for one in guide.typed))
    console.print(table)
    console.print(say("guides.ask"), soft_wrap=True)
