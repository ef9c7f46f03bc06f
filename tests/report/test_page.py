"""The report is one well-formed, self-contained page that everybody can read, and says only what the result holds."""

import io
import re
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import pytest
from PIL import Image

from kinechain.core.types import Assessment, View
from kinechain.report.page import ReportContext, render_report
from page_reader import Reader

SIDE, FRONT = "a" * 64, "b" * 64
HOSTILE = '"><script>alert(1)</script> & <b>.mp4'
CONTEXT = ReportContext("0.1.0", "22 November 2025")


def jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 60), (90, 120, 130)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.fixture(scope="module")
def html(assessment: Assessment) -> str:
    stills = {(clip, rep): jpeg() for clip in (SIDE, FRONT) for rep in (1, 2)}
    return render_report(assessment, stills, {SIDE: jpeg(), FRONT: jpeg()}, CONTEXT)


@pytest.fixture(scope="module")
def page(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == [], "every element is closed"
    return reader


def test_it_needs_nothing_but_itself(html: str, page: Reader) -> None:
    assert "<script" not in html.lower()
    assert not re.search(r"\bon[a-z]+\s*=\s*[\"']", re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL))
    assert "http://" not in html
    assert "https://" not in html
    assert "url(" not in html
    assert "@import" not in html
    assert not page.all("link", "iframe", "object", "embed", "form", "base")
    for _, attributes in page.elements:
        for name in ("src", "href"):
            assert (attributes.get(name) or "#").startswith(("#", "data:image/jpeg;base64,"))


def test_every_picture_has_words(page: Reader) -> None:
    assert len(page.all("img")) >= 6
    for _, attributes in page.all("img"):
        assert len(attributes.get("alt") or "") > 10
    for _, attributes in page.all("svg"):
        assert attributes.get("aria-hidden") == "true" or (attributes.get("role") == "img" and attributes.get("aria-labelledby"))


def test_ids_are_unique_and_every_reference_leads_somewhere(page: Reader) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        for name in ("aria-labelledby", "href"):
            for target in (attributes.get(name) or "").split():
                if name == "aria-labelledby" or target.startswith("#"):
                    assert target.lstrip("#") in ids


def test_headings_go_down_one_step_at_a_time(page: Reader) -> None:
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_tables_have_captions_and_their_headers_a_scope(html: str, page: Reader) -> None:
    assert len(page.all("table")) == len(page.all("caption")) >= 5
    assert re.findall(r"<table[^>]*>\s*<caption", html)
    assert all(attributes.get("scope") in ("row", "col") for _, attributes in page.all("th"))


def test_a_reader_without_eyes_or_mouse_finds_the_way(page: Reader) -> None:
    assert [tag for tag, _ in page.all("header", "main", "footer")] == ["header", "main", "footer"]
    links = page.all("a")
    assert links[0][1]["class"] == "skip"
    assert page.all("html")[0][1]["lang"] == "en"
    assert all(attributes.get("aria-label") for _, attributes in page.all("nav"))
    assert all(attributes.get("tabindex") == "0" for _, attributes in page.elements if attributes.get("class") == "scroll")


def test_it_says_the_result(page: Reader) -> None:
    for words in (
        "2 squats from the side, 2 from the front. Deepest: 112° of knee flexion (96° to 129°).",
        "Intervals of what is read off the picture are assumed 90% spreads",
        "Intervals of fitted angles are made to hold on rendered people",
        "one body fitted to the whole film",
        "read off the picture, frame by frame",
        "From the front, how far the trunk leans cannot be seen",
        "In 12 pictures (4%) the two legs carried each other's names. They were put right by the fit.",
        "Pain: 3 of 10, left knee, beginning at 70° of knee flexion.",
        "110°",
        "95° to 126°",
        "52%",
        "47% to 57%",
        "Please film again",
        "mistaken for each other 12 times (31% of the film), first at 3.2 s",
        "The film bad.mp4 could not be measured and was left out.",
        "It is not a diagnosis",
        "barefoot",
        "blazepose-full",
        "d" * 64,
        "assumed",
    ):
        assert words in page.text, words
    assert "planar.knee_flexion_sd" in "".join(page.words)


def test_it_says_what_could_not_be_judged_and_why(page: Reader) -> None:
    assert "the far leg is hidden" in page.text
    assert "bent between 20 and 75 degrees" in page.text
    assert "Heel rise, highest, left leg (repetition 2)" in page.text
    assert "Knee in or out (FPPA), left leg (repetition" not in page.text, "named once where it failed everywhere"
    assert "nan" not in page.text.split()


def test_the_change_from_standing_stands_below_the_angle_of_its_own_leg(html: str) -> None:
    front = html.split("From the front: over the repetitions")[1].split("</table>")[0]
    values = re.findall(r'<td class="value">(\d+)°</td>', front)
    assert values == ["38", "33", "37", "32"]
    assert front.count("change from your own standing") == 2


def test_a_hostile_file_name_stays_text(html: str, page: Reader) -> None:
    assert HOSTILE not in html
    assert HOSTILE in page.text


def test_what_has_to_be_filmed_again_gets_a_page_too(refilm: Assessment) -> None:
    reader = Reader()
    reader.feed(render_report(refilm, {}, {}, CONTEXT))
    assert reader.open == []
    assert "This cannot be measured yet." in reader.text
    assert "Everything this test can measure" not in reader.text  # nothing was, so nothing is said of it
    assert "Nothing was told about pain" in reader.text
    assert "°" not in reader.text.split("How to film better")[0], "no angle from a film that cannot be trusted"


def test_a_page_without_pictures_is_whole(assessment: Assessment) -> None:
    reader = Reader()
    reader.feed(render_report(assessment, {}, {}, ReportContext("0.1.0", rows=())))
    assert reader.open == []
    assert not reader.all("img")


def test_no_two_reports_differ_but_by_their_input(assessment: Assessment) -> None:
    assert render_report(assessment, {}, {}, CONTEXT) == render_report(assessment, {}, {}, CONTEXT)


STYLE = (files("kinechain.report") / "templates" / "report.css").read_text(encoding="utf-8")
PALETTES = {
    "light": STYLE.split("@media (prefers-color-scheme: dark)")[0],
    "dark": STYLE.split("@media (prefers-color-scheme: dark)")[1].split("@media print")[0],
    "print": STYLE.split("@media print")[1].split("*, *::before")[0],
}
READ_ON = {
    "paper": ("ink", "soft", "accent", "left", "right", "middle"),
    "sheet": ("ink", "soft", "accent", "left", "right", "middle", "caution"),
    "shade": ("ink", "soft", "accent"),
    "accent-shade": ("ink", "accent"),
    "ok-shade": ("ok",),
    "caution-shade": ("caution",),
    "refilm-shade": ("refilm",),
    "accent": ("sheet",),
}


def luminance(colour: str) -> float:
    shares = [int(colour[place : place + 2], 16) / 255.0 for place in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", PALETTES)
@pytest.mark.parametrize(("ground", "ink"), [(ground, ink) for ground, inks in READ_ON.items() for ink in inks])
def test_words_stand_out_from_their_ground(palette: str, ground: str, ink: str) -> None:
    """Contrast of at least 4.5 (WCAG 2.2, success criterion 1.4.3)."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", PALETTES[palette]))
    lighter, darker = sorted((luminance(colours[ground]), luminance(colours[ink])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def test_a_dark_screen_still_prints_on_white() -> None:
    assert STYLE.index("@media print") > STYLE.index("@media (prefers-color-scheme: dark)")
    assert "--paper: #ffffff" in PALETTES["print"]


def test_what_only_another_view_can_show_is_named(assessment: Assessment) -> None:
    side_only = replace(assessment, clips=tuple(clip for clip in assessment.clips if clip.clip.view is View.SIDE))
    reader = Reader()
    reader.feed(render_report(side_only, {}, {}, CONTEXT))
    assert "only from the front" in reader.text
    assert "only from the side" not in reader.text
    front_only = replace(assessment, clips=tuple(clip for clip in assessment.clips if clip.clip.view is View.FRONT))
    reader = Reader()
    reader.feed(render_report(front_only, {}, {}, CONTEXT))
    assert "only from the side" in reader.text
    assert "only from the front" not in reader.text
    assert "forward is towards the camera" in reader.text
