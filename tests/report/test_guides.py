"""The guides: every test and every typed measurement has its words and its picture, drawn right, and reads at fourteen."""

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kinechain.app.guide import find_guides, guides_document, write_guide_page
from kinechain.core.errors import OutputError, UsageError
from kinechain.core.types import View
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.report.context import ReportContext
from kinechain.report.guide_page import render_guides
from kinechain.report.guide_pictures import SCENES, draw_test
from kinechain.report.guides import FILMED, STEPS, VIEWS, guide_lines, guided, read_guide
from kinechain.report.posed_figure import Leg, Posture, draw_figure
from kinechain.report.typed_pictures import TYPED, draw_typed
from kinechain.report.words import messages
from kinechain.screening.typed import typed_measures
from page_reader import Reader

GRADE = 9.0
HERE = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def page() -> str:
    return render_guides([read_guide(test) for test in guided()], ReportContext("0.0", made_on="2026-01-01", rows=()))


def test_every_test_that_can_be_filmed_has_a_guide_and_a_picture_from_each_view() -> None:
    assert set(FILMED) == set(MOVEMENTS) == set(SCENES) == set(VIEWS)
    for test in FILMED:
        assert set(SCENES[test]) == set(VIEWS[test])
        assert set(MOVEMENTS[test].complete) <= set(VIEWS[test]) <= set(MOVEMENTS[test].views)
        assert [len(text) > 10 for _, text in read_guide(test).steps] == [True] * len(STEPS)


def test_every_typed_measure_has_words_and_a_picture_of_its_own() -> None:
    assert set(TYPED) == set(typed_measures())
    told = [one.code for test in guided() for one in read_guide(test).typed]
    assert sorted(told) == sorted(typed_measures())
    pictures = {re.sub(r"aria-labelledby.*?</desc>", "", draw_typed("key", code, "", "")) for code in TYPED}
    # One posture serves both ways to count standing up; all other pictures differ.
    assert len(pictures) == len(TYPED) - 1


def test_the_page_is_closed_in_itself_and_holds_every_picture(page: str) -> None:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    drawn = [attributes for _, attributes in reader.all("svg") if str(attributes.get("class")).startswith("guide")]
    assert len(drawn) == sum(len(views) for views in VIEWS.values()) + len(FILMED) + len(TYPED)
    for code in typed_measures():
        assert f"typed-{code}-title" in ids


def test_nobody_leaves_the_phones_picture() -> None:
    for test, scenes in SCENES.items():
        for view, scene in scenes.items():
            figure = draw_figure(scene.posture, view, tested=scene.tested, lift=scene.lift)
            across, down = ([place[axis] for place in figure.places.values()] for axis in (0, 1))
            assert max(across) - min(across) < 110.0, f"{test} from {view}"
            assert -185.0 < min(down) < -90.0, f"{test} from {view}"
            assert max(down) <= 0.0, f"{test} from {view}"
            assert draw_test("key", test, view, "", "").count("<svg") == 1


def test_a_person_who_stands_upright_is_as_tall_as_the_sum_of_their_parts() -> None:
    straight = Leg(apart=0.0)
    places = draw_figure(Posture(left=straight, right=straight), View.SIDE).places
    hip, knee, ankle = (places[f"right_{name}"] for name in ("hip", "knee", "ankle"))
    assert knee[1] - hip[1] == pytest.approx(42.0)
    assert ankle[1] - knee[1] == pytest.approx(41.0)
    assert hip[0] == pytest.approx(knee[0]) == pytest.approx(ankle[0])


def test_a_bent_knee_is_drawn_as_bent_as_it_is_said_to_be() -> None:
    places = draw_figure(Posture(right=Leg(thigh=40.0, knee=75.0, apart=0.0)), View.SIDE).places
    (hx, hy), (kx, ky), (ax, ay) = (places[f"right_{name}"] for name in ("hip", "knee", "ankle"))
    thigh, shank = math.atan2(ky - hy, kx - hx), math.atan2(ay - ky, ax - kx)
    assert math.degrees(shank - thigh) == pytest.approx(75.0)


def test_from_the_front_the_right_leg_is_on_the_left_and_from_its_side_it_faces_right() -> None:
    front = draw_figure(Posture(), View.FRONT).places
    assert front["right_hip"][0] < front["left_hip"][0]
    for near, way in (("right", 1.0), ("left", -1.0)):
        side = draw_figure(Posture(), View.SIDE, near=near).places
        assert way * (side["right_foot_index"][0] - side["right_heel"][0]) > 0.0


def test_rotation_of_the_hip_is_drawn_the_way_the_foot_swings() -> None:
    """Turning the thigh in swings the foot out: on the right leg, seen from the front, to the left."""

    def swing(code: str) -> float:
        line = re.search(r'class="bones tested"><path d="M[-\d. ]+L([-\d.]+) [-\d.]+L([-\d.]+)', draw_typed("key", code, "", ""))
        assert line is not None
        return float(line[2]) - float(line[1])

    assert swing("hip_internal_rotation_range") < -10.0
    assert swing("hip_external_rotation_range") > 10.0


def test_a_guide_says_when_to_stop_and_what_to_hold_on_to() -> None:
    for test in FILMED:
        lines = "\n".join(line.text for line in guide_lines(read_guide(test)))
        assert "pain goes above 5 of 10 or the knee gives way" in lines
        assert "Within reach" in lines


def test_guides_are_found_by_name_and_an_unknown_one_names_the_nearest() -> None:
    assert [guide.test for guide in find_guides("Step Down")] == ["step-down"]
    assert [guide.test for guide in find_guides(None)] == list(guided())
    with pytest.raises(UsageError, match="step-down"):
        find_guides("stepdwn")


def test_the_page_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    file = write_guide_page(find_guides("foot"), tmp_path)
    assert file == tmp_path / "guide.html"
    with pytest.raises(OutputError):
        write_guide_page(find_guides("foot"), file)
    with pytest.raises(OutputError):
        write_guide_page(find_guides("foot"), tmp_path / "none" / "guide.html")


def test_the_document_is_plain_values() -> None:
    document = json.loads(json.dumps(guides_document(find_guides(None))))
    assert document["schema"] == "kinechain.guide/1"
    assert [guide["test"] for guide in document["guides"]] == list(guided())
    assert document["guides"][0]["views"] == ["side", "front"]


def test_filming_md_tells_what_the_guides_tell() -> None:
    told = re.sub(r"\s+", " ", (HERE / "docs" / "filming.md").read_text(encoding="utf-8"))
    for test in FILMED:
        for step in STEPS:
            assert messages()[f"guide.{test}.{step}"] in told, f"docs/filming.md lacks {step} of {test}"
    for code in typed_measures():
        assert f"`{code}`" in told


def test_no_message_of_the_guides_is_left_over() -> None:
    told = {f"guide.{test}.what" for test in guided()} | {f"guide.{test}.{step}" for test in FILMED for step in STEPS}
    assert {code for code in messages() if code.startswith("guide.")} == told
    folder = HERE / "src" / "kinechain"
    pages = (folder / "report" / "typed_pictures.py", folder / "report" / "templates" / "guides.html.j2")
    files = (*folder.glob("report/guide*.py"), *folder.glob("*/guide.py"), *pages)
    source = "\n".join(file.read_text(encoding="utf-8") for file in files)
    for code in messages():
        group, _, name = code.partition(".")
        if group == "guide_needs":
            assert any(measure.needs == name for measure in typed_measures().values())
        if group in ("guides", "guide_label", "guide_rule", "guide_step"):
            name = name.partition(".")[0].removeprefix("col_").removeprefix("seen_")
            assert re.search(rf"\b{name}\b", source), f"{code} is used nowhere"


def test_the_guides_read_at_fourteen(require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    said = "\n".join(
        words for code, words in messages().items() if code.startswith(("guide.", "guide_rule.")) and words.endswith(".")
    )
    assert len(said.split()) > 600
    said = re.sub(r"\{[^}]*\}", "some", said)
    measured = (textstat.automated_readability_index(said), textstat.coleman_liau_index(said))
    assert max(measured) < GRADE, f"school years by two measures: {measured}"
