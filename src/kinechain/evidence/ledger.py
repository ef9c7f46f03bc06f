"""How are rows of evidence read? TOML files in, checked `Sourced` values out; a row without source or unit is refused."""

import math
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from kinechain.core.errors import DataFileError
from kinechain.core.sourced import Kind, Sourced
from kinechain.evidence.rows import among, build, known_unit, parse, shipped

_FIELDS = {"value", "unit", "sd", "kind", "source", "place", "population", "n", "reason", "from"}
_JUDGEMENT = "judgement"
#: The shipped files of rows: what was looked up or judged, and what `kinechain lab calibrate` writes.
_FILES = ("constants.toml", "calibration.toml")
_SECOND_HAND = "second hand"

#: How a study was made. An `anatomy` is a description of bodies, a `model` a computation; `cross-sectional` looks once, also at one
#: person's legs or tasks side by side; a `cohort` follows people who have the problem, a `prospective` one people who do not yet.
Design = Literal[
    "anatomy",
    "cadaver",
    "model",
    "cross-sectional",
    "cohort",
    "prospective",
    "trial",
    "review",
    "meta-analysis",
    "guideline",
    "reliability",
]


@dataclass(frozen=True)
class Study:
    """A publication: `identifier` is its DOI, PMID or, failing both, where it can be found; `seen` says how it was read.

    `title` and `journal` are empty, `year` is None where they are not known for sure. `pain` tells whether its people had
    patellofemoral pain; `n` counts them, of a pooled study all of them. Both are None where not known.
    """

    key: str
    authors: str
    identifier: str
    seen: str
    year: int | None = None
    title: str = ""
    journal: str = ""
    design: str = ""
    population: str = ""
    n: int | None = None
    pain: bool | None = None

    @property
    def dated(self) -> str:
        """The year, or that it is not known."""
        return str(self.year) if self.year else "year not known"

    @property
    def second_hand(self) -> bool:
        """Whether its numbers were read on a page of others, not in the study itself."""
        return self.seen.startswith(_SECOND_HAND)


def constant(key: str) -> Sourced:
    """Return the row `key` of the shipped constants.

    >>> constant("film.person_found_share").unit
    '1'
    """
    try:
        return constants()[key]
    except KeyError:
        raise KeyError(
            f"Expected the key of a row in evidence/data/constants.toml (or calibration.toml, which `kinechain lab calibrate` "
            f"writes), got {key!r}. Add the row, with its source."
        ) from None


@cache
def constants() -> dict[str, Sourced]:
    """Return all shipped constants by key. Raises DataFileError where two files hold the same key."""
    rows: dict[str, Sourced] = {}
    for name in _FILES:
        more = read_constants(shipped(name), name, studies())
        for key in sorted(rows.keys() & more.keys()):
            raise DataFileError("every key once", f"{key} in {name} and in another file of rows", "Drop one of them.")
        rows |= more
    return rows


@cache
def studies() -> dict[str, Study]:
    """Return all shipped studies by key."""
    return read_studies(shipped("studies.toml"), "studies.toml")


def read_studies(text: str, name: str) -> dict[str, Study]:
    """Read studies from TOML `text`; `name` is what errors call the file. Raises DataFileError for a row that lacks a field."""
    rows = {}
    for key, row in parse(text, name).items():
        missing = [field for field in ("authors", "identifier", "seen") if not row.get(field)]
        if missing:
            raise DataFileError(
                f"a study with {missing[0]}", f"none in {key} of {name}", "Add it; a gap stays a gap, so drop the study otherwise."
            )
        where = f"row {key} of {name}"
        rows[key] = build(Study, row, where, key=key)
        if rows[key].design:
            among(rows[key].design, get_args(Design), "a design", where, "Say how the study was made, or leave it out.")
    return rows


def read_constants(text: str, name: str, known_studies: dict[str, Study]) -> dict[str, Sourced]:
    """Read constants from TOML `text`, each table `[group.name]` a row.

    A derived row may say `from` which other rows it is reckoned, such as `(body.one + body.two) / 2`; a test reckons it anew.

    Raises DataFileError for a row without value, unit, kind or source, with an unknown unit or field, with a source that is no
    known study, or of kind `assumed` without a reason.
    """
    rows = {}
    for group, members in parse(text, name).items():
        for short, row in members.items():
            rows[f"{group}.{short}"] = _read_row(f"{group}.{short}", row, name, known_studies)
    return rows


def _read_row(key: str, row: Any, name: str, known_studies: dict[str, Study]) -> Sourced:
    where = f"row {key} of {name}"
    if not isinstance(row, dict):
        raise DataFileError("a table for each row", f"{row!r} as {where}", f"Write [{key}] with value, unit, kind and source.")
    unknown = sorted(set(row) - _FIELDS)
    if unknown:
        raise DataFileError(f"only the fields {', '.join(sorted(_FIELDS))}", f"{unknown[0]} in {where}", "Rename or drop it.")
    for needed in ("value", "unit", "kind", "source"):
        if row.get(needed) in (None, ""):
            raise DataFileError(f"a {needed} in every row", f"none in {where}", "No row enters without one.")
    known_unit(row["unit"], where)
    if row["kind"] not in get_args(Kind):
        raise DataFileError("kind measured, derived or assumed", f"{row['kind']!r} in {where}", "Say how the number is known.")
    if row["kind"] == "assumed" and not row.get("reason"):
        raise DataFileError("a reason for every assumed row", f"none in {where}", "Say why this value was chosen.")
    if "from" in row and row["kind"] != "derived":
        raise DataFileError("from in derived rows only", f"it in {where}, which is {row['kind']}", "Drop it, or mend the kind.")
    if row["source"] not in known_studies and not (row["source"] == _JUDGEMENT and row["kind"] == "assumed"):
        raise DataFileError(
            "the key of a study (or judgement, for an assumed row) as source",
            f"{row['source']!r} in {where}",
            "Add the study to studies.toml.",
        )
    return Sourced(
        key=key,
        value=float(row["value"]),
        unit=row["unit"],
        sd=float(row.get("sd", math.nan)),
        kind=row["kind"],
        source=row["source"],
        place=row.get("place", ""),
        population=row.get("population", ""),
        n=row.get("n"),
        reason=row.get("reason", ""),
    )
