"""How is a diary of training written down? `diary.toml`: sessions, sittings and scores, each a table that a hand can write.

    [[session]]
    on = 2026-11-23
    pain_before = 2
    pain_during = 4
    pain_next_morning = 2
    done.knee = [10, 10, 8]
    done.hip = { repetitions = [12, 12], effort = 6, pain = 1 }

What is left out was not told. What an outcome score may hold is for `program.outcomes` to say: its rule is handed in. A new entry
is put behind all that is there, what is told of a session later under its heading: a person's own remarks stay as they are.
"""

import math
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.names import mend
from kinechain.core.training import Diary, Done, Score, Session, Sitting
from kinechain.io.toml_text import write_key, write_value
from kinechain.io.whole import write_whole

#: The name of the file in a program's folder.
NAME = "diary.toml"
Entry = Session | Sitting | Score
#: Makes a score of its instrument, day, total and items, or raises UsageError.
Scoring = Callable[[str, date, float | None, Mapping[str, float]], Score]

_One = TypeVar("_One", Session, Sitting, Score)

_KINDS = ("session", "sitting", "score")
_PAINS = ("pain_before", "pain_during", "pain_hour_after", "pain_next_morning")
_SESSION = ("on", *_PAINS, "gave_way", "note", "done")
_DONE = ("repetitions", "effort", "pain")
_SITTING = ("on", "minutes", "breaks", "onset_min", "knee_flexion_deg")
_SCORE = ("on", "instrument", "total", "items")
_MOST_FLEXION_DEG = 170.0
_DAY_MINUTES = 1440.0
#: Degrees are written to this many decimals: more than anybody can tell, and enough to come back the same.
_DECIMALS = 9


def read_diary(path: Path, scoring: Scoring, slots: Collection[str] | None = None) -> Diary:
    """Read a `diary.toml`; see `parse_diary`. Raises DataFileError, also where the file cannot be read."""
    return parse_diary(_text_of(path), scoring, slots, str(path))


def parse_diary(text: str, scoring: Scoring, slots: Collection[str] | None = None, name: str = NAME) -> Diary:
    """Return what the text of a diary tells, each kind in the order of its days; `name` is what errors call the file.

    `slots` are the lines of the program that may be done; None where any may. Raises DataFileError for a name or a value that makes
    no sense, and for a line of the program or an instrument that is told twice on one day; it says which entry, and on which line.
    """
    document = _document(text, name)
    sessions = _entries(document, "session", text, name, lambda table: _session(table, slots))
    sittings = _entries(document, "sitting", text, name, _sitting)
    scores = _entries(document, "score", text, name, lambda table: _score(table, scoring))
    _require_once(((one.on, done.slot) for one in sessions for done in one.done), name)
    _require_once(((one.on, one.instrument) for one in scores), name)
    return Diary(_by_day(sessions), _by_day(sittings), _by_day(scores))


def format_diary(diary: Diary) -> str:
    """Return a diary as the text of a `diary.toml`; reading it gives the diary back."""
    entries: list[Entry] = [*diary.sessions, *diary.sittings, *diary.scores]
    return "\n".join(map(format_entry, entries))


def format_entry(entry: Entry) -> str:
    """Return one entry as the table that stands for it; what was not told is left out."""
    kind, table = _table_of(entry)
    return "".join([f"[[{kind}]]\n", *(f"{name} = {value}\n" for name, value in _told(table).items())])


def append_entry(path: Path, entry: Entry, scoring: Scoring, slots: Collection[str] | None = None) -> Diary:
    """Put an entry behind all that stands in a diary, whole or not at all, and return the diary as it then is.

    All that was there stays to the letter. A file that is not there yet begins with the entry. Raises DataFileError where the file
    is no diary, or would be none with the entry in it (a line told twice on one day), and OutputError where it cannot be written.
    """
    before = _text_of(path) if path.exists() else ""
    end = _line_end(before)
    gap = "" if not before.strip() else end if before.endswith("\n") else 2 * end
    return _written(path, before + gap + format_entry(entry).replace("\n", end), scoring, slots)


def tell_later(path: Path, on: date, pains: Mapping[str, float], scoring: Scoring, slots: Collection[str] | None = None) -> Diary:
    """Write pain that was told later under the session of a day, whole or not at all, and return the diary as it then is.

    `pains` are by the name of their field, none of which the session has yet. All else stays to the letter. Raises DataFileError
    where there is no such session under a [[session]] of its own.
    """
    lines = _text_of(path).splitlines(keepends=True)
    day = re.compile(rf"\s*on\s*=\s*{on.isoformat()}\b")
    place = next((number for number, line in enumerate(lines) if day.match(line) and _heading(lines[:number]) == "session"), None)
    if place is None:
        do = "Write the pain into it by hand."
        raise DataFileError(f"a [[session]] with on = {on} on a line of its own", f"none in {path}", do)
    end = "\r\n" if lines[place].endswith("\r\n") else "\n"
    told = [f"{name} = {write_value(_short(pain))}{end}" for name, pain in pains.items()]
    after = "".join([*lines[:place], lines[place].rstrip("\r\n") + end, *told, *lines[place + 1 :]])
    return _written(path, after, scoring, slots)


def _written(path: Path, text: str, scoring: Scoring, slots: Collection[str] | None) -> Diary:
    """Write what reads as a diary, and return it."""
    diary = parse_diary(text, scoring, slots, str(path))
    write_whole(path, text, replace=True)
    return diary


def _line_end(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _told(table: Mapping[str, Any]) -> dict[str, str]:
    """Return the names of a table and what is written behind them, without what was not told."""
    return {name: write_value(value) for name, value in table.items() if value is not None}


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        document = tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise DataFileError("a TOML file", f"{name}, which breaks its rules ({error})", "Mend the line it names.") from error
    for kind in document:
        if kind not in _KINDS:
            raise DataFileError("[[session]], [[sitting]] or [[score]]", f"{kind!r} in {name}", mend(kind, _KINDS))
    return document


def _heading(lines: list[str]) -> str:
    """Return the kind of entry that the last heading of some lines begins."""
    headings = (match.group(1) for line in reversed(lines) if (match := re.match(r"\s*\[\[\s*(\w+)\s*\]\]", line)))
    return next(headings, "")


def _text_of(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise DataFileError(f"a {NAME}", f"none at {path}", "kinechain plan writes one to fill in, beside its program.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"a {NAME} in plain text", f"{path}, which cannot be read ({error})", "Save it as UTF-8.") from error


def _entries(document: Mapping[str, Any], kind: str, text: str, name: str, make: Callable[[dict[str, Any]], _One]) -> list[_One]:
    """Return the entries of one kind as they stand in the file; an error names the entry and its line."""
    tables = document.get(kind, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DataFileError(
            f"every {kind} under [[{kind}]]", f"{kind} written otherwise in {name}", f"Write [[{kind}]] above each."
        )
    lines = _headings(text, kind)
    made = []
    for number, table in enumerate(tables):
        try:
            made.append(make(table))
        except UsageError as error:
            place = f"line {lines[number]}" if len(lines) == len(tables) else f"{kind} {number + 1}"
            raise DataFileError(error.expected, f"{error.got} ({name}, {kind} at {place})", error.do) from error
    return made


def _headings(text: str, kind: str) -> list[int]:
    """Return the numbers of the lines, from 1, on which an entry of a kind begins."""
    return [number for number, line in enumerate(text.split("\n"), start=1) if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)]


def _by_day(entries: list[_One]) -> tuple[_One, ...]:
    return tuple(sorted(entries, key=lambda one: one.on))


def _require_once(keys: Iterable[tuple[date, str]], name: str) -> None:
    known: set[tuple[date, str]] = set()
    for on, what in keys:
        if (on, what) in known:
            raise DataFileError(f"{what} once a day", f"it twice on {on} in {name}", "Put both into one, or mend a date.")
        known.add((on, what))


def _session(table: Mapping[str, Any], slots: Collection[str] | None) -> Session:
    _only(table, _SESSION, "a session")
    done = table.get("done", {})
    if not isinstance(done, dict):
        raise UsageError("what was done by line, such as done.knee = [10, 10, 8]", f"done = {done!r}", "Name the line.")
    return Session(
        on=_day(table),
        done=tuple(_done(slot, told, slots) for slot, told in done.items()),
        gave_way=_of_kind(table, "gave_way", bool, "true or false", False),
        note=_of_kind(table, "note", str, "words in quotes", ""),
        **{pain: _number(table, pain) for pain in _PAINS},
    )


def _done(slot: str, told: Any, slots: Collection[str] | None) -> Done:
    if slots is not None and slot not in slots:
        raise UsageError("a line of the program under done", repr(slot), mend(slot, slots))
    table = told if isinstance(told, dict) else {"repetitions": told}
    _only(table, _DONE, f"done.{slot}")
    sets = table.get("repetitions", [])
    if not isinstance(sets, list) or not all(isinstance(count, int) and not isinstance(count, bool) for count in sets):
        raise UsageError(f"repetitions of done.{slot} set by set", repr(sets), "Write them like [10, 10, 8].")
    return Done(slot, tuple(sets), _number(table, "effort"), _number(table, "pain"))


def _sitting(table: Mapping[str, Any]) -> Sitting:
    _only(table, _SITTING, "a sitting")
    minutes = _number(table, "minutes", 0.0, _DAY_MINUTES)
    if minutes is None:
        raise UsageError("how many minutes in a sitting", "none", "Add minutes = 60.")
    onset, flexion = _number(table, "onset_min", 0.0, minutes), _number(table, "knee_flexion_deg", 0.0, _MOST_FLEXION_DEG)
    breaks = _of_kind(table, "breaks", int, "a whole number", 0)
    if breaks < 0:
        raise UsageError("breaks of 0 and more", f"{breaks}", "Look for a slip.")
    return Sitting(_day(table), minutes, breaks, onset, None if flexion is None else math.radians(flexion))


def _score(table: Mapping[str, Any], scoring: Scoring) -> Score:
    _only(table, _SCORE, "a score")
    instrument = _of_kind(table, "instrument", str, "words in quotes", "")
    if not instrument:
        raise UsageError("which instrument a score is of", "none", 'Add instrument = "akps".')
    items = table.get("items", {})
    if not isinstance(items, dict):
        raise UsageError("points by item, such as items.limp = 5", f"items = {items!r}", "Name each item.")
    points = {name: _number(items, name) for name in items}
    return scoring(
        instrument, _day(table), _number(table, "total"), {name: each for name, each in points.items() if each is not None}
    )


def _day(table: Mapping[str, Any]) -> date:
    day = table.get("on")
    if not isinstance(day, date) or isinstance(day, datetime):
        raise UsageError(
            "a day such as on = 2026-11-23", "none" if day is None else f"on = {day!r}", "Write it so, without quotes."
        )
    return day


def _only(table: Mapping[str, Any], known: Collection[str], what: str) -> None:
    for name in table:
        if name not in known:
            raise UsageError(f"an entry of {what}", repr(name), mend(name, known))


def _number(table: Mapping[str, Any], name: str, low: float = -math.inf, high: float = math.inf) -> float | None:
    value = table.get(name)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise UsageError(f"{name} as a number", repr(value), "Write the number alone, without unit and quotes.")
    if not low <= value <= high:
        raise UsageError(f"{name} from {low:g} to {high:g}", f"{value:g}", "Look for a slip.")
    return float(value)


def _of_kind(table: Mapping[str, Any], name: str, kind: type, what: str, untold: Any) -> Any:
    value = table.get(name, untold)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise UsageError(f"{name} as {what}", repr(value), "Mend it.")
    return value


def _table_of(entry: Entry) -> tuple[str, dict[str, Any]]:
    """Return the kind of an entry, and what is written of it under names as they stand in the file; None is left out."""
    if isinstance(entry, Session):
        told: dict[str, Any] = {pain: _short(getattr(entry, pain)) for pain in _PAINS}
        told |= {"gave_way": entry.gave_way or None, "note": entry.note or None}
        return "session", {"on": entry.on} | told | {f"done.{write_key(done.slot)}": _done_value(done) for done in entry.done}
    if isinstance(entry, Sitting):
        flexion = None if entry.knee_flexion_rad is None else round(math.degrees(entry.knee_flexion_rad), _DECIMALS)
        numbers = {"minutes": entry.minutes, "breaks": entry.breaks, "onset_min": entry.onset_min, "knee_flexion_deg": flexion}
        return "sitting", {"on": entry.on} | {name: _short(number) for name, number in numbers.items()}
    items = {f"items.{write_key(name)}": _short(points) for name, points in entry.items.items()}
    return "score", {"on": entry.on, "instrument": entry.instrument, "total": _short(entry.total)} | items


def _done_value(done: Done) -> object:
    if done.effort is None and done.pain is None:
        return done.repetitions
    told = {"repetitions": done.repetitions, "effort": _short(done.effort), "pain": _short(done.pain)}
    return {name: value for name, value in told.items() if value is not None}


def _short(number: float | int | None) -> float | int | None:
    """Return a number as a hand writes it: 2, not 2.0."""
    return int(number) if number is not None and number == int(number) else number
