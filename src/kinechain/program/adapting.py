"""What do sessions make of a program? A fold over the diary: one thing harder after good sessions, easier after bad ones.

The rules, in order, for each session:

- what pain says of it is the pain rule's (`pain_rule.py`). After a bad session every line that was done and loads the kneecap goes
  one step back, the way it came; the daily work, which is light, only where nothing else was done. Where pain was told line by
  line and is all that was too much, only the lines that hurt;
- a line that fell short of its target in as many sessions in a row as the row `session.under_target` says gets one step simpler;
- a line is ready once it was done at its target, effort told, in two good sessions since it last changed, none bad or short of it
  between; daily work after as many good days as it has in a week. Of the lines that are ready one changes, in each part of the
  program: the one that has changed least so far, the first of them in the program. Where a line was kept up on too few days
  (`session.adherence_least`), it stays;
- a locked line never changes, and sessions outside a line's own weeks do not move it.

The program is folded from as it was built; the same diary makes the same of it, whatever the order in which a day was told.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from itertools import groupby
from typing import NamedTuple

from kinechain.core.training import LOAD_CLASSES, Because, Diary, Done, Part, Prescription, Program, Session
from kinechain.core.types import Ranged
from kinechain.evidence import constant
from kinechain.program.dosing import days_in
from kinechain.program.exercise_loads import impulse
from kinechain.program.pain_rule import Ruling, Verdict, judge
from kinechain.program.running import ACTIVITIES
from kinechain.program.safety import must_stop
from kinechain.program.steps import back, in_time, kind_of, load_class, may_begin, next_harder

_WEEK_DAYS = 7
_NO_LOAD = LOAD_CLASSES[0]


@dataclass(frozen=True)
class Step:
    """One step of one line after the session of a day: `what` changed (exercise, depth, sets, seconds or repetitions), and why."""

    on: date
    slot: str
    what: str
    forward: bool
    before: Prescription
    after: Prescription
    because: Because

    @property
    def change(self) -> Because:
        """What changed, in words: their code, and what was before and is after (degrees for a depth)."""
        before, after = (_of(line, self.what) for line in (self.before, self.after))
        return Because(f"step.{self.what}_{'more' if self.forward else 'less'}", {"before": before, "after": after})


@dataclass(frozen=True)
class Held:
    """A line that might have changed after the session of a day and did not, and why."""

    on: date
    slot: str
    because: Because


@dataclass(frozen=True)
class Adherence:
    """On how many days of a week one part of a program was planned, and on how many it was done."""

    week: int
    part: Part
    planned: int
    done: int


@dataclass(frozen=True)
class Impulse:
    """What one kneecap bore in one line of a session, set by set, in body weights times seconds; NaN where it cannot be told."""

    on: date
    week: int
    slot: str
    sets: tuple[Ranged, ...]

    @property
    def whole(self) -> Ranged:
        """The sets together."""
        return total(self.sets)


@dataclass(frozen=True)
class Adapted:
    """A program as a diary leaves it, and how it came there: a verdict for every day of sessions, each step, what was held and why.

    `adherence` is by week, `impulses` by session and line.
    """

    program: Program
    verdicts: tuple[Verdict, ...] = ()
    steps: tuple[Step, ...] = ()
    held: tuple[Held, ...] = ()
    adherence: tuple[Adherence, ...] = ()
    impulses: tuple[Impulse, ...] = ()

    @property
    def ask_again(self) -> bool:
        """Whether the safety questions are to be asked before the next session: the last one says so."""
        return bool(self.verdicts) and self.verdicts[-1].ask_again


def adapt(program: Program, diary: Diary, before: Diary | None = None) -> Adapted:
    """Return a program as the sessions of a diary leave it.

    `before` holds what was told earlier, where a program was changed by hand meanwhile: sessions are judged beside those, but they
    move nothing any more. What a clinician signed is signed no more once a line has changed.
    """
    earlier = by_day(before.sessions) if before is not None else ()
    sessions = by_day(diary.sessions)
    verdicts = judged((*earlier, *sessions), program.usual_pain)
    tracks: _Tracks = {line.slot: _Track((line,), kept=_kept(line.slot, earlier, verdicts)) for line in program.prescriptions}
    moves: list[_Move] = []
    impulses: list[Impulse] = []
    for session, verdict in zip(sessions, verdicts[len(earlier) :], strict=True):
        impulses += _impulses(session, tracks, program)
        tracks, more = _after(session, verdict, tracks, program)
        moves += more
    return Adapted(
        program=_as_it_stands(program, tracks),
        verdicts=verdicts[len(earlier) :],
        steps=tuple(move for move in moves if isinstance(move, Step)),
        held=tuple(move for move in moves if isinstance(move, Held)),
        adherence=adherence_of(program, diary),
        impulses=tuple(impulses),
    )


def judged(sessions: Sequence[Session], usual_pain: float | None) -> tuple[Verdict, ...]:
    """Return what the pain rule finds for each of some sessions, which are one a day and in order."""
    verdicts: tuple[Verdict, ...] = ()
    for session in sessions:
        verdicts = (*verdicts, judge(session, verdicts, usual_pain))
    return verdicts


def by_day(sessions: Iterable[Session]) -> tuple[Session, ...]:
    """Return one session a day, in the order of days: what was told apart is put together, the worst of each pain counting.

    The order in which a day was told does not matter.
    """
    ordered = sorted(sessions, key=lambda one: one.on)
    return tuple(_together(on, tuple(some)) for on, some in groupby(ordered, key=lambda one: one.on))


def week_of(program: Program, on: date) -> int:
    """Return the week of a program in which a day lies, from 1; less before its start."""
    return (on - program.start).days // _WEEK_DAYS + 1


def adherence_of(program: Program, diary: Diary) -> tuple[Adherence, ...]:
    """Return by week, from the first to the last with a session, on how many days each part was planned and done."""
    sessions = by_day(diary.sessions)
    last = min(max((week_of(program, session.on) for session in sessions), default=0), program.weeks)
    rows = []
    for week in range(1, last + 1):
        own = [session for session in sessions if week_of(program, session.on) == week]
        for part in Part:
            lines = [line for line in program.of(part) if line.due(week)]
            planned = max((days_in(line, week) for line in lines), default=0)
            slots = {line.slot for line in lines}
            done = sum(any(one.slot in slots and sum(one.repetitions) for one in session.done) for session in own)
            rows += [Adherence(week, part, planned, done)] if planned else []
    return tuple(rows)


def total(some: Iterable[Ranged]) -> Ranged:
    """Return the sum of what one and the same knee bears: ends add up, as one person's errors go together.

    >>> total([Ranged(1.0, 0.5, 2.0), Ranged(2.0, 1.5, 3.0)])
    Ranged(value=3.0, low=2.0, high=5.0)
    """
    each = tuple(some)
    return Ranged(*(math.fsum(getattr(one, end) for one in each) for end in ("value", "low", "high")))


@dataclass(frozen=True)
class _Track:
    """The way of a line: how it stood from its start to now; what counts since it last changed.

    `run` are the good sessions in a row at its target, `under` those in a row short of it, `changes` how often it went forwards,
    `kept` the days on which it was done and no step back followed.
    """

    way: tuple[Prescription, ...]
    run: int = 0
    under: int = 0
    changes: int = 0
    kept: tuple[date, ...] = field(default=())

    @property
    def line(self) -> Prescription:
        return self.way[-1]


_Tracks = Mapping[str, _Track]
_Move = Step | Held


class _Told(NamedTuple):
    """A session, what was found for it, its week, and the day from which on sessions are planned."""

    session: Session
    verdict: Verdict
    week: int
    since: date


def _as_it_stands(program: Program, tracks: _Tracks) -> Program:
    """Return a program with its lines as they now are."""
    lines = tuple(tracks[line.slot].line for line in program.prescriptions)
    if lines == program.prescriptions:
        return program
    return replace(program.with_lines(lines), signed_by="")


def _after(session: Session, verdict: Verdict, tracks: _Tracks, program: Program) -> tuple[dict[str, _Track], list[_Move]]:
    """Return the ways of all lines after a session, and the moves it led to."""
    told = _Told(session, verdict, week_of(program, session.on), program.start)
    then = {slot: _counted(track, told) for slot, track in tracks.items()}
    moved = _backwards(told, then, program) if verdict.ruling.bad else _onwards(told, then, program)
    moves: list[_Move] = []
    for slot, track, move in moved:
        then[slot] = track
        moves.append(move)
    if verdict.ruling.bad:
        then = {slot: replace(track, run=0, under=0) for slot, track in then.items()}
    return then, moves


def _counted(track: _Track, told: _Told) -> _Track:
    """Return a way with what a session counts for it.

    A line that was not done counts nothing; a session that cannot be judged breaks no run.
    """
    session, verdict, line = told.session, told.verdict, track.line
    done = _done(session, line.slot)
    if done is None or verdict.ruling.bad or not line.due(told.week):
        return track
    kept = (*track.kept, session.on)
    if not _at_target(done, line):
        return replace(track, run=0, under=track.under + 1, kept=kept)
    counts = verdict.ruling is Ruling.GOOD and _effort_told(done, line) and _calm(done, verdict, line)
    return replace(track, run=track.run + counts, under=0, kept=kept)


def _kept(slot: str, sessions: Sequence[Session], verdicts: Sequence[Verdict]) -> tuple[date, ...]:
    """Return the days on which a line was done and no step back followed."""
    told = zip(sessions, verdicts, strict=False)
    return tuple(session.on for session, verdict in told if _done(session, slot) is not None and not verdict.ruling.bad)


def _at_target(done: Done, line: Prescription) -> bool:
    return sum(count >= line.dose.repetitions for count in done.repetitions) >= line.dose.sets


def _effort_told(done: Done, line: Prescription) -> bool:
    return line.dose.effort is None or done.effort is not None


def _calm(done: Done, verdict: Verdict, line: Prescription) -> bool:
    """Tell whether what comes before the next stage of a return to sport holds: pain no more than its row, or than is usual."""
    if line.slot not in ACTIVITIES:
        return True
    pain = verdict.worst if done.pain is None else done.pain
    return pain is not None and pain <= max(constant("program.return_pain").value, verdict.usual or 0.0)


def _backwards(told: _Told, tracks: _Tracks, program: Program) -> Iterator[tuple[str, _Track, _Move]]:
    """Yield the lines that a bad session takes a step back, and those that cannot be made easier."""
    why = told.verdict.because[0]
    then = dict(tracks)
    for slot in _hurting(told, tracks):
        then[slot], move = _easier(told, tracks[slot], _as_it_stands(program, then), why)
        yield slot, then[slot], move


def _hurting(told: _Told, tracks: _Tracks) -> list[str]:
    """Return the lines that a bad session is laid to; where it was not told what was done, all of that week may have been."""
    active = [slot for slot, track in tracks.items() if track.line.due(told.week)]
    sore = {done.slot for done in told.session.done if must_stop(done.pain, gave_way=False)}
    against = [because.reason for because in told.verdict.because if because.reason != "because_after.jump"]
    if sore and against == ["because_after.pain_stop"]:
        return [slot for slot in active if slot in sore]
    trained = {done.slot for done in told.session.done if sum(done.repetitions)} or set(active)
    loaded = [tracks[slot].line for slot in active if slot in trained and load_class(tracks[slot].line) != _NO_LOAD]
    heavier = {line.slot for line in loaded if line.part is not Part.DAILY} or {line.slot for line in loaded}
    return [slot for slot in active if slot in sore | heavier]


def _easier(told: _Told, track: _Track, program: Program, why: Because) -> tuple[_Track, _Move]:
    """Return a line's way one step back, the way it came or below where it began, and the move; or why it stays."""
    on, line = told.session.on, track.line
    if line.locked:
        return track, Held(on, line.slot, Because("because_after.locked"))
    way = track.way[:-1]
    if not way or not _fits(way[-1], program):
        easier = back(line, program)
        way = () if easier is None else (easier,)
    if not way:
        return track, Held(on, line.slot, Because("because_after.easiest"))
    step = Step(on, line.slot, kind_of(line, way[-1]), forward=False, before=line, after=way[-1], because=why)
    return replace(track, way=way, run=0, under=0), step


def _fits(line: Prescription, program: Program) -> bool:
    """Tell whether a line, as it was before, still goes with the others: its exercise nowhere else, daily work not too long."""
    others = [one.exercise for one in program.prescriptions if one.slot != line.slot]
    return line.exercise not in others and in_time(line, program)


def _onwards(told: _Told, tracks: _Tracks, program: Program) -> Iterator[tuple[str, _Track, _Move]]:
    """Yield the lines that get simpler as they fell short too often, and in each part the one that gets harder."""
    limit, then = constant("session.under_target"), dict(tracks)
    for slot, track in tracks.items():
        if track.under >= limit.value and track.line.due(told.week):
            why = Because("because_after.under_target", {"sessions": int(limit.value)}, (limit.key,))
            easier, move = _easier(told, track, _as_it_stands(program, then), why)
            then[slot] = replace(easier, under=0)
            yield slot, then[slot], move
    if told.verdict.ruling is Ruling.GOOD:
        yield from _unsaid(told, then)
        for part in Part:
            for slot, track, move in tuple(_harder(told, part, then, _as_it_stands(program, then))):
                then[slot] = track
                yield slot, track, move


def _unsaid(told: _Told, tracks: _Tracks) -> Iterator[tuple[str, _Track, _Move]]:
    """Yield the lines at their target that do not count, as nobody told how hard they were."""
    for slot, track in tracks.items():
        done, line = _done(told.session, slot), track.line
        if done is not None and line.due(told.week) and _at_target(done, line) and not _effort_told(done, line):
            yield slot, track, Held(told.session.on, slot, Because("because_after.effort_not_told"))


def _harder(told: _Told, part: Part, tracks: _Tracks, program: Program) -> Iterator[tuple[str, _Track, _Move]]:
    """Yield the line of a part that gets harder, and those before it that might have but wait or were kept up on too seldom."""
    ready = [track for track in tracks.values() if track.line.part is part and _ready(track, told)]
    for track in sorted(ready, key=lambda one: one.changes):
        line = track.line
        harder = next_harder(line, program)
        if harder is None:
            continue
        against = _too_early(harder, told, program) or _too_seldom(track, told)
        if against is not None:
            yield line.slot, track, Held(told.session.on, line.slot, against)
            continue
        good = Because("because_after.good", {"sessions": track.run}, ("session.good_sessions", "resistance-protocol"))
        step = Step(told.session.on, line.slot, kind_of(line, harder), forward=True, before=line, after=harder, because=good)
        yield line.slot, replace(track, way=(*track.way, harder), run=0, changes=track.changes + 1), step
        return


def _ready(track: _Track, told: _Told) -> bool:
    line = track.line
    needed = days_in(line, told.week) if line.part is Part.DAILY else constant("session.good_sessions").value
    done_now = bool(track.kept) and track.kept[-1] == told.session.on
    return done_now and track.run >= needed and not line.locked and line.slot != "sitting" and line.due(told.week)


def _too_early(harder: Prescription, told: _Told, program: Program) -> Because | None:
    """Return that a line has to wait for a later week, where it has."""
    if may_begin(harder, program, told.week):
        return None
    week = next((week for week in range(told.week + 1, harder.weeks[1] + 1) if may_begin(harder, program, week)), None)
    if week is None:
        return Because("because_after.by_hand")
    row = f"program.{harder.slot}_week" if harder.slot in ACTIVITIES else "dose.gentle_weeks"
    return Because("because_after.waits", {"week": week}, (row,))


def _too_seldom(track: _Track, told: _Told) -> Because | None:
    """Return that a line was kept up on too few of the days planned lately, where it was."""
    least, days = constant("session.adherence_least"), int(constant("session.adherence_days").value)
    first = max(told.since, told.session.on - timedelta(days=days - 1))
    lasting = (told.session.on - first).days + 1
    planned = lasting * days_in(track.line, told.week) // _WEEK_DAYS
    kept = sum(first <= on for on in track.kept)
    if kept >= least.si * planned:
        return None
    return Because(
        "because_after.seldom", {"kept": kept, "planned": planned, "days": lasting}, (least.key, "session.adherence_days")
    )


def _done(session: Session, slot: str) -> Done | None:
    """Return what was done of a line; None where that was nothing."""
    return next((done for done in session.done if done.slot == slot and any(done.repetitions)), None)


def _impulses(session: Session, tracks: _Tracks, program: Program) -> Iterator[Impulse]:
    """Yield what the kneecap bore in each line of a session, as the line then stood."""
    for done in session.done:
        if done.slot in tracks and done.repetitions:
            line = tracks[done.slot].line
            one = _of_one(line.exercise, line.flexion_rad, line.dose.seconds)
            sets = tuple(Ranged(one.value * count, one.low * count, one.high * count) for count in done.repetitions)
            yield Impulse(session.on, week_of(program, session.on), done.slot, sets)


def _of(line: Prescription, what: str) -> str | float:
    """Return what a step may change of a line; how far the knee bends in degrees."""
    if what == "depth":
        return math.degrees((line.flexion_rad or (math.nan, math.nan))[1])
    return line.exercise if what == "exercise" else float(getattr(line.dose, what))


@cache
def _of_one(code: str, flexion_rad: tuple[float, float] | None, seconds: float) -> Ranged:
    """Return what one repetition adds up to; a diary asks for the same again and again."""
    return impulse(code, flexion_rad, seconds)


def _together(on: date, some: Sequence[Session]) -> Session:
    done = sorted((one for session in some for one in session.done), key=_order)
    return Session(
        on=on,
        done=tuple(_one(slot, tuple(each)) for slot, each in groupby(done, key=lambda one: one.slot)),
        pain_before=_most(session.pain_before for session in some),
        pain_during=_most(session.pain_during for session in some),
        pain_hour_after=_most(session.pain_hour_after for session in some),
        pain_next_morning=_most(session.pain_next_morning for session in some),
        gave_way=any(session.gave_way for session in some),
        note="\n".join(sorted(session.note for session in some if session.note)),
    )


def _one(slot: str, some: Sequence[Done]) -> Done:
    sets = tuple(count for one in some for count in one.repetitions)
    return Done(slot, sets, _most(one.effort for one in some), _most(one.pain for one in some))


def _order(done: Done) -> tuple[str, tuple[int, ...]]:
    return done.slot, tuple(-count for count in done.repetitions)


def _most(some: Iterable[float | None]) -> float | None:
    return max((one for one in some if one is not None), default=None)
