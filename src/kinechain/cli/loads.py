"""How are a motion's loads worked out and shown on a terminal?"""

from pathlib import Path

import typer

from kinechain.app.loads import LoadsRequest, compute_loads
from kinechain.app.loads_files import source_of, write_loads
from kinechain.cli.lines import print_lines
from kinechain.cli.place import free_folder
from kinechain.cli.show import say_where, show_progress
from kinechain.report.loads_text import loads_lines


def run_loads(request: LoadsRequest, out: Path | None, as_json: bool) -> None:
    """Work out the loads, write the folder, and tell what was found."""
    destination = free_folder(out, "loads")
    with show_progress() as tell:
        computed = compute_loads(request, tell)
    source = source_of(request.motion, computed.coordinates, computed.at_rest)
    write_loads(computed.loads, request.person, source, destination, computed.body.model)
    if as_json:
        typer.echo((destination / "loads.json").read_text(encoding="utf-8"), nl=False)
        return
    print_lines(loads_lines(computed.loads, request.person, source))
    say_where(destination)
