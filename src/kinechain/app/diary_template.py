"""What does a diary look like before anything is told? Every kind of entry as a remark, to be copied and filled in by hand."""

import textwrap
from collections.abc import Iterable, Iterator

from kinechain.program.outcomes import instruments
from kinechain.report.words import say

_WIDTH = 100
_DAY = "2026-01-31"


def diary_template(slots: Iterable[str], language: str = "en") -> str:
    """Return the text of an empty `diary.toml`: a session with a program's lines, a sitting and each score, all of it remarks."""
    return "\n".join(_lines(tuple(slots), language)) + "\n"


def _lines(slots: tuple[str, ...], language: str) -> Iterator[str]:
    yield from _said("diary.head", language)
    yield ""
    yield from _said("diary.session", language)
    yield from ("# [[session]]", f"# on = {_DAY}", "# pain_before = 2", "# pain_during = 3", "# pain_hour_after = 2")
    yield from ("# pain_next_morning = 2", "# gave_way = false", '# note = ""')
    yield from (f"# done.{slot} = [10, 10]" for slot in slots)
    yield from _said("diary.effort", language)
    yield f"# done.{slots[0] if slots else 'knee'} = {{ repetitions = [10, 10], effort = 6, pain = 3 }}"
    yield ""
    yield from _said("diary.sitting", language)
    yield from (
        "# [[sitting]]",
        f"# on = {_DAY}",
        "# minutes = 60",
        "# breaks = 2",
        "# onset_min = 20",
        "# knee_flexion_deg = 90",
        "",
    )
    yield from _said("diary.score", language)
    for code, one in instruments().items():
        yield from _said(f"outcome.{code}.form", language, items=", ".join(one.items))
        yield from ("# [[score]]", f"# on = {_DAY}", f'# instrument = "{code}"')
        if one.own_items:
            yield from (
                f'# items."{say("diary.own_item", language=language, number=number + 1)}" = 5' for number in range(one.own_items)
            )
        else:
            yield f"# total = {0.5 * (one.low + one.high):g}"
        yield ""


def _said(code: str, language: str, **parameters: str) -> Iterator[str]:
    return (f"## {line}" for line in textwrap.wrap(say(code, language=language, **parameters), _WIDTH))
