"""What does a `battery.toml` look like? A sample in which everything that may be written stands, remarked, with what it means."""

import textwrap
from collections.abc import Iterator

from kinechain.report.words import say
from kinechain.screening.aims import AIMS
from kinechain.screening.typed import Note, TypedMeasure, noted_tests, notes, typed_measures

_WIDTH = 100


def example_battery() -> str:
    """Return a sample of `battery.toml`: the person to fill in, all else as remarks to be taken up one by one."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from _remark("example_head")
    yield ""
    yield from _remark("example_person")
    yield from ("[person]", "height_cm = 170", "mass_kg = 70", "# age = 30", '# sex = "f"', "")
    yield from _remark("example_aim")
    yield from ("[aim]", f'# squat = "{AIMS[1]}"', "")
    yield from _remark("example_protocol")
    yield from ("[protocol]", '# footwear = "barefoot"', "# heel_cm = 0", '# arms = "in front"', '# bar = "none"', "# load_kg = 0")
    yield from ("# mirrored = false", "")
    yield from _remark("example_notes")
    for test, names in noted_tests().items():
        if names:
            yield f"[protocol.{test}]"
            yield from (f"# {_noted(notes()[name])}" for name in names)
            yield ""
    yield from _remark("example_typed")
    measures = typed_measures().values()
    yield "[typed.left]"
    for measure in measures:
        if measure.each_leg:
            yield from _said(f"typed_how.{measure.code}")
            yield f"# {_typed(measure)}"
    yield ""
    yield "[typed.right]"
    yield from (f"# {_typed(measure)}" for measure in measures if measure.each_leg)
    yield ""
    yield from _remark("example_whole")
    yield "[typed]"
    for measure in measures:
        if not measure.each_leg:
            yield from _said(f"typed_how.{measure.code}")
            yield f"# {_typed(measure)}"
    yield ""
    yield from _remark("example_pain")
    yield from ("[pain.squat.left]", "# value = 0", "# at_knee_flexion_deg = 60", "")
    yield from _remark("example_films")
    yield from ("[films]", '# "IMG_0001.mp4" = "knee-to-wall left"')


def _remark(code: str) -> Iterator[str]:
    return _said(f"battery.{code}")


def _said(code: str) -> Iterator[str]:
    return (f"## {line}" for line in textwrap.wrap(say(code), _WIDTH))


def _typed(measure: TypedMeasure) -> str:
    value = measure.example
    if isinstance(value, bool):
        return f"{measure.code} = {str(value).lower()}"
    return f"{measure.code} = {value}" if isinstance(value, int) else f'{measure.code} = "{value}"'


def _noted(note: Note) -> str:
    return f'{note.name} = "{note.choices[0]}"  # {", ".join(note.choices)}' if note.choices else f"{note.name} = {note.low:g}"
