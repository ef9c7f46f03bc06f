"""How do templates become pages? The one Jinja environment: everything escaped, every name known, the catalogue at hand."""

import re
from functools import cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from kinechain.report.summary import interval
from kinechain.report.words import say

#: The style sheets of every page.
_SHEETS = ("report", "muscles", "demand")


@cache
def environment(language: str) -> Environment:
    """Return the environment whose templates speak `language`."""
    made = Environment(
        loader=PackageLoader("kinechain.report"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["say"] = partial(say, language=language)
    made.globals["interval"] = partial(interval, language=language)
    made.filters["minus"] = lambda text: text.replace("-", "−")
    made.filters["breakable"] = lambda text: Markup("<wbr>").join(re.split(r"(?<=[._])", text))
    made.filters["capitalize_first"] = lambda text: text[:1].upper() + text[1:]
    return made


def style(*more: str) -> Markup:
    """Return the style sheets that every page carries in itself, and `more` of them by their names."""
    folder = files("kinechain.report") / "templates"
    return Markup("".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in (*_SHEETS, *more)))
