"""A film of the wall, the toes or the chair becomes a result that its schema knows and a page that says what was counted."""

import json

import jsonschema
import pytest

from figures import STATURE_M, header
from kinechain.app.assess import TESTS
from kinechain.app.document import result_document
from kinechain.app.films import measure_film
from kinechain.cli import commands
from kinechain.core.types import Assessment, Keypoints, Person, Protocol
from kinechain.io.result import format_result, result_schema
from kinechain.kinematics.film_check import examine_film
from kinechain.report.page import ReportContext, render_report
from kinechain.report.text import result_lines
from movers import lunges, raises, rises

PERSON = Person(STATURE_M, 70.0)
CASES = {"knee-to-wall": lunges(3), "heel-raise": raises(4, free="left"), "sit-to-stand": rises(5)}


def assessed(test: str, film: Keypoints) -> Assessment:
    clip = measure_film(examine_film(header(film), film, mirror_known=True, test=test), PERSON)
    return Assessment(test, PERSON, Protocol(), (), (clip,), clip.quality)


@pytest.mark.parametrize("test", CASES)
def test_the_result_is_one_that_the_schema_knows(test: str) -> None:
    document = json.loads(format_result(result_document(assessed(test, CASES[test]), {})))
    jsonschema.Draft202012Validator(result_schema()).validate(document)
    assert document["test"] == test
    assert document["measures"]
    assert document["loads"] == []


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("knee-to-wall", ("3 tries", "Shin against upright at the wall", "38°", "a heel that stays down looks lifted")),
        ("heel-raise", ("4 heel raises", "Heel raise, height", "30 a minute")),
        ("sit-to-stand", ("5 rises from the chair", "Five times sit to stand", "before 30 seconds are over")),
    ],
)
def test_the_page_and_the_terminal_say_it(test: str, said: tuple[str, ...]) -> None:
    assessment = assessed(test, CASES[test])
    page = render_report(assessment, {}, {}, ReportContext("0.1.0", "23 November 2026"))
    for words in said:
        assert words in page
    assert said[0] in str(result_lines(assessment))


def test_whatever_can_be_measured_can_be_asked_for() -> None:
    assert tuple(test.value for test in commands.Test) == TESTS
