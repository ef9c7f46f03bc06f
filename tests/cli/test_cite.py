"""What `kinechain cite` answers: the studies behind one result, its assumptions counted and listed, errors in one sentence."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kinechain.app.loads_files import ROWS
from kinechain.cli.run import run
from kinechain.evidence import constants, effects, norms


def answer(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    code = run(["cite", *(str(argument) for argument in arguments)])
    out, err = capsys.readouterr()
    return code, out, err


def result(folder: Path, name: str = "result.json", schema: str = "kinechain.result/1", **more: Any) -> Path:
    document = {"schema": schema, "engine": {"kinechain": "0.0.9"}, "findings": [], **more}
    (folder / name).write_text(json.dumps(document), encoding="utf-8")
    return folder / name


def test_three_rows_of_two_studies_and_one_assumption(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assumed = next(row for row in constants().values() if row.kind == "assumed")
    rows = ["anthropometry.foot_mass_f", "anthropometry.foot_mass_m", "patellofemoral.area_f_0", assumed.key]
    code, out, err = answer(capsys, result(tmp_path, sources=rows))
    assert (code, err) == (0, "")
    said = re.sub(r"\s+", " ", out)
    count = sum(constants()[key].kind == "assumed" for key in rows)  # a study's number that is used for other people is one too
    assert f"rests on 2 studies and {count} judgement" in said
    assert "de Leva P (1996)" in said
    assert "For: anthropometry.foot_mass_f, anthropometry.foot_mass_m" in said
    assert "Besier TF" in said
    assert f"{assumed.key} = {assumed.value:g}" in said
    assert assumed.reason.split(".")[0] in said


def test_a_folder_of_a_result_or_of_loads_will_do(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = sorted(key for key in constants() if key.split(".")[0] in ROWS)
    result(tmp_path, "loads.json", "kinechain.loads/1", sources=rows)
    code, out, _ = answer(capsys, tmp_path, "--json")
    document = json.loads(out)
    assert code == 0
    told = {row for study in document["studies"] for row in study["rows"]} | {row["key"] for row in document["assumed"]}
    assert told == set(rows), "every source is either some study's or assumed"
    assert len(document["assumed"]) == sum(constants()[key].kind == "assumed" for key in rows)


def test_what_findings_rest_on_is_cited_too(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = {"norm": "knee-to-wall.hoch-2011", "sources": ["selfe-2016", "lima-2018-standing"]}
    file = result(tmp_path, sources=["anthropometry.foot_mass_f"], findings=[found], limiting=[{"sources": ["aim.deep"]}])
    document = json.loads(answer(capsys, file, "--json")[1])
    rows = {study["key"]: study["rows"] for study in document["studies"]}
    norm, effect = norms()["knee-to-wall.hoch-2011"], effects()["lima-2018-standing"]
    assert rows == {
        "de-leva-1996": ["anthropometry.foot_mass_f"],
        norm.source: [norm.key],
        effect.study: [effect.key],
        "selfe-2016": [],
    }
    assert [row["key"] for row in document["assumed"]] == ["aim.deep"]
    code, out, _ = answer(capsys, file)
    assert code == 0
    assert "Selfe J" in out


def test_bibtex_has_an_entry_a_study(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = result(tmp_path, sources=["anthropometry.foot_mass_f", "patellofemoral.area_f_0"])
    assert re.findall(r"^@\w+\{([^,]+),", answer(capsys, file, "--bib")[1], re.MULTILINE) == ["besier-2005", "de-leva-1996"]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"sources": ["nobody.knows"]}, "got 'nobody.knows' among the sources of"),
        ({"quality": {"verdict": "refilm"}}, "whose films have to be made again"),
        ({"sources": []}, "which names none"),
        ({"schema": "other/1"}, "without it"),
    ],
)
def test_what_cannot_be_cited_is_refused_in_one_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, document: dict[str, Any], said: str
) -> None:
    code, out, err = answer(capsys, result(tmp_path, **document))
    assert (code, out) == (4, "")
    assert err.startswith("kinechain: Expected ")
    assert said in err
    assert len(err.splitlines()) == 1


def test_no_file_no_json_and_an_empty_folder_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text("knees", encoding="utf-8")
    for path, said in (
        (tmp_path / "missing.json", "which does not exist"),
        (tmp_path / "words.json", "which cannot be read"),
        (tmp_path, "without either"),
    ):
        code, _, err = answer(capsys, path)
        assert code == 4
        assert said in err
    assert answer(capsys, tmp_path / "words.json", "--bib", "--json")[0] == 2
