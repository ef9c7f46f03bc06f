"""No number without a home: rows that lack a source or a unit are refused, each in one sentence."""

import re
from pathlib import Path

import numpy as np
import pytest

from kinechain.body.skeleton import POINTS
from kinechain.core.errors import DataFileError
from kinechain.core.types import SIDES, View
from kinechain.evidence import claims, constant, constants, ledger, norms, read_constants, read_studies, studies
from kinechain.kinematics.angles import SIDED, posture_curves
from kinechain.kinematics.fit.intervals import place_of
from kinechain.kinematics.fit.motion import HIDDEN
from kinechain.program.catalogue import catalogue
from kinechain.program.choosing import rules
from kinechain.program.education import modules
from kinechain.program.intake_rules import intake_rules
from kinechain.program.outcomes import instruments
from kinechain.program.safety_rules import safety
from kinechain.program.supports import supports

ROOT = Path(__file__).resolve().parents[2]
#: The program, and the lab beside it, which sets the model beside studies.
SOURCES = (ROOT / "src" / "kinechain", ROOT / "lab")
GOOD = {"value": "1.5", "unit": '"deg"', "kind": '"assumed"', "source": '"judgement"', "reason": '"a reason"'}


def row(**changes: str | None) -> str:
    fields = {name: text for name, text in (GOOD | changes).items() if text is not None}
    return "[group.name]\n" + "\n".join(f"{name} = {text}" for name, text in fields.items())


def test_a_good_row_keeps_its_value_unit_and_home() -> None:
    read = read_constants(row(sd="0.5", population='"adults"', n="12"), "rows.toml", {})["group.name"]
    assert (read.value, read.unit, read.sd, read.n, read.kind, read.source) == (1.5, "deg", 0.5, 12, "assumed", "judgement")
    assert float(read) == 1.5


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source": None}, "Expected a source in every row, got none in row group.name of rows.toml."),
        ({"unit": None}, "Expected a unit in every row, got none in row group.name of rows.toml."),
        ({"value": None}, "Expected a value in every row"),
        ({"unit": '"furlong"'}, "got 'furlong' in row group.name of rows.toml."),
        ({"kind": '"guessed"'}, "Expected kind measured, derived or assumed, got 'guessed'"),
        ({"reason": None}, "Expected a reason for every assumed row"),
        ({"source": '"smith_2001"'}, "got 'smith_2001' in row group.name"),
        ({"kind": '"measured"'}, "got 'judgement' in row group.name"),
        ({"colour": '"red"'}, "got colour in row group.name"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(changes: dict[str, str | None], said: str) -> None:
    with pytest.raises(DataFileError, match=re.escape(said)):
        read_constants(row(**changes), "rows.toml", {})


def test_broken_toml_and_incomplete_studies_are_refused() -> None:
    with pytest.raises(DataFileError, match="breaks its rules"):
        read_constants("[group.name", "rows.toml", {})
    with pytest.raises(DataFileError, match="a study with identifier"):
        read_studies('[smith_2001]\nauthors = "Smith A"\nyear = 2001\nseen = "abstract"', "studies.toml")


def test_an_unknown_key_says_where_to_add_it() -> None:
    with pytest.raises(KeyError, match=r"evidence/data/constants\.toml"):
        constant("nobody.knows")


def test_every_shipped_row_is_used_by_the_code_and_every_used_key_is_shipped() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for folder in SOURCES for path in folder.rglob("*.py"))
    asked = set(re.findall(r'constant\(\s*f?"([a-z0-9_]+\.[a-z0-9_{}]+)"', source))
    groups = "|".join(sorted({key.split(".")[0] for key in constants()}))
    named = asked | set(re.findall(rf'f?"((?:{groups})\.[a-z0-9_{{}}]+)"', source))  # keys that a table or a loop holds
    patterns = [re.compile(re.sub(r"\{[^}]*\}", "[a-z0-9_]+", key) + "$") for key in named]
    unused = [key for key in constants() if not any(pattern.match(key) for pattern in patterns)]
    missing = [key for key in asked if "{" not in key and key not in constants()]
    assert (unused, missing) == ([], [])


def test_every_curve_that_a_view_shows_has_its_calibration_and_its_step_to_real_people() -> None:
    named = set(posture_curves(np.random.default_rng(0).normal(size=(1, len(POINTS), 3)), 0.0)) - {"heel_height"} | {"heel_rise"}
    for view in (View.SIDE, View.FRONT, View.OBLIQUE):
        for name in named - HIDDEN[view]:
            sides = SIDES if name in SIDED or name == "heel_rise" else (None,)
            for place in {place_of(view, side, "left") for side in sides}:
                for what in ("stretch", "gain", "shift"):
                    assert constant(f"fit.{place}_{name}_{what}").kind == "derived"
            assert constant(f"fit.real_step_{name}").kind == "assumed"


def test_a_key_in_two_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_FILES", ("constants.toml", "constants.toml"))
    with pytest.raises(DataFileError, match="every key once"):
        ledger.constants.__wrapped__()


def test_every_study_is_cited_by_a_row() -> None:
    findings = {finding.study for claim in claims().values() for finding in claim.findings}
    rows = {row.source for row in constants().values()} | {norm.source for norm in norms().values()}
    intake = intake_rules()
    before = (*safety().questions, *safety().rules, *intake.questions, *intake.signs, *intake.patterns)
    asked = {source for row in before for source in row.sources}
    trained = {source for one in catalogue().values() for source in one.sources} & set(studies())
    scored = {source for one in instruments().values() for source in one.sources}
    built = {source for one in (*rules(), *modules(), *supports()) for source in one.sources} & set(studies())
    of_program = {"hansen-2023", "osteras-2013", "holden-2018"}  # what the rules of a whole program name: program/building.py
    assert set(studies()) == findings | asked | trained | built | of_program | scored | (rows - {"judgement"})
