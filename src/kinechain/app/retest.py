"""Did the measures of a person change from one result to the next? Two results, measure by measure, where they can be compared.

A measure is compared only with itself, done the same way: where protocol, notes or pose network differ, it cannot be judged.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from kinechain.app.document import BATTERY
from kinechain.app.row_readers import read_measure
from kinechain.app.screening_rows import known, shown_range
from kinechain.core.errors import DataFileError
from kinechain.core.training import Because
from kinechain.core.types import Measure
from kinechain.core.units import to_shown
from kinechain.program.retest import Better, Retest, compare, unjudged
from kinechain.report.words import say
from kinechain.screening.battery import judged
from kinechain.screening.judged import Judged, Worse
from kinechain.screening.typed import typed_measures

#: Which notes of the protocol may change what a test shows; tests that are not named here are done lying or sitting.
_PROTOCOL: Mapping[str, tuple[str, ...]] = {
    "squat": ("footwear", "heel_cm", "arms", "bar", "load_kg"),
    "step-down": ("footwear", "heel_cm", "arms", "load_kg"),
    "single-leg-squat": ("footwear", "heel_cm", "arms", "load_kg"),
    "single-leg-stance": ("footwear", "heel_cm", "eyes"),
    "knee-to-wall": ("footwear", "heel_cm"),
    "heel-raise": ("footwear", "heel_cm"),
    "sit-to-stand": ("footwear", "heel_cm", "arms", "load_kg"),
}
_BETTER = {Worse.LESS: Better.MORE, Worse.MORE: Better.LESS, Worse.AWAY: Better.NEITHER}
_BOUND = "at_least"
#: What is noted of a measure that is no way of doing the test.
_NO_PROTOCOL = {_BOUND, "stopped"}
_NOT_MEASURED = Because("retest.because.only_once")

#: A measure's test, code and side.
_Key = tuple[str, str, str]


def retests(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Retest, ...]:
    """Return what two results say of every measure that a test judges, in the order of the earlier one.

    Of several measures of one test, code and side, as two films give them, the surest is taken. Raises DataFileError for a result
    whose films could not be measured.
    """
    first, second = dict(_measures(before)), dict(_measures(after))
    return tuple(
        _retest(key, rule, first.get(key), second.get(key), before, after)
        for key in dict.fromkeys((*first, *second))
        if (rule := judged(key[1], key[0])) is not None
    )


def retest_rows(found: Iterable[Retest]) -> list[dict[str, Any]]:
    """Return retests as plain values: shown units, words beside the code of the reason."""
    return [_row(retest) for retest in found]


def _retest(
    key: _Key,
    rule: Judged,
    first: Measure | None,
    second: Measure | None,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> Retest:
    some = first or second
    assert some is not None
    if first is None or second is None:
        gone = replace(some, value=math.nan, low=math.nan, high=math.nan)
        return unjudged(first or gone, second or gone, _NOT_MEASURED)
    spoilt = _spoilt(key[0], first, second, before, after)
    return compare(first, second, _BETTER[rule.worse], rule.error) if spoilt is None else unjudged(first, second, spoilt)


def _spoilt(test: str, first: Measure, second: Measure, before: Mapping[str, Any], after: Mapping[str, Any]) -> Because | None:
    """Return why two measures cannot be compared, None where they can."""
    names = _PROTOCOL.get(test, ()) if test != BATTERY else tuple(dict.fromkeys(one for each in _PROTOCOL.values() for one in each))
    told = [[document.get("protocol", {}).get(name) for name in names] for document in (before, after)]
    notes = [measure.parameters if not measure.clip else {} for measure in (first, second)]
    more = sorted((notes[0].keys() | notes[1].keys()) - _NO_PROTOCOL)
    pairs = [*zip(names, *told, strict=True), *((name, notes[0].get(name), notes[1].get(name)) for name in more)]
    for name, one, other in pairs:
        if one != other:
            reason = "protocol_untold" if one is None or other is None else "protocol"
            return Because(f"retest.because.{reason}", {"what": name, "before": one, "after": other})
    if first.clip and _network(before) != _network(after):
        return Because("retest.because.network")
    return None


def _network(document: Mapping[str, Any]) -> str | None:
    found: str | None = document.get("engine", {}).get("pose_sha256")
    return found


def _measures(document: Mapping[str, Any]) -> Iterator[tuple[_Key, Measure]]:
    """Yield a result's measures over the repetitions: of each test, code and side the surest."""
    if "measures" not in document:
        raise DataFileError("a result that measured something", "one whose films have to be made again", "Film again first.")
    tests = {clip["sha256"]: clip.get("test") for clip in document.get("clips", [])}
    best: dict[_Key, Measure] = {}
    for row in document["measures"]:
        if row["rep"] is None:
            measure = _measure(row)
            key = _test_of(measure, tests, document["test"]), measure.code, measure.side
            if key not in best or _doubt(measure) < _doubt(best[key]):
                best[key] = measure
    yield from best.items()


def _measure(row: Mapping[str, Any]) -> Measure:
    measure = read_measure(row["code"], row["side"], row, row["clip"] or "")
    measure = replace(measure, parameters=dict(row["parameters"]), level=row["level"], cannot_judge=row["cannot_judge"])
    return replace(measure, high=math.inf) if measure.parameters.get(_BOUND) else measure


def _test_of(measure: Measure, tests: Mapping[str, str | None], test: str) -> str:
    if not measure.clip and measure.code in typed_measures():
        return typed_measures()[measure.code].test
    return tests.get(measure.clip) or test


def _doubt(measure: Measure) -> tuple[bool, float]:
    width = measure.high - measure.low
    return math.isnan(measure.value), math.inf if math.isnan(width) else width


def _row(retest: Retest) -> dict[str, Any]:
    _, factor = to_shown(retest.unit)
    ranges = {name: shown_range(getattr(retest, name), retest.unit) for name in ("before", "after", "difference")}
    return {
        "code": retest.code,
        "side": retest.side,
        "seen": retest.seen.value,
        **ranges,
        "least_change": known(factor * retest.least),
        "message": say(retest.because.reason, **retest.because.parameters),
        "message_code": retest.because.reason,
        "parameters": dict(retest.because.parameters),
        "sources": list(retest.because.sources),
    }
