"""A diary comes back as it was written, keeps what a person wrote in it, and says in one sentence what it cannot read."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import Diary, Done, Score, Session, Sitting
from kinechain.io.diary import append_entry, format_diary, format_entry, parse_diary, read_diary, tell_later

DAY = date(2026, 11, 23)
SLOTS = ("knee", "hip")


def plain(code: str, on: date, total: float | None, items: Mapping[str, float]) -> Score:
    """A rule that takes any instrument, and any total but one above 100."""
    if total is None or total > 100.0:
        raise UsageError("a total up to 100", f"{total}", "Look again.")
    return Score(on, code, total, items)


WRITTEN = """\
# My knee, in my own words.
[[score]]
on = 2026-11-22
instrument = "akps"
total = 71

[[session]]   # the first one
on = 2026-11-23
pain_before = 2
pain_during = 4.5
pain_hour_after = 3
pain_next_morning = 2
gave_way = true
note = 'Stairs after, "fine".'
done.knee = [10, 10, 8]
done.hip = { repetitions = [12, 12], effort = 6, pain = 1 }

[[sitting]]
on = 2026-11-23
minutes = 90
breaks = 2
onset_min = 20
knee_flexion_deg = 90
"""


def test_everything_that_may_be_written() -> None:
    diary = parse_diary(WRITTEN, plain, SLOTS)
    assert diary == Diary(
        sessions=(
            Session(
                DAY,
                (Done("knee", (10, 10, 8)), Done("hip", (12, 12), 6.0, 1.0)),
                *(2.0, 4.5, 3.0, 2.0),
                gave_way=True,
                note='Stairs after, "fine".',
            ),
        ),
        sittings=(Sitting(DAY, 90.0, 2, 20.0, math.radians(90.0)),),
        scores=(Score(DAY - timedelta(days=1), "akps", 71.0),),
    )
    assert parse_diary("", plain) == Diary()
    assert parse_diary("\ufeff" + WRITTEN, plain) == diary, "an editor may put a mark before the first letter"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[[session]]", "[[sesion]]", "got 'sesion' in diary.toml. Did you mean session?"),
        (
            "pain_before = 2",
            "pain_before = 12",
            "pain_before of 2026-11-23 between 0 and 10, got 12 (diary.toml, session at line 7)",
        ),
        ("pain_before = 2", 'pain_before = "two"', "Expected pain_before as a number, got 'two'"),
        ("pain_before = 2", "pain_befor = 2", "Expected an entry of a session, got 'pain_befor' (diary.toml, session at line 7)"),
        ("on = 2026-11-23\npain", 'on = "2026-11-23"\npain', "Expected a day such as on = 2026-11-23, got on = '2026-11-23'"),
        ("on = 2026-11-23\npain", "pain", "Expected a day such as on = 2026-11-23, got none"),
        ("done.knee", "done.kne", "got 'kne' (diary.toml, session at line 7). Did you mean knee?"),
        ("[10, 10, 8]", '"10"', "Expected repetitions of done.knee set by set, got '10'"),
        ("[10, 10, 8]", "[10, -1]", "Expected repetitions of 0 and more"),
        ("effort = 6", "efort = 6", "Expected an entry of done.hip, got 'efort'"),
        ("minutes = 90\n", "", "Expected how many minutes in a sitting, got none (diary.toml, sitting at line 18)"),
        ("minutes = 90", "minutes = 9000", "Expected minutes from 0 to 1440, got 9000"),
        ("onset_min = 20", "onset_min = 200", "Expected onset_min from 0 to 90, got 200"),
        ("breaks = 2", "breaks = -2", "Expected breaks of 0 and more, got -2"),
        ("total = 71", "total = 171", "Expected a total up to 100, got 171.0 (diary.toml, score at line 2)"),
        ('instrument = "akps"\n', "", "Expected which instrument a score is of, got none"),
        ("minutes = 90", "minutes = nan", "Expected minutes as a number"),
        ("on = 2026-11-22", "on = 22.11.2026", "breaks its rules"),
        ("gave_way = true", "gave_way = 1", "Expected gave_way as true or false"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old in WRITTEN
    with pytest.raises(DataFileError, match=re.escape(said)):
        parse_diary(WRITTEN.replace(old, new), plain, SLOTS)


def test_days_come_in_order_and_each_tells_a_line_once() -> None:
    days = [DAY + timedelta(days=number) for number in (5, 0, 2)]
    text = "\n".join(format_entry(Session(day, (Done("knee", (10,)),))) for day in days)
    assert [session.on for session in parse_diary(text, plain).sessions] == sorted(days)
    evening = format_entry(Session(DAY, (Done("ankle", (8,)),)))
    assert len(parse_diary(text + evening, plain).sessions) == 4, "a day may hold the strength work and the daily work apart"
    with pytest.raises(DataFileError, match="Expected ankle once a day, got it twice on 2026-11-23"):
        parse_diary(text + evening + evening, plain)
    with pytest.raises(DataFileError, match="Expected akps once a day"):
        parse_diary(2 * format_entry(Score(DAY, "akps", 70.0)), plain)


def test_a_new_session_leaves_all_that_was_there_to_the_letter(tmp_path: Path) -> None:
    path = tmp_path / "diary.toml"
    path.write_text(WRITTEN.rstrip("\n"), encoding="utf-8")  # as some editors leave it
    session = Session(DAY + timedelta(days=2), (Done("knee", (10, 10)),), pain_during=3.0)
    diary = append_entry(path, session, plain, SLOTS)
    text = path.read_text(encoding="utf-8")
    assert text.startswith(WRITTEN.rstrip("\n"))
    assert diary == read_diary(path, plain, SLOTS)
    assert diary.sessions[1] == session
    assert [entry.name for entry in tmp_path.iterdir()] == ["diary.toml"]


def test_a_session_that_does_not_fit_leaves_the_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "diary.toml"
    path.write_bytes(WRITTEN.encode())
    for session in (Session(DAY, (Done("knee", (10,)),)), Session(DAY + timedelta(days=1), (Done("calf", (10,)),))):
        with pytest.raises(DataFileError):
            append_entry(path, session, plain, SLOTS)
    assert path.read_bytes() == WRITTEN.encode()


def test_what_is_told_the_next_morning_is_put_into_its_session(tmp_path: Path) -> None:
    path = tmp_path / "diary.toml"
    first = Session(DAY + timedelta(days=2), (Done("knee", (10, 10)),), pain_during=3.0)
    begun = format_entry(first).replace("on = 2026-11-25\n", "on = 2026-11-25  # cold\n")
    path.write_text("# mine\n" + begun + "# end of it\n\n" + WRITTEN, encoding="utf-8")
    diary = tell_later(path, first.on, {"pain_hour_after": 2.0, "pain_next_morning": 2.5}, plain, SLOTS)
    assert diary.sessions[1] == replace(first, pain_hour_after=2.0, pain_next_morning=2.5)
    later = "[[session]]\non = 2026-11-25  # cold\npain_hour_after = 2\npain_next_morning = 2.5\n"
    rest = "pain_during = 3\ndone.knee = [10, 10]\n# end of it\n\n" + WRITTEN
    assert path.read_text(encoding="utf-8") == "# mine\n" + later + rest


def test_nothing_is_told_later_of_a_day_without_a_session_or_twice(tmp_path: Path) -> None:
    path = tmp_path / "diary.toml"
    written = WRITTEN.replace("\n", "\r\n").encode()
    path.write_bytes(written)
    with pytest.raises(DataFileError, match=re.escape("Expected a [[session]] with on = 2026-11-22")):
        tell_later(path, DAY - timedelta(days=1), {"pain_next_morning": 2.0}, plain)
    with pytest.raises(DataFileError):
        tell_later(path, DAY, {"pain_next_morning": 2.0}, plain)
    assert path.read_bytes() == written


def test_line_ends_stay_as_they_are_and_a_first_entry_makes_the_file(tmp_path: Path) -> None:
    path = tmp_path / "windows.toml"
    path.write_bytes(WRITTEN.replace("\n", "\r\n").encode())
    append_entry(path, Session(DAY + timedelta(days=1), note="Better."), plain)
    assert b"\n" not in path.read_bytes().replace(b"\r\n", b"")
    new = tmp_path / "new.toml"
    append_entry(new, Session(DAY, note="First."), plain)
    assert new.read_text(encoding="utf-8") == '[[session]]\non = 2026-11-23\nnote = "First."\n'


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"Expected a diary\.toml, got none at"):
        read_diary(tmp_path / "diary.toml", plain)
    (tmp_path / "diary.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataFileError, match="plain text"):
        read_diary(tmp_path / "diary.toml", plain)


days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
tenths = st.integers(0, 100).map(lambda number: number / 10.0)
told = st.none() | tenths
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
dones = st.dictionaries(words, st.tuples(st.lists(st.integers(0, 50), max_size=5), told, told), max_size=3)
sessions = st.dictionaries(days, st.tuples(dones, st.tuples(told, told, told, told), st.booleans(), words), max_size=4)
sittings = st.lists(
    st.tuples(days, st.floats(0.0, 1440.0), st.integers(0, 20), st.none() | st.floats(0.0, 1.0), st.none() | st.integers(0, 170)),
    max_size=3,
)
scores = st.dictionaries(
    st.tuples(days, words.filter(bool)), st.tuples(st.floats(-10.0, 100.0), st.dictionaries(words, tenths, max_size=4)), max_size=3
)


@given(sessions, sittings, scores)
def test_a_diary_comes_back_as_it_was_written(
    sessions: dict[date, tuple[Any, ...]], sittings: list[tuple[Any, ...]], scores: dict[tuple[date, str], tuple[Any, ...]]
) -> None:
    diary = Diary(
        tuple(
            Session(on, tuple(Done(slot, tuple(sets), *more) for slot, (sets, *more) in done.items()), *pains, gave_way, note)
            for on, (done, pains, gave_way, note) in sorted(sessions.items())
        ),
        tuple(
            Sitting(on, minutes, breaks, None if share is None else share * minutes, None if bent is None else math.radians(bent))
            for on, minutes, breaks, share, bent in sorted(sittings, key=lambda one: one[0])
        ),
        tuple(Score(on, code, *more) for (on, code), more in sorted(scores.items(), key=lambda one: one[0][0])),
    )
    text = format_diary(diary)
    assert parse_diary(text, plain) == diary
    assert format_diary(parse_diary(text, plain)) == text
