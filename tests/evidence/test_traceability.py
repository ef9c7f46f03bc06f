"""Nothing is said without a home: every message, every number in a claim's words and every derived row that can be recomputed.

What this does not hold: whether a source really says what its row has it say (people read that), and numbers that are spelt out in
words. Rows that `kinechain lab calibrate`, `lab pool` and `lab claims` write are recomputed by those commands with `--check`.
"""

import ast
import operator
import re
import tomllib
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest

from kinechain.evidence import constants, effects, studies
from kinechain.evidence.claims import Claim, claims
from kinechain.evidence.norms import norms
from kinechain.report.words import messages

#: Groups that tell of bodies or numbers: a whole sentence of theirs has an entry of its own.
TELLING = {
    *("limits", "advice", "loads", "demand", "anatomy", "measure", "summary", "cannot_judge", "evidence_model"),
}
KINDS = {"plain": "reason", "method": "reason", "assumed": "reason", "rows": "rows", "claims": "claims"}
#: The words of claims rest on the findings of claims.toml, by their code.
OF_CLAIMS = "claim."


def entries() -> dict[str, tuple[str, Any]]:
    """Return the entries of sources.toml by code: their kind, and the reason, rows or claims."""
    table = tomllib.loads((files("kinechain.report") / "sources.toml").read_text(encoding="utf-8"))
    assert set(table) == set(KINDS)
    found: dict[str, tuple[str, Any]] = {}
    for kind, lists in table.items():
        for entry in lists:
            assert set(entry) == {"codes", KINDS[kind]}, f"an entry of kind {kind} has {sorted(entry)}"
            assert entry[KINDS[kind]], f"an entry of kind {kind} says nothing: {entry['codes']}"
            for code in entry["codes"]:
                assert code not in found, f"{code} stands twice in sources.toml"
                found[code] = (kind, entry[KINDS[kind]])
    return found


def holds(entry: str, code: str) -> bool:
    return code == entry or code.startswith(f"{entry}.")


def entry_of(code: str, known: Mapping[str, object]) -> str | None:
    """Return the longest entry that a message falls under."""
    return max((entry for entry in known if holds(entry, code)), key=len, default=None)


def faults(catalogue: Mapping[str, str], known: Mapping[str, object]) -> Iterator[str]:
    """Yield in a sentence each what is wrong between messages and entries."""
    for code, words in catalogue.items():
        if code.startswith(OF_CLAIMS):
            continue
        entry = entry_of(code, known)
        if entry is None:
            yield f"The message {code} has no entry in report/sources.toml: say where its facts are from, or that it states none."
        elif "." not in entry and needs_its_own(code, words):
            yield f"The message {code} tells a fact or a number, so it needs an entry of its own in report/sources.toml."
    for entry in known:
        if not any(holds(entry, code) for code in catalogue):
            yield f"The entry {entry} of report/sources.toml is of no message: drop it."


def needs_its_own(code: str, words: str) -> bool:
    bare = re.sub(r"\{[^}]*\}", "", words)
    number = re.search(r"(?<!\w)\d", bare) is not None
    sentence = words.endswith(".") and len(words.split()) > 3
    return number or (sentence and code.split(".")[0] in TELLING)


def test_every_message_names_where_its_facts_are_from() -> None:
    assert list(faults(messages(), entries())) == []


def test_a_message_without_entry_and_an_entry_without_message_are_found() -> None:
    known = {"limits": ("plain", "x"), "gone": ("plain", "x")}
    found = list(faults({"limits.new": "Half of all knees get better.", "tips.one": "Rest", "limits.name": "Limits"}, known))
    assert [fault.split()[2] for fault in found] == ["limits.new", "tips.one", "gone"]
    assert list(faults({"unit.x": "up to 7 people"}, {"unit": ("plain", "x")})) != [], "a number needs an entry of its own"


def test_every_row_and_claim_that_an_entry_names_exists() -> None:
    groups = {key.split(".")[0] for key in constants()}
    for code, (kind, named) in entries().items():
        if kind == "rows":
            for row in named:
                known = (
                    row.removesuffix(".*") in groups
                    if row.endswith(".*")
                    else row in constants() or row in effects() or row in norms()
                )
                assert known, f"{code} rests on the row {row}, which does not exist"
        if kind == "claims":
            assert set(named) <= set(claims()), f"{code} rests on a claim that does not exist"


def test_the_words_of_claims_belong_to_claims_and_every_claim_has_them() -> None:
    codes = {claim.code for claim in claims().values()}
    told = {code.split(".")[1] for code in messages() if code.startswith(OF_CLAIMS)}
    assert told == codes
    for claim in claims().values():
        assert claim.findings or claim.verdict == "unsupported", f"claim {claim.letter} has a verdict and no finding"


_NUMBER = re.compile(r"\d+\.?\d*|\.\d+")
#: What tells who was looked at and what was found; keys, names, journals and identifiers hold numbers of another kind.
_OF_STUDY, _NOT_OF_EFFECT = ("population", "n"), {"key", "study", "level"}


def known_numbers(claim: Claim) -> set[float]:
    """Return all numbers that stand in the rows behind a claim."""
    told: list[object] = []
    for finding in claim.findings:
        told += [getattr(studies()[finding.study], name) for name in _OF_STUDY]
        row = vars(effects()[finding.effect]) if finding.effect else {}
        told += [value for name, value in row.items() if name not in _NOT_OF_EFFECT]
    return {float(number) for value in told for number in _NUMBER.findall(str(value))}


def stands_in(said: str, known: set[float]) -> bool:
    """Tell whether a number is one of the known ones, perhaps rounded, or as a percentage of a share.

    >>> stands_in("35", {35.4}), stands_in("54", {0.544}), stands_in("36", {35.4})
    (True, True, False)
    """
    zeros = len(said) - len(said.rstrip("0")) if len(said) > 3 and "." not in said else 0  # 4800 stands for 4818
    half = 0.5 * 10.0 ** (zeros - len(said.partition(".")[2])) + 1e-9
    return any(abs(float(said) - value * factor) <= half for value in known for factor in (1.0, 100.0))


@pytest.mark.parametrize("letter", sorted(claims()))
def test_every_number_in_what_was_measured_stands_in_the_rows_behind_it(letter: str) -> None:
    claim = claims()[letter]
    known = known_numbers(claim)
    strange = [said for said in _NUMBER.findall(messages()[claim.found].replace(",", "")) if not stands_in(said.rstrip("."), known)]
    assert strange == [], f"claim {letter} tells {strange}, which no row of it holds"


def test_a_number_that_no_row_holds_would_be_found() -> None:
    assert not stands_in("19", known_numbers(claims()["f"])), "claim f is of 18 people"
    assert stands_in("18", known_numbers(claims()["f"]))


# --- derived rows ---


def derived_from() -> dict[str, str]:
    """Return the rows of constants.toml that say from which rows they are reckoned, and how."""
    table = tomllib.loads((files("kinechain.evidence") / "data" / "constants.toml").read_text(encoding="utf-8"))
    rows = {f"{group}.{name}": row for group, members in table.items() for name, row in members.items()}
    assert all(row["kind"] == "derived" for row in rows.values() if "from" in row)
    return {key: row["from"] for key, row in rows.items() if "from" in row}


_DOES = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


def reckoned(expression: str) -> float:
    """Return what an expression of numbers and rows makes, such as `(body.one + body.two) / 2`."""

    def value(node: ast.expr) -> float:
        match node:
            case ast.BinOp(left, kind, right):
                return float(_DOES[type(kind)](value(left), value(right)))
            case ast.Constant(number):
                return float(number)
            case ast.Attribute(ast.Name(group), name):
                return constants()[f"{group}.{name}"].value
        raise AssertionError(f"{expression} holds more than rows, numbers and + - * /")

    return value(ast.parse(expression, mode="eval").body)


def test_derived_rows_that_say_from_what_come_out_as_they_stand() -> None:
    assert derived_from(), "some rows say from which others they are reckoned"
    for key, expression in derived_from().items():
        row = constants()[key]
        digits = len(repr(row.value).partition(".")[2])
        assert reckoned(expression) == pytest.approx(row.value, abs=0.5 * 10.0**-digits + 1e-12), f"{key} is not {expression}"
