"""A calendar that any calendar can read: by hand-known lines, by the rules of RFC 5545, and by reading it back."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from kinechain.io.calendar import Event, format_calendar

MONDAY = date(2026, 1, 5)
STAMP = date(2026, 1, 2)
STRENGTH = Event("one@kinechain", MONDAY, "Strength", "Squat: 3 × 10", time(18), 40, (0, 2, 4), date(2026, 3, 29))
READING = Event("two@kinechain", MONDAY, "To read", "What the pain is")


def lines(*events: Event, version: int = 0) -> list[str]:
    return format_calendar(events, "Program", STAMP, version).decode("utf-8").replace("\r\n ", "").split("\r\n")


def read_back(*events: Event) -> list[tuple[object, ...]]:
    found = Calendar.from_ical(format_calendar(events, "Program", STAMP, 0))
    return [(str(one["uid"]), one["dtstart"].dt, str(one["summary"]), str(one["description"])) for one in found.walk("VEVENT")]


def test_the_lines_of_a_small_calendar_are_known_by_hand() -> None:
    told = lines(STRENGTH, READING, version=2)
    assert told[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert told[-2:] == ["END:VCALENDAR", ""]
    strength = told[told.index("BEGIN:VEVENT") : told.index("END:VEVENT")]
    assert set(strength) == {
        "BEGIN:VEVENT",
        "UID:one@kinechain",
        "DTSTAMP:20260102T000000Z",
        "SEQUENCE:2",
        "SUMMARY:Strength",
        "DESCRIPTION:Squat: 3 × 10",
        "DTSTART:20260105T180000",
        "DTEND:20260105T184000",
        "RRULE:FREQ=WEEKLY;UNTIL=20260329T180000;BYDAY=MO,WE,FR",
    }
    assert {"DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260106", "TRANSP:TRANSPARENT"} <= set(told)


def test_what_a_calendar_must_have_is_there_once() -> None:
    told = lines(STRENGTH, READING)
    for needed in ("PRODID", "VERSION", "CALSCALE"):
        assert len([line for line in told if line.startswith(f"{needed}:")]) == 1
    assert not [line for line in told if line.startswith(("VTIMEZONE", "METHOD"))], "local times need no zone"


def test_lines_end_as_they_must_and_none_is_longer_than_75_bytes() -> None:
    long = Event("three@kinechain", MONDAY, "Kräftigung, Knie; Hüfte \\ Fuß " * 5, "Zeile eins\nZeile zwei " * 30)
    raw = format_calendar((long, STRENGTH), "Program", STAMP, 0)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.endswith(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert read_back(long)[0][2:] == (long.summary, long.description)


def test_commas_semicolons_backslashes_and_line_ends_are_written_as_the_rules_say() -> None:
    told = lines(Event("four@kinechain", MONDAY, "a, b; c \\ d", "one\ntwo"))
    assert "SUMMARY:a\\, b\\; c \\\\ d" in told
    assert "DESCRIPTION:one\\ntwo" in told


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=200).map(lambda text: text.strip() or "x")


#: Parts of an event; it is put together in the test, since checked types draw by chance.
PARTS = st.fixed_dictionaries(
    {
        "uid": WORDS,
        "summary": WORDS,
        "description": WORDS,
        "day": st.integers(0, 300),
        "at": st.none() | st.times().map(lambda told: told.replace(microsecond=0)),
        "minutes": st.integers(1, 90),
        "more_days": st.lists(st.integers(0, 6), max_size=6),
        "weeks": st.none() | st.integers(0, 20),
    }
)


def put_together(
    uid: str, summary: str, description: str, day: int, at: time | None, minutes: int, more_days: list[int], weeks: int | None
) -> Event:
    on = MONDAY + timedelta(days=day)
    if weeks is None:
        return Event(uid, on, summary, description, at, minutes)
    weekdays = tuple(dict.fromkeys((on.weekday(), *more_days)))
    return Event(uid, on, summary, description, at, minutes, weekdays, on + timedelta(weeks=weeks))


@settings(max_examples=60, deadline=None)
@given(st.lists(PARTS, max_size=4))
def test_whatever_is_written_can_be_read_and_nothing_is_lost(parts: list[dict[str, Any]]) -> None:
    some = [put_together(**one) for one in parts]
    raw = format_calendar(some, "Program", STAMP, 1)
    assert raw == format_calendar(some, "Program", STAMP, 1)
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    found = Calendar.from_ical(raw)
    assert not found.errors
    for event, told in zip(some, found.walk("VEVENT"), strict=True):
        assert not told.errors
        begins = event.on if event.at is None else datetime.combine(event.on, event.at)
        assert (str(told["uid"]), str(told["summary"]), str(told["description"])) == (event.uid, event.summary, event.description)
        assert told["dtstart"].dt == begins
        rule = told.get("rrule")
        assert (rule is not None) == bool(event.weekdays)
        if rule is not None:
            assert type(rule["UNTIL"][0]) is type(begins), "the end is written as the start is"
            assert rule["UNTIL"][0] >= begins


def test_an_event_that_does_not_begin_on_its_weekdays_is_refused() -> None:
    with pytest.raises(ValueError, match="begin on one of its weekdays"):
        Event("five@kinechain", MONDAY, "Strength", "", time(18), 40, (1, 3), date(2026, 3, 29))
