"""`kinechain guide`: a list, one guide in words, a page or a document, and one sentence for what it does not know."""

import json
from pathlib import Path

import pytest

from kinechain.cli.run import run
from kinechain.report.guides import guided


def test_without_a_name_every_test_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["guide"]) == 0
    said = capsys.readouterr().out
    for test in guided():
        assert test in said


def test_one_guide_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["guide", "heel-raise"]) == 0
    said = capsys.readouterr().out
    assert "Finger tips on a wall" in said
    assert "When to stop" in said
    assert "heel_raise_count" in said


def test_a_page_and_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "guide.html"
    assert run(["guide", "foot", "-o", str(page)]) == 0
    assert "<svg" in page.read_text(encoding="utf-8")
    capsys.readouterr()
    assert run(["guide", "foot", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["guides"][0]["test"] == "foot"


def test_an_unknown_test_and_two_forms_at_once_are_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["guide", "stepdwn"]) == 2
    assert "step-down" in capsys.readouterr().err
    assert run(["guide", "foot", "--json", "-o", str(tmp_path / "x.html")]) == 2
