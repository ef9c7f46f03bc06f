"""Has it helped? Outcome scores: which points are possible, what they add up to, and whether a change is more than noise.

The words of a questionnaire are never shown: people fill in the official form in their language and type points or a total.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.names import mend
from kinechain.core.training import Because, Score
from kinechain.core.types import Ranged
from kinechain.evidence import norms, studies
from kinechain.evidence.norms import Norm
from kinechain.evidence.rows import build, in_order, known_study, parse
from kinechain.program.retest import Better, Seen, seen_in

_FILE = "outcomes.toml"
#: A mean of typed points may be told with one decimal.
_TOLD_TO = 0.05


@dataclass(frozen=True)
class Instrument:
    """One outcome score: its range, its better end, how it is scored, and how large a change has to be.

    `items` are the points that each item may be given, in the official form's order. A person names `own_items` or more items
    themselves where that is above 0. `rates_change` marks a score that rates change itself. `thresholds` are keys of norms.
    """

    code: str
    low: float
    high: float
    better: Better
    scored: Literal["sum", "mean", "total"]
    thresholds: tuple[str, ...]
    items: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    own_items: int = 0
    whole: bool = False
    rates_change: bool = False
    sources: tuple[str, ...] = ()
    reason: str = ""

    @property
    def threshold(self) -> float:
        """How large a change has to be: the largest of what the rows have for noise (mdc) and for what people notice (mic)."""
        return max(_numbers(self.thresholds, norms()))

    @property
    def decisive(self) -> str:
        """The key of the row that holds the threshold."""
        return next(key for key in self.thresholds if self.threshold in _numbers((key,), norms()))


@dataclass(frozen=True)
class Change:
    """What the scores of one instrument say from the first to the latest; `before` is None where there is none to compare with."""

    instrument: str
    seen: Seen
    before: Score | None
    after: Score
    difference: float
    threshold: float
    because: Because


def instrument(code: str) -> Instrument:
    """Return an instrument by its code. Raises UsageError where there is none.

    >>> instrument("akps").threshold
    13.0
    """
    known = instruments()
    if code not in known:
        raise UsageError("the code of an outcome score", repr(code), mend(code, known))
    return known[code]


@cache
def instruments() -> Mapping[str, Instrument]:
    """Return all shipped instruments by code, in their order."""
    return read_instruments((files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8"), _FILE, norms())


def read_instruments(text: str, name: str, known_norms: Mapping[str, Norm]) -> Mapping[str, Instrument]:
    """Read instruments from TOML `text`; `name` is what errors call the file.

    Raises DataFileError for a row that lacks a field or a threshold, has points that do not fill its range, or says neither source
    nor reason.
    """
    return {
        code: _instrument(code, table, f"instrument {code} of {name}", known_norms) for code, table in parse(text, name).items()
    }


def score(code: str, on: date, total: float | None = None, items: Mapping[str, float] | None = None) -> Score:
    """Return a score from its total, the points of its items, or both. Raises UsageError for what the official form cannot give.

    >>> score("psfs", date(2026, 11, 23), items={"stairs": 4.0, "running": 2.0, "kneeling": 6.0}).total
    4.0
    """
    of = instrument(code)
    given = dict(items or {})
    if given:
        summed = _summed(of, given)
        if total is not None and abs(total - summed) > (_TOLD_TO if of.scored == "mean" else 0.0) + 1e-9:
            raise UsageError(f"a total of {summed:g} for {code}, as its items make", f"{total:g}", "Mend one, or leave it out.")
        total = summed
    if total is None:
        raise UsageError(f"a total or points for {code}", "neither", "Type what the official form gives.")
    if not of.low <= total <= of.high:
        raise UsageError(f"a total of {code} from {of.low:g} to {of.high:g}", f"{total:g}", "Look at the official form again.")
    if of.whole and total != int(total):
        raise UsageError(f"a whole number as total of {code}", f"{total:g}", "Look at the official form again.")
    return Score(on, code, float(total), {name: float(points) for name, points in given.items()})


def changes(scores: Iterable[Score]) -> tuple[Change, ...]:
    """Return what the scores say, instrument by instrument in their order, each from its first day to its latest."""
    by_code: dict[str, list[Score]] = {code: [] for code in instruments()}
    for one in scores:
        by_code[instrument(one.instrument).code].append(one)
    return tuple(change(found) for found in by_code.values() if found)


def change(scores: Sequence[Score]) -> Change:
    """Return what the scores of one instrument say from the first day to the latest. Raises UsageError for none, or for several.

    A score that is itself a rating of change needs no other. Where both were told in items, only the same items are compared.
    """
    codes = sorted({one.instrument for one in scores})
    if len(codes) != 1:
        raise UsageError("scores of one instrument", ", ".join(codes) or "none", "Compare a score only with itself.")
    of = instrument(codes[0])
    ordered = sorted(scores, key=lambda one: one.on)
    after, before = ordered[-1], None if of.rates_change else ordered[0]
    if before is after:
        return _changed(of, None, after, math.nan, Seen.CANNOT_JUDGE, "only_once")
    if before is not None and of.own_items and set(before.items) != set(after.items):
        return _changed(of, before, after, math.nan, Seen.CANNOT_JUDGE, "other_items")
    difference = after.total - (before.total if before is not None else 0.0)
    seen = seen_in(Ranged(difference, difference, difference), of.threshold, of.better)
    return _changed(of, before, after, difference, seen, "within" if seen is Seen.NO_CHANGE_SEEN else "reached")


def _changed(of: Instrument, before: Score | None, after: Score, difference: float, seen: Seen, reason: str) -> Change:
    because = Because(f"outcome.because.{reason}", {"threshold": of.threshold}, (of.decisive,))
    return Change(of.code, seen, before, after, difference, of.threshold, because)


def _summed(of: Instrument, given: Mapping[str, float]) -> float:
    if of.scored == "total":
        raise UsageError(f"the total of {of.code} alone", f"its item {next(iter(given))!r}", "Type the total of the official form.")
    if of.own_items:
        return _mean(of, given)
    for name, points in given.items():
        if name not in of.items:
            raise UsageError(f"an item of {of.code}", repr(name), mend(name, of.items))
        if points not in of.items[name]:
            allowed = ", ".join(f"{one:g}" for one in sorted(of.items[name]))
            do = "Look at the official form again; where your form has other points, type its total alone."
            raise UsageError(f"points among {allowed} for {name} of {of.code}", f"{points:g}", do)
    missing = [name for name in of.items if name not in given]
    if missing:
        raise UsageError(f"points for all {len(of.items)} items of {of.code}", f"none for {missing[0]}", "Add it.")
    return float(sum(given.values()))


def _mean(of: Instrument, given: Mapping[str, float]) -> float:
    for name, points in given.items():
        if not of.low <= points <= of.high:
            raise UsageError(f"points from {of.low:g} to {of.high:g} for {name!r} of {of.code}", f"{points:g}", "Mend them.")
    if len(given) < of.own_items:
        do = "Add more: with fewer, chance weighs too much."
        raise UsageError(f"at least {of.own_items} activities in {of.code}", f"{len(given)}", do)
    return float(math.fsum(given.values()) / len(given))


def _instrument(code: str, table: Any, where: str, known_norms: Mapping[str, Norm]) -> Instrument:
    table = dict(table) if isinstance(table, dict) else table
    points = {name: tuple(map(float, each)) for name, each in table.pop("items", {}).items()}
    row = build(_Row, table, where)
    for key in row.thresholds:
        if key not in known_norms:
            raise DataFileError(
                "the key of a norm as threshold", f"{key!r} in {where}", "Add the row to norms.toml, or mend the key."
            )
    if not row.thresholds or math.isnan(max(_numbers(row.thresholds, known_norms))):
        raise DataFileError("a threshold with a smallest change", f"none in {where}", "A score without one tells no change.")
    for key in row.sources:
        known_study(key, studies(), where)
    if not row.sources and not row.reason:
        raise DataFileError("a source or a reason", f"neither in {where}", "Say where it is from, or why it is so.")
    in_order(row.low, row.low, row.high, where)
    if points and (sum(map(min, points.values())), sum(map(max, points.values()))) != (row.low, row.high):
        raise DataFileError(f"items whose points go from {row.low:g} to {row.high:g}", f"others in {where}", "Look for a slip.")
    return Instrument(code, items=points, **(vars(row) | {"better": Better(row.better)}))


def _numbers(rows: Sequence[str], known_norms: Mapping[str, Norm]) -> list[float]:
    every = [number for key in rows for number in (known_norms[key].mdc, known_norms[key].mic) if not math.isnan(number)]
    return every or [math.nan]


@dataclass(frozen=True)
class _Row:
    """An instrument as the file writes it, without its items."""

    low: float
    high: float
    better: Literal["more", "less"]
    scored: Literal["sum", "mean", "total"]
    thresholds: tuple[str, ...]
    own_items: int = 0
    whole: bool = False
    rates_change: bool = False
    sources: tuple[str, ...] = ()
    reason: str = ""
