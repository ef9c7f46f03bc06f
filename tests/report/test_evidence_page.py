"""The page of claims: well formed, closed in itself, every claim there with what stands behind it, and readable at fourteen."""

import re
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest

from kinechain.evidence.claims import Claim, ClaimFinding, claims
from kinechain.evidence.effects import Effect, Group
from kinechain.evidence.ledger import Study
from kinechain.report.context import ReportContext
from kinechain.report.evidence_page import render_evidence
from kinechain.report.evidence_reading import ClaimReading, effect_number, read_claim, short_name
from kinechain.report.evidence_text import claim_lines
from page_reader import Reader

#: School years that a fourteen-year-old has behind them, about; both measures count so.
GRADE = 9.0


@pytest.fixture(scope="module")
def readings() -> list[ClaimReading]:
    return [read_claim(claim) for claim in claims().values()]


@pytest.fixture(scope="module")
def page(readings: list[ClaimReading]) -> str:
    return render_evidence(readings, ReportContext("0.0", made_on="2026-01-01", rows=()))


@pytest.fixture(scope="module")
def reader(page: str) -> Reader:
    return read(page)


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    return reader


class PatientPart(Reader):
    """Keeps the words of headings and paragraphs that stand on the page before anything is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def handle_data(self, data: str) -> None:
        inside = set(self.open)
        if inside & {"p", "h3"} and not inside & {"details", "style", "svg", "header", "footer", "span"}:
            self.said.append(data)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        if tag in ("p", "h3"):
            self.said.append("\n")


def patient_part(page: str) -> str:
    reader = PatientPart()
    reader.feed(page)
    lines = [re.sub(r"\s+", " ", line).strip() for line in "".join(reader.said).split("\n")]
    return "\n".join(line for line in lines if line)


def test_the_page_is_closed_in_itself_and_names_nothing_outside(page: str, reader: Reader) -> None:
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)=["'](?!#)""", page)
    ids = [attributes["id"] for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {str(attributes["href"]) for _, attributes in reader.all("a")}
    assert {link.removeprefix("#") for link in links} <= set(ids)


def test_every_claim_is_listed_once_and_told_once_with_verdict_and_studies(readings: list[ClaimReading], reader: Reader) -> None:
    for reading in readings:
        letter = reading.claim.letter
        assert [attributes["id"] for _, attributes in reader.all("article")].count(f"claim-{letter}") == 1
        assert reader.text.count(reading.statement) == 1
        assert reading.found in reader.text
        for finding in reading.findings:
            assert finding.short in reader.text
        for study in reading.studies:
            assert study.identifier in reader.text
    assert len(reader.all("details")) == len(readings)


def test_what_holds_comes_first_and_what_was_found_otherwise_last(readings: list[ClaimReading], page: str) -> None:
    order = [page.index(f'id="{verdict}"') for verdict in ("supported", "partly", "overstated", "unsupported", "contradicted")]
    assert order == sorted(order)
    whole = sum(reading.claim.verdict == "supported" for reading in readings)
    assert f"Of {len(readings)} things people are told about sore knees, {whole} hold" in page


def test_the_page_of_one_claim_is_headed_by_it_and_shows_its_studies_at_once(readings: list[ClaimReading]) -> None:
    one = next(reading for reading in readings if reading.claim.letter == "f")
    reader = read(render_evidence([one], ReportContext("0.0", rows=())))
    assert reader.all("details") == []
    assert reader.text.count(one.statement) == 1
    assert "18 healthy people" in reader.text


def test_a_summary_is_drawn_and_told(readings: list[ClaimReading], reader: Reader) -> None:
    pools = [pool for reading in readings for pool in reading.pools]
    assert pools
    drawn = [attributes for _, attributes in reader.all("svg") if "forest" in str(attributes.get("class"))]
    assert len(drawn) == len(pools)
    for reading in readings:
        text = "\n".join(str(line) for line in claim_lines(reading))
        for pool in reading.pools:
            assert pool.forest.lines[0].name in text
        for refusal in reading.refused:
            assert refusal.why in text


def test_a_reader_who_disagrees_sees_what_each_finding_weighs_and_why(readings: list[ClaimReading]) -> None:
    one = next(reading for reading in readings if reading.claim.letter == "f")
    text = " ".join(str(line) for line in claim_lines(one))
    assert "Weight: very low, as there were few people and it is of other people or another outcome." in text
    assert one.why in text


def test_hostile_words_stay_text(readings: list[ClaimReading]) -> None:
    odd = replace(readings[0], statement='<b onclick="x">knees</b> & more', found="<script>alert(1)</script>")
    page = render_evidence([odd], ReportContext("0.0", rows=()))
    assert "<script" not in page
    assert "<b onclick" not in page
    assert "&lt;b onclick" in page


def test_a_claim_without_any_finding_says_so() -> None:
    bare = replace(read_claim(claims()["f"]), findings=(), pools=(), refused=(), model=())
    assert "No study of it was found." in read(render_evidence([bare], ReportContext("0.0", rows=()))).text
    assert "No study of it was found." in "\n".join(str(line) for line in claim_lines(bare))


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (
            {"measure": "MD", "unit": "point", "estimate": -3.3, "low": -5.6, "high": -1.1},
            "difference −3.3 points, 95% interval −5.6 to −1.1",
        ),
        ({"measure": "P", "p": 0.001, "p_below": True}, "P\xa0<\xa00.001"),
        ({"measure": "OR", "estimate": 9.6, "low": 2.2, "high": 48.8}, "odds ratio 9.6, 95% interval 2.2 to 48.8"),
        (
            {"measure": "SMD", "estimate": 0.5, "level": 0.9, "low": 0.1, "high": 0.9},
            "standardized difference 0.5, 90% interval 0.1 to 0.9",
        ),
        ({"measure": "mean", "unit": "deg", "groups": (Group("pain", 7.6, 7.0), Group("none", 1.2))}, "pain 7.6 ± 7, none 1.2°"),
        ({"measure": "text", "note": "More."}, ""),
        ({"measure": "LR", "estimate": 5.0, "cases": 1}, "likelihood ratio 5, 1 case"),
    ],
)
def test_an_effect_reads_as_its_source_gives_it(effect: dict[str, object], said: str) -> None:
    row: dict[str, object] = {"key": "x", "study": "y", "outcome": "o", "comparison": "c", "unit": "1", "kind": "measured"}
    assert effect_number(Effect(**(row | effect))) == said


@pytest.mark.parametrize(
    ("authors", "year", "name"),
    [
        ("Giles LS, Webster KE, Cook J", 2015, "Giles and others 2015"),
        ("Souza RB, Powers CM", 2009, "Souza and Powers 2009"),
        ("de Leva P", 1996, "de Leva 1996"),
        ("Giles and others", None, "Giles and others"),
        ("not named where it was read", 2021, "Study of 2021"),
        ("OpenSim authors", 2026, "OpenSim authors 2026"),
    ],
)
def test_a_study_goes_by_a_short_name(authors: str, year: int | None, name: str) -> None:
    assert short_name(Study("key", authors, "doi 10.1000/1", "abstract", year)) == name


def test_a_study_whose_authors_are_not_known_goes_by_its_people() -> None:
    study = Study("key", "not named where it was read", "some.page", "abstract", 2021, n=116)
    assert short_name(study) == "Study of 116 people 2021"


def test_a_gap_is_left_out_and_never_printed(readings: list[ClaimReading]) -> None:
    for reading in readings:
        for finding in reading.findings:
            for words in (finding.people, finding.measured, finding.number, finding.short):
                assert not re.search(r"\b(nan|None)\b", words), words


def test_the_patients_part_reads_at_fourteen(page: str, require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    said = patient_part(page)
    assert len(said.split()) > 1500, "all claims are in it"
    measured = (textstat.automated_readability_index(said), textstat.coleman_liau_index(said))
    assert max(measured) < GRADE, f"school years by two measures: {measured}"


def test_no_claim_alone_is_harder_to_read(readings: list[ClaimReading], require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    for one in readings:
        said = "\n".join((one.statement, one.plain_verdict, one.plain_sureness, one.found, one.does, one.gap))
        measured = (textstat.automated_readability_index(said), textstat.coleman_liau_index(said))
        assert max(measured) < GRADE, f"claim {one.claim.letter}: {measured}"


def test_the_measure_tells_hard_words_from_plain_ones(require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    hard = (
        "Electromyographic investigations demonstrated statistically significant augmentation of vastus medialis obliquus "
        "activation throughout progressively increasing tibiofemoral flexion, notwithstanding considerable heterogeneity."
    )
    for measure in (textstat.automated_readability_index, textstat.coleman_liau_index):
        assert measure(hard) > GRADE + 5.0


def test_a_claims_code_that_is_unknown_has_no_words() -> None:
    nobody = Claim("z", "nobody", "seen", (ClaimFinding("giles-2015", "supports", "this"),), "partly", "low")
    with pytest.raises(KeyError, match="message catalogue"):
        read_claim(nobody)
