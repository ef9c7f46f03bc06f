"""How are lines printed on a terminal? Each in the style of its kind, broken ones with the indent of their first."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from kinechain.report.lines import Kind, TextLine

#: How the lines of a result look; without colours they read the same.
_STYLES = {Kind.HEADLINE: "bold", Kind.HEADING: "bold", Kind.CAUTION: "yellow", Kind.REFILM: "red", Kind.OK: "green"}


def print_lines(lines: Sequence[TextLine]) -> None:
    """Print lines, each in the style of its kind."""
    console = Console(highlight=False)
    for line in lines:
        text = line.text.lstrip(" ")
        # Broken lines keep the indent of their first.
        console.print(Padding(Text(text), (0, 0, 0, len(line.text) - len(text))), style=_STYLES.get(line.kind))
