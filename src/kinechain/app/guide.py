"""How is a test filmed and measured? The guides of tests found by name, as a document or as a page with pictures."""

import difflib
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.core.errors import UsageError
from kinechain.io.whole import place_for, write_whole
from kinechain.report.context import ReportContext
from kinechain.report.guides import Guide, guide_document, guided, read_guide
from kinechain.report.words import say

_NAME = "guide.html"


def find_guides(asked: str | None) -> tuple[Guide, ...]:
    """Return the guide of a test, without a name all of them. Raises UsageError, with the nearest name, where there is none."""
    known = guided()
    if asked is None:
        return tuple(read_guide(test) for test in known)
    wanted = asked.strip().casefold().replace("_", "-").replace(" ", "-")
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, n=1)
        names = ", ".join(near or known)
        raise UsageError(say("guides.expected"), repr(asked), say("guides.known", names=names))
    return (read_guide(wanted),)


def write_guide_page(guides: tuple[Guide, ...], destination: Path) -> Path:
    """Write guides as a page into a file, or into a folder as `guide.html`; returns where. Raises OutputError if it exists."""
    file = place_for(destination, _NAME)
    from kinechain.report.guide_page import render_guides  # brings all that pages need, which takes seconds

    write_whole(file, render_guides(guides, ReportContext(__version__, made_on=date.today().isoformat(), rows=())))
    return file


def guides_document(guides: tuple[Guide, ...]) -> dict[str, Any]:
    """Return guides as plain values."""
    return guide_document(guides)
