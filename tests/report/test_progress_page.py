"""Weeks of training on a page: what was told is there, what was not is left out, and nothing more is said than the numbers bear."""

import math
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from types import ModuleType

import pytest

from kinechain.core.training import Because, Diary, Done, Part, Score, Session, Sitting
from kinechain.core.types import Measure, Ranged
from kinechain.program.adapting import Adherence, Impulse
from kinechain.program.outcomes import score
from kinechain.program.retest import Better, Retest, Seen, compare, unjudged
from kinechain.report.context import ReportContext
from kinechain.report.progress_page import render_progress
from kinechain.report.progress_reading import Progress, pains, read_progress, shown
from kinechain.report.words import messages
from page_reader import Reader

START = date(2026, 9, 7)
CONTEXT = ReportContext("0.1.0", "23 November 2026", rows=())
#: School years that the words may take to read.
GRADE = 9.0
TAPE = "knee-to-wall.powden-2015-one-cm"


def at(week: int, day: int = 0) -> date:
    return START + timedelta(days=7 * week + day)


def measure(code: str, value: float, half: float, unit: str, **more: object) -> Measure:
    return Measure(code, "left", None, value, value - half, value + half, unit, "", parameters=dict(more))


def wall(before_cm: float, after_cm: float) -> Retest:
    first, second = (measure("knee_to_wall_cm", value / 100.0, 0.01127, "m") for value in (before_cm, after_cm))
    return compare(first, second, Better.MORE, TAPE)


SESSIONS = (
    Session(at(0), (Done("knee", (10, 10), pain=4.0),), 3.0, 3.5, None, 3.0),
    Session(at(0, 2), (Done("knee", (10, 10)),), 3.0, 6.5, None, 4.0),
    Session(at(1), (Done("knee", (10, 10)),), 3.0, 3.0, None, None, note='<script>alert("1")</script>'),
)
SCORES = (score("akps", START, 66.0), score("akps", at(6), 81.0), score("worst_pain", START, 5.0), score("worst_pain", at(6), 4.0))
WHOLE = Progress(
    START,
    Diary(SESSIONS, (), SCORES),
    usual_pain=3.0,
    kept=(Adherence(1, Part.STRENGTH, 3, 2), Adherence(1, Part.DAILY, 7, 1), Adherence(2, Part.STRENGTH, 3, 1)),
    impulses=(
        Impulse(at(0), 1, "knee", (Ranged(10.0, 5.0, 20.0), Ranged(10.0, 5.0, 20.0))),
        Impulse(at(0), 1, "hip", (Ranged(4.0, 2.0, 8.0),)),
        Impulse(at(1), 2, "knee", (Ranged(math.nan, math.nan, math.nan),)),
        Impulse(at(1), 2, "hip", (Ranged(6.0, 3.0, 9.0),)),
    ),
    retests=(
        wall(7.5, 9.6),
        unjudged(
            measure("calf_length", 0.5, 0.1, "rad"),
            measure("calf_length", 0.7, 0.1, "rad"),
            Because("retest.because.protocol", {"what": "footwear", "before": "socks", "after": "shoes"}),
        ),
    ),
)


def page_of(progress: Progress) -> tuple[str, Reader]:
    html = render_progress(progress, CONTEXT)
    reader = Reader()
    reader.feed(html)
    assert reader.open == [], "every element is closed"
    return html, reader


def test_the_page_tells_what_was_told() -> None:
    html, reader = page_of(WHOLE)
    for sentence in (
        "3 sessions in 2 weeks.",
        "Better: Anterior Knee Pain Scale (AKPS); Knee to wall, distance, left.",
        "Of 3 sessions, 1 went above 5.",
        "The next morning is still open for 1 session.",
        "3 of 6 planned strength sessions were done so far.",
        "In 1 session a part is left out",
        "A change of 13 or more counts for this score, and this one does.",
        "A change of 2 or more would count; a smaller one may be chance.",
        "+2.1 cm (+0.5 cm to +3.7 cm)",
        "footwear was socks before and is shoes now",
    ):
        assert sentence in reader.text, sentence
    ids = [str(attributes["id"]) for _, attributes in reader.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [one for _, attributes in reader.all("svg") if (one := attributes.get("aria-labelledby"))]
    assert len(named) == 6, "pain, sessions kept, load, two scores and one test"
    assert all(name in ids for names in named for name in str(names).split())
    assert not reader.all("script", "img", "iframe", "link")
    assert "alert" not in html, "a note is not shown, and nothing of it runs"


def test_every_reference_leads_to_a_row() -> None:
    _, reader = page_of(WHOLE)
    targets = {f"#{attributes['id']}" for _, attributes in reader.elements if "id" in attributes}
    links = [str(attributes["href"]) for _, attributes in reader.all("a")]
    assert sorted(link for link in links if link.startswith("#source-")) == [f"#source-{number}" for number in range(1, 5)]
    assert set(links) <= targets


def test_what_was_not_told_is_left_out() -> None:
    _, reader = page_of(Progress(START, Diary()))
    assert "Nothing has been told yet." in reader.text
    assert "No pain was told in any session yet." in reader.text
    assert not any("aria-labelledby" in attributes for _, attributes in reader.all("svg"))
    assert "Scores" not in reader.text
    assert "Tests, before and now" not in reader.text
    _, reader = page_of(Progress(START, Diary((Session(START, pain_before=2.0),))))
    assert "1 session in 1 week." in reader.text
    assert "your own usual level is" not in reader.text.casefold()


def test_scores_that_cannot_be_compared_are_not_joined_by_a_line() -> None:
    points = ({"stairs": 2.0, "running": 2.0, "kneeling": 2.0}, {"stairs": 8.0, "running": 8.0, "sitting": 8.0})
    other = Diary((), (), tuple(score("psfs", at(week), items=each) for week, each in zip((0, 6), points, strict=True)))
    html, reader = page_of(Progress(START, other))
    assert "The activities are not the same as the first time" in reader.text
    assert "score-psfs" not in html


def test_a_long_program_names_as_many_weeks_as_there_is_room_for() -> None:
    long = tuple(Adherence(week, Part.STRENGTH, 3, week % 4) for week in range(1, 53))
    html, _ = page_of(replace(WHOLE, kept=long))
    svg = html[html.index('id="kept-title"') : html.index("</svg>", html.index('id="kept-title"'))]
    assert svg.count('class="bar done"') == 52
    assert re.findall(r'class="tick"[^>]*dominant-baseline="hanging">(\d+)<', svg) == [str(week) for week in range(4, 53, 4)]


def test_sitting_is_told_with_what_to_try_and_on_what_that_rests() -> None:
    sat = tuple(Sitting(at(0, day), 90.0, breaks=1, onset_min=onset) for day, onset in enumerate((10.0, 12.0, 14.0)))
    _, reader = page_of(Progress(START, Diary((), sat)))
    assert "you sat 90 minutes a day, at most 45 of them without a break. It began to hurt after 12 minutes" in reader.text
    assert "It begins to hurt sooner than with people in a study" in reader.text
    assert "Stand up or stretch the leg before that." in reader.text
    assert read_progress(WHOLE).sitting == "", "who told of no sitting reads nothing of it"


def test_a_knee_that_gave_way_comes_first() -> None:
    reading = read_progress(replace(WHOLE, diary=Diary((replace(SESSIONS[0], gave_way=True),))))
    assert reading.lead[0] == "The knee gave way in 1 session. Show that to a clinician before you go on."


def test_worse_is_told_before_better_and_no_change_as_such() -> None:
    worse = Diary((), (), (score("worst_pain", START, 2.0), score("worst_pain", at(3), 5.0)))
    reading = read_progress(replace(WHOLE, diary=worse))
    assert [line.partition(":")[0] for line in reading.lead] == ["Worse", "Better"]
    quiet = read_progress(Progress(START, Diary((), (), (score("akps", START, 60.0), score("akps", at(6), 66.0)))))
    assert quiet.lead == ("No score and no test shows a change yet that is more than chance.",)


def test_the_worst_pain_of_a_session_is_that_of_its_lines_too() -> None:
    assert pains(SESSIONS[0]) == {"before": 3.0, "during": 4.0, "morning": 3.0}


def test_loads_of_a_session_add_up_as_far_as_they_are_known() -> None:
    assert WHOLE.loads == ((at(0), Ranged(24.0, 12.0, 48.0)), (at(1), Ranged(6.0, 3.0, 9.0)))


@pytest.mark.parametrize(
    ("value", "unit", "signed", "said"),
    [
        (Ranged(0.019, 0.003, 0.035), "m", True, "+1.9 cm (+0.3 cm to +3.5 cm)"),
        (Ranged(math.radians(-2.0), math.radians(-10.0), math.radians(6.0)), "rad", True, "−2° (−10° to +6°)"),
        (Ranged(45.0, 44.0, math.inf), "s", False, "at least 45.0 s"),
        (Ranged(-20.0, -math.inf, -18.0), "s", True, "at most −20.0 s"),
        (Ranged(3.0, math.nan, math.nan), "1", False, "3.0"),
        (Ranged(math.nan, math.nan, math.nan), "m", False, "unknown"),
    ],
)
def test_numbers_read_with_their_interval(value: Ranged, unit: str, signed: bool, said: str) -> None:
    assert shown(value, unit, signed=signed).replace("\xa0", " ") == said


def dot(html: str, key: str, kind: str) -> tuple[float, float]:
    """The place of the first dot of a kind in a picture."""
    svg = html[html.index(f'id="{key}-title"') :]
    found = re.search(rf'<circle class="mark {kind}" cx="([\d.]+)" cy="([\d.]+)"', svg)
    assert found is not None
    return float(found[1]), float(found[2])


def test_a_test_that_left_the_band_is_drawn_outside_of_it() -> None:
    for after_cm, outside in ((9.6, True), (9.0, False)):
        html, _ = page_of(replace(WHOLE, retests=(wall(7.5, after_cm),)))
        svg = html[html.index('id="retest-0-title"') :]
        band = re.search(r'<rect class="noise" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"', svg)
        assert band is not None
        right = float(band[1]) + float(band[2])
        assert (dot(html, "retest-0", "after")[0] > right) is outside
        assert dot(html, "retest-0", "before")[0] == pytest.approx(float(band[1]) + 0.5 * float(band[2]), abs=0.2)


def test_more_pain_is_drawn_higher_and_the_limit_lies_between() -> None:
    html, _ = page_of(WHOLE)
    svg = html[html.index('id="pain-title"') :]
    during = [float(y) for y in re.findall(r'<circle class="mark during" cx="[\d.]+" cy="([\d.]+)"', svg)[:3]]
    limit = float(re.findall(r'<line class="level"[^>]* y1="([\d.]+)"', svg)[0])
    assert during[1] < limit < during[0] < during[2]


def test_the_same_weeks_make_the_same_page() -> None:
    again = replace(WHOLE, diary=Diary(SESSIONS, (), tuple(Score(**vars(one)) for one in SCORES)))
    assert render_progress(WHOLE, CONTEXT) == render_progress(again, CONTEXT)


def test_the_page_reads_at_fourteen(require_oracle: Callable[[str], ModuleType]) -> None:
    textstat = require_oracle("textstat")
    groups = ("progress.", "retest.", "outcome.because.", "diary.")
    sentences = [words for code, words in messages().items() if code.startswith(groups) and words.endswith(".")]
    said = "\n".join(re.sub(r"\{[^}]*\}", "some", words) for words in sentences)
    assert len(said.split()) > 150
    measured = (textstat.automated_readability_index(said), textstat.coleman_liau_index(said))
    assert max(measured) < GRADE, f"school years by two measures: {measured}"


def test_no_message_of_the_page_is_left_over() -> None:
    folder = files("kinechain.report")
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.startswith("progress")]
    texts.append((folder / "templates" / "progress.html.j2").read_text(encoding="utf-8"))
    used = {code for text in texts for code in re.findall(r"""["']((?:progress|retest)\.[a-z_]*[a-z])["']""", text)}
    used |= {f"progress.{seen.value}" for seen in (Seen.BETTER, Seen.WORSE)}
    used |= {f"progress.limit_{code}" for code in ("pain", "cause", "seen")}
    used |= {f"progress.line_{name}" for name in pains(SESSIONS[0])}
    used |= {f"retest.{when}" for when in ("before", "after")}
    told = {code for code in messages() if code.startswith(("progress.", "retest.")) and not code.startswith("retest.because")}
    assert told == used
