"""A study is cited as it was read, on one line or as BibTeX; every study of the ledger has its entry."""

import re

from kinechain.evidence import studies
from kinechain.evidence.citations import bibtex, cite
from kinechain.evidence.ledger import Study

DOE = Study("doe-2001", "de Doe JM, Roe-Poe R", "doi 10.1000/182", "abstract", 2001, "On 5 % of knees", "Knee & Co 12(3):45-67")


def test_a_line_tells_who_when_what_where_and_how_it_was_read() -> None:
    assert cite(DOE) == "de Doe JM, Roe-Poe R (2001). On 5 % of knees. Knee & Co 12(3):45-67. doi 10.1000/182. Read: abstract."


def test_bibtex_takes_names_and_places_apart_and_escapes_what_it_would_read_as_a_command() -> None:
    entry = bibtex([DOE])
    assert entry.startswith("@article{doe-2001,\n")
    assert "author = {de Doe, J. M. and Roe-Poe, R.}" in entry
    assert "title = {{On 5 \\% of knees}}" in entry
    assert "journal = {Knee \\& Co}" in entry
    assert "volume = {12}" in entry
    assert "number = {3}" in entry
    assert "pages = {45--67}" in entry
    assert "doi = {10.1000/182}" in entry
    assert "note = {Read: abstract}" in entry


def test_a_group_and_others_and_an_unknown_year_stay_what_they_are() -> None:
    nameless = bibtex([Study("x", "not named where it was read", "some.page/a_b", "second hand: a page")])
    assert "author = {{not named where it was read}}" in nameless
    assert "howpublished = {some.page/a\\_b}" in nameless
    assert "year" not in nameless
    assert "author = {{Giles} and others}" in bibtex([Study("y", "Giles and others", "PMID 1", "abstract", 2013)])


def test_every_study_of_the_ledger_has_one_well_formed_entry() -> None:
    text = bibtex(studies().values())
    entries = text.strip().split("\n\n")
    assert [re.match(r"@(?:article|misc)\{([^,]+),", entry).group(1) for entry in entries] == sorted(studies())
    for entry in entries:
        assert entry.endswith("\n}")
        depth = 0
        for sign in re.findall(r"(?<!\\)[{}]", entry):
            depth += 1 if sign == "{" else -1
            assert depth >= 0, entry
        assert depth == 0, entry
        assert not re.search(r"(?<!\\)[&%#]", entry), entry
