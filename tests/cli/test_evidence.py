"""What `kinechain evidence` answers, and how it refuses."""

import json
import re
from pathlib import Path

import pytest

from kinechain.cli.run import run
from kinechain.evidence import studies
from kinechain.evidence.claims import claims


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["evidence", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_all_claims_with_verdicts_stand_on_one_screen_of_eighty_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = answer(capsys)
    assert (code, err) == (0, "")
    assert "…" not in out
    lines = out.splitlines()
    table = lines[: lines.index(next(line for line in lines if line.startswith("Ask for one")))]
    assert len(table) <= 32
    assert max(len(line) for line in table) <= 80
    for letter, claim in claims().items():
        row = next(line for line in lines if line.startswith(f"{letter} "))
        assert claim.verdict in row
        assert claim.sureness in row


def test_claim_f_names_its_people_its_outcome_and_its_limit(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = answer(capsys, "f")
    assert (code, err) == (0, "")
    said = flat(out)
    assert "18 healthy people" in said
    assert "Ratio of the electrical activity of vastus medialis obliquus to vastus lateralis" in said
    assert "No squat went beyond 80 degrees" in said
    assert "Verdict: overstated" in said
    assert "P < 0.001" in said.replace("\xa0", " ")
    assert "fixed by strength and lever arm" in said


@pytest.mark.parametrize("letter", sorted(claims()))
def test_every_claim_is_told_with_its_studies(capsys: pytest.CaptureFixture[str], letter: str) -> None:
    code, out, _ = answer(capsys, letter)
    assert code == 0
    claim = claims()[letter]
    said = flat(out)
    assert claim.code in said
    for study in claim.sources:
        assert flat(studies()[study].identifier) in said


def test_a_claim_is_found_by_its_letter_or_its_code_however_it_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    code = claims()["f"].code
    told = [answer(capsys, asked)[1] for asked in ("f", "F", code, code.upper(), code.replace("_", "-"))]
    assert len(set(told)) == 1


@pytest.mark.parametrize("asked", ["z", "", "deep_squat"])
def test_an_unknown_claim_gets_one_sentence_with_the_nearest_codes(capsys: pytest.CaptureFixture[str], asked: str) -> None:
    code, out, err = answer(capsys, asked)
    assert (code, out) == (2, "")
    assert err.startswith("kinechain: Expected the letter or the code of a claim, got ")
    assert len(err.splitlines()) == 1
    assert "deeper_squat_vmo" in err or asked != "deep_squat"


def test_json_holds_every_claim_with_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(answer(capsys, "--json")[1])
    assert document["schema"] == "kinechain.evidence/1"
    assert [claim["letter"] for claim in document["claims"]] == list(claims())
    told = {study["key"] for study in document["studies"]}
    for claim in document["claims"]:
        assert {finding["study"] for finding in claim["findings"]} <= told
    one = json.loads(answer(capsys, "f", "--json")[1])["claims"][0]
    assert next(finding["effect"]["n"] for finding in one["findings"] if finding["study"] == "jaberzadeh-2016") == 18
    assert [row["key"] for row in one["model"]["made_squats"]] == ["usual_20", "usual_50", "usual_80", "usual_100"]


def test_bibtex_of_a_claim_holds_its_studies_and_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    keys = re.findall(r"^@\w+\{([^,]+),", answer(capsys, "f", "--bib")[1], re.MULTILINE)
    assert sorted(keys) == sorted(claims()["f"].sources)
    every = re.findall(r"^@\w+\{([^,]+),", answer(capsys, "--bib")[1], re.MULTILINE)
    assert sorted(every) == sorted(studies())


def test_a_page_is_written_into_a_file_or_a_folder_and_never_over_another(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert answer(capsys, "--html", tmp_path)[0] == 0
    assert (tmp_path / "evidence.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    assert answer(capsys, "f", "--html", tmp_path / "f.html")[0] == 0
    code, _, err = answer(capsys, "--html", tmp_path)
    assert code == 4
    assert "Nothing is overwritten" in err
    code, _, err = answer(capsys, "--html", tmp_path / "nowhere" / "page.html")
    assert code == 4
    assert "Make that folder first" in err


def test_only_one_form_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = answer(capsys, "--json", "--bib")
    assert code == 2
    assert "Give one of --html, --json and --bib." in err
