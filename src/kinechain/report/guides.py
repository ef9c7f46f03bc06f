"""How is a test filmed, and how is a measurement taken that is typed in? A guide of each test, in words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kinechain.core.types import View
from kinechain.evidence import constant
from kinechain.report.lines import Kind, TextLine
from kinechain.report.words import say
from kinechain.screening.typed import typed_measures

#: The tests that are filmed, in the order in which they are done: the easy ones first.
FILMED: tuple[str, ...] = (
    "squat",
    "knee-to-wall",
    "sit-to-stand",
    "single-leg-stance",
    "heel-raise",
    "step-down",
    "single-leg-squat",
)
#: From where each is best filmed.
VIEWS: dict[str, tuple[View, ...]] = {
    "squat": (View.SIDE, View.FRONT),
    "knee-to-wall": (View.SIDE,),
    "sit-to-stand": (View.SIDE,),
    "single-leg-stance": (View.FRONT,),
    "heel-raise": (View.SIDE,),
    "step-down": (View.FRONT, View.SIDE),
    "single-leg-squat": (View.FRONT, View.SIDE),
}
#: What is told of each filmed test, in this order.
STEPS: tuple[str, ...] = ("start", "phone", "support", "footwear", "arms", "surface", "eyes", "how_many")
#: What holds for every film, and for every test.
_EVERY_FILM, _EVERY_TEST = ("whole", "alone", "clothes", "still"), ("stop",)


@dataclass(frozen=True)
class TypedGuide:
    """How one measurement that is typed in is taken."""

    code: str
    name: str
    how: str
    needs: str


@dataclass(frozen=True)
class Guide:
    """How one test is done: from where it is filmed (nowhere for what is only typed), step by step, and what may be typed in it."""

    test: str
    name: str
    what: str
    views: tuple[View, ...]
    steps: tuple[tuple[str, str], ...]
    typed: tuple[TypedGuide, ...]


def guided() -> tuple[str, ...]:
    """Return every test that has a guide: those that are filmed, then those that are only typed."""
    return tuple(dict.fromkeys((*FILMED, *(measure.test for measure in typed_measures().values()))))


def read_guide(test: str, language: str = "en") -> Guide:
    """Return the guide of a test."""
    filmed = test in FILMED
    steps = STEPS if filmed else ()
    return Guide(
        test,
        say(f"test.{test}", language=language),
        say(f"guide.{test}.what", language=language),
        VIEWS.get(test, ()),
        tuple((say(f"guide_step.{step}", language=language), say(f"guide.{test}.{step}", language=language)) for step in steps),
        tuple(
            TypedGuide(
                measure.code,
                say(f"measure.{measure.code}.name", language=language),
                say(f"typed_how.{measure.code}", language=language),
                say(f"guide_needs.{measure.needs}", language=language) if measure.needs else "",
            )
            for measure in typed_measures().values()
            if measure.test == test
        ),
    )


def read_rules(filmed: bool, language: str = "en") -> tuple[tuple[str, str], ...]:
    """Return what holds for every test, and for every film where there is one."""
    codes = (*_EVERY_TEST, *(_EVERY_FILM if filmed else ()))
    stop = constant("safety.stop_pain").value
    return tuple(
        (say(f"guide_rule.{code}.name", language=language), say(f"guide_rule.{code}.text", language=language, stop=stop))
        for code in codes
    )


def guide_lines(guide: Guide, language: str = "en") -> list[TextLine]:
    """Return a guide as lines for a terminal."""
    return list(_lines(guide, language))


def guide_document(guides: Sequence[Guide], language: str = "en") -> dict[str, Any]:
    """Return guides as plain values."""
    return {
        "schema": "kinechain.guide/1",
        "guides": [
            {
                "test": guide.test,
                "name": guide.name,
                "what": guide.what,
                "views": [view.value for view in guide.views],
                "steps": [{"name": name, "text": text} for name, text in guide.steps],
                "rules": [{"name": name, "text": text} for name, text in read_rules(bool(guide.views), language)],
                "typed": [{"code": one.code, "name": one.name, "how": one.how, "needs": one.needs} for one in guide.typed],
            }
            for guide in guides
        ],
    }


def _lines(guide: Guide, language: str) -> Iterator[TextLine]:
    yield TextLine(Kind.HEADLINE, guide.name)
    yield TextLine(Kind.TEXT, guide.what)
    for name, text in (*guide.steps, *read_rules(bool(guide.views), language)):
        yield TextLine(Kind.HEADING, name)
        yield TextLine(Kind.TEXT, f"  {text}")
    if guide.typed:
        yield TextLine(Kind.HEADING, say("guides.typed", language=language))
    for one in guide.typed:
        yield TextLine(Kind.TEXT, f"  {one.name} ({one.code})")
        yield TextLine(Kind.NOTE, f"    {' '.join(part for part in (one.how, one.needs) if part)}")
