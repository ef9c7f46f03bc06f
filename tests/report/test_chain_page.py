"""The whole-body page: closed in itself, verdicts told by shape and word, left and right never mixed up, readable at fourteen."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from types import ModuleType

import pytest

from kinechain.core.types import LINKS, SIDES, Assessment, FindingVerdict, Ranged, Screening
from kinechain.report.chain_page import chain_section, render_screening
from kinechain.report.chain_picture import sign
from kinechain.report.chain_reading import VERDICTS, read_finding, read_gains, read_limits, read_links, verdict_of
from kinechain.report.context import ReportContext
from kinechain.report.page import render_report
from kinechain.report.words import messages, say
from made_screening import made_screening, mirrored
from page_reader import Reader

GRADE = 9.0


@pytest.fixture(scope="module")
def screening() -> Screening:
    return made_screening()


@pytest.fixture(scope="module")
def page(screening: Screening) -> str:
    return render_screening(screening, ReportContext("0.0", made_on="2026-01-01", rows=()))


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


def marks(page: str) -> dict[tuple[str, str], str]:
    """Return the verdict's word beside each name in the picture, by side of the picture and link."""
    found = re.findall(
        r'<text class="name"[^>]*text-anchor="(\w+)">(\w+)</text><text class="verdict-word[^>]*>([\w ]+)</text>', page
    )
    return {(anchor, link): verdict for anchor, link, verdict in found}


def test_the_page_is_closed_in_itself_and_has_no_script(page: str) -> None:
    reader = read(page)
    assert "<script" not in page
    assert "http" not in re.sub(r'http-equiv="', "", page)
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_every_link_of_each_side_is_marked_by_its_verdict(page: str) -> None:
    assert marks(page) == {
        ("start", "Foot"): "not measured",  # a person who faces the reader has their right on the reader's left
        ("start", "Ankle"): "fine",
        ("start", "Knee"): "fine",
        ("start", "Hip"): "cannot judge",
        ("end", "Foot"): "not measured",
        ("end", "Ankle"): "limits",
        ("end", "Knee"): "not measured",
        ("end", "Hip"): "cannot judge",
        ("end", "Trunk"): "fine",
    }


def test_left_and_right_exchanged_mirror_the_picture(screening: Screening, page: str) -> None:
    other = {"start": "end", "end": "start"}
    turned = {(other[anchor], link): verdict for (anchor, link), verdict in marks(page).items() if link != "Trunk"}
    exchanged = marks(render_screening(mirrored(screening), ReportContext("0.0", rows=())))
    assert {key: verdict for key, verdict in exchanged.items() if key[1] != "Trunk"} == turned
    assert exchanged["end", "Trunk"] == "fine"


def test_what_holds_back_is_told_with_its_share_and_who_says_so(screening: Screening, page: str) -> None:
    text = read(page).text
    assert "Left ankle" in text
    assert "It explains 78% of the depth that is missing (60% to 93%)." in text
    assert "From: Hoch and McKeon 2011." in text
    assert "What limits a movement is not, for that reason, where the pain comes from." in text
    right = read(render_screening(mirrored(screening), ReportContext("0.0", rows=()))).text
    assert "the ankle (right side) holds your squat back" in right
    assert "Freer: right ankle" in right
    assert "Freer: left ankle" not in right


def test_no_share_is_told_where_findings_merely_go_together(screening: Screening) -> None:
    unknown = Ranged(math.nan, math.nan, math.nan)
    limits = tuple(replace(limit, goal="frontal_plane", share=unknown) for limit in screening.limits)
    (limit,) = read_limits(replace(screening, limits=limits))
    assert limit.share == say("chain.goes_with")
    assert "%" not in limit.share
    named = [one.named for one in read_links(replace(screening, limits=limits))]
    assert not any(named), "what merely goes together is not marked as what costs depth"
    assert sum(one.named for one in read_links(screening)) == 1


def test_a_share_without_an_interval_shows_none(screening: Screening) -> None:
    limits = tuple(replace(limit, share=Ranged(0.5, math.nan, math.nan)) for limit in screening.limits)
    (limit,) = read_limits(replace(screening, limits=limits))
    assert limit.share == "It explains 50% of the depth that is missing."


def test_verdicts_differ_by_shape_and_have_a_word(page: str) -> None:
    outlines = {re.sub(r'class="[^"]*"', "", sign(verdict)) for verdict in VERDICTS}
    assert len(outlines) == len(VERDICTS)
    text = read(page).text
    for verdict in VERDICTS:
        assert say(f"link_verdict_means.{verdict}") in text
    assert set(VERDICTS) == {*(verdict.value for verdict in FindingVerdict), "not_measured"}


def test_one_limiting_finding_makes_a_link_limiting_and_none_makes_it_not_measured(screening: Screening) -> None:
    fine, limits = (
        next(one for one in screening.findings if one.verdict is verdict)
        for verdict in (FindingVerdict.FINE, FindingVerdict.LIMITS)
    )
    unsure = replace(fine, verdict=FindingVerdict.CANNOT_JUDGE, probability=math.nan)
    assert verdict_of([fine, limits, unsure]) == "limits"
    assert verdict_of([unsure, fine]) == "fine"
    assert verdict_of([unsure]) == "cannot_judge"
    past = replace(unsure, probability=0.9)
    assert verdict_of([fine, past]) == "cannot_judge", "a number that is likely past the usual is not passed over"
    assert verdict_of([fine, past, limits]) == "limits"
    assert verdict_of([]) == "not_measured"
    assert [one.link for one in read_links(screening)] == [link for link in LINKS for _ in range(1 if link == "trunk" else 2)]


def test_what_would_change_stands_in_order_with_what_is_changed(screening: Screening) -> None:
    first, second = read_gains(screening)
    assert first.changed == "Knee to wall, distance: 6\xa0cm now, 12\xa0cm then"
    assert first.words == "16° more depth (13° to 19°)"
    assert second.title.endswith("hips")
    unknown = replace(screening.gains[0], gain=Ranged(math.nan, math.nan, math.nan))
    nothing = replace(screening.gains[0], gain=Ranged(0.001, 0.0, 0.04))
    without = replace(screening, gains=(unknown, nothing))
    assert read_gains(without) == ()
    assert (
        "Freeing these would take you no deeper: left ankle." in read(render_screening(without, ReportContext("0.0", rows=()))).text
    )


def test_the_same_measure_of_both_sides_stands_one_below_the_other(screening: Screening) -> None:
    left, right, *others = screening.findings
    text = read(render_screening(replace(screening, findings=(left, *others, right)), ReportContext("0.0", rows=()))).text
    assert re.search(r"Knee to wall, distance left Less than .{1,400}Knee to wall, distance right Not past", text)


def test_a_probability_is_never_told_as_certain(screening: Screening) -> None:
    sure, never = (read_finding(replace(screening.findings[0], probability=one)).sure for one in (1.0, 0.0))
    assert sure.startswith("about 99%")
    assert never.startswith("about 1%")


def test_pain_is_told_by_test_with_what_is_free_of_it(page: str) -> None:
    text = read(page).text
    assert "free of pain up to 68° of knee bend" in text
    assert "free of pain all the way" in text
    assert "where it began was not told" in text
    assert re.search(r"Step-down right not told", text)


def test_nothing_known_still_makes_a_page(screening: Screening) -> None:
    empty = replace(screening, typed=(), pains=(), findings=(), gains=(), limits=(), missing=())
    text = read(render_screening(empty, ReportContext("0.0", rows=()))).text
    assert "No pain was told in any test." in text
    assert text.count("Nothing was measured here.") == len(LINKS)
    assert "What would change" not in text
    assert not re.search(r"\bnan\b", text)


def test_the_section_can_stand_in_another_page_with_ids_of_its_own(screening: Screening) -> None:
    section = chain_section(screening, key="whole")
    ids = re.findall(r'id="([^"]+)"', section)
    assert ids
    assert all(one.startswith("whole") for one in ids)
    assert "<h1" not in section
    assert "Among healthy people" in section
    read(str(section))


def test_the_report_of_a_test_shows_the_chain_where_its_measures_were_judged(screening: Screening, assessment: Assessment) -> None:
    context = ReportContext("0.0", rows=())
    with_chain, without = (render_report(assessment, {}, {}, context, screening=one) for one in (screening, None))
    assert marks(with_chain)["end", "Ankle"] == "limits"
    assert marks(without) == {}
    ids = [str(attributes["id"]) for _, attributes in read(with_chain).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_a_film_that_has_to_be_made_again_has_no_chain(screening: Screening, refilm: Assessment) -> None:
    assert marks(render_report(refilm, {}, {}, ReportContext("0.0", rows=()), screening=screening)) == {}


def test_hostile_words_stay_text(screening: Screening) -> None:
    odd = replace(screening, missing=(replace(screening.missing[0], parameters={"side": "<script>"}),))
    page = render_screening(odd, ReportContext("0.0", rows=()))
    assert "<script" not in page


def test_no_message_of_the_page_is_left_over() -> None:
    folder = files("kinechain.report")
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.startswith("chain")]
    templates = folder / "templates"
    parts = ("chain.html.j2", "chain_details.html.j2", "chain_table.html.j2", "hero.html.j2")
    texts += [(templates / "parts" / name).read_text(encoding="utf-8") for name in parts]
    used = {code for text in texts for code in re.findall(r"""["'](chain\.[a-z_]+)["']""", text)}
    used |= {f"chain.{code}{end}" for code in ("before", "after") for end in ("", "_words")}
    used |= {f"chain.your_{side}" for side in SIDES}
    assert {code for code in messages() if code.startswith("chain.")} == used


def test_the_page_reads_at_fourteen(require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    groups = ("chain.", "link_verdict_means.")
    sentences = [words for code, words in messages().items() if code.startswith(groups) and words.endswith(".")]
    said = "\n".join(re.sub(r"\{[^}]*\}", "some", words) for words in sentences)
    assert len(said.split()) > 150
    measured = (textstat.automated_readability_index(said), textstat.coleman_liau_index(said))
    assert max(measured) < GRADE, f"school years by two measures: {measured}"
