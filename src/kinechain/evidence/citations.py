"""How is a study cited? As one plain line, or as an entry of BibTeX."""

import re
from collections.abc import Iterable

from kinechain.evidence.ledger import Study

#: What stands behind a family name: "ME", "J", "A-M"; a name without it is a group's.
_INITIALS = re.compile(r"^(?:\w-?){1,4}$")
#: How a journal's volume, issue and pages follow its name: "J Biomech 40(2):595-602".
_PLACE = re.compile(r"^(?P<journal>.*?) (?P<volume>\d+)(?:\((?P<number>[^)]*)\))?(?::(?P<pages>\S+))?$")
#: How the authors of a study begin where they are not known.
UNNAMED = "not named"
_DOI = re.compile(r"10\.\d{4,9}/[^\s,;]+")
#: Characters that BibTeX reads as commands.
_COMMANDS = {character: f"\\{character}" for character in "&%$#_{}"} | {
    "\\": "\\textbackslash{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
}


def cite(study: Study) -> str:
    """Return one line by which a study is found: authors, year, title, journal, identifier, and how it was read.

    >>> cite(Study("doe-2001", "Doe J", "doi 10.1000/1", "abstract", 2001, "On knees", "Knee 1:2-3"))
    'Doe J (2001). On knees. Knee 1:2-3. doi 10.1000/1. Read: abstract.'
    """
    authors = f"Authors {study.authors}" if study.authors.startswith(UNNAMED) else study.authors
    journal = "" if _is_place(study) else study.journal
    parts = (f"{authors} ({study.dated})", study.title, journal, study.identifier, f"Read: {study.seen}")
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)


def bibtex(studies: Iterable[Study]) -> str:
    """Return the entries of studies, ordered by their keys, in UTF-8; how each was read is its note."""
    return "\n".join(_entry(study) for study in sorted(studies, key=lambda study: study.key))


def _entry(study: Study) -> str:
    doi = _DOI.search(study.identifier)
    fields = {
        "author": _authors(study.authors),
        "year": str(study.year or ""),
        "title": f"{{{_plain(study.title)}}}" if study.title else "",
    }
    fields |= _journal(study.journal)
    fields["doi"] = doi.group() if doi else ""
    found = f"{study.identifier}. " if not doi and study.journal and not _is_place(study) else ""
    fields["howpublished"] = "" if doi or study.journal else _plain(study.identifier)
    fields["note"] = _plain(f"{found}Read: {study.seen}")
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'article' if study.journal else 'misc'}{{{study.key},\n{lines}}}\n"


def _is_place(study: Study) -> bool:
    """Tell whether all that a study is found by is its place in the journal."""
    return bool(study.journal) and study.identifier.startswith(study.journal)


def _journal(journal: str) -> dict[str, str]:
    place = _PLACE.match(journal)
    if place is None:
        return {"journal": _plain(journal)}
    found = {name: _plain(value) for name, value in place.groupdict(default="").items()}
    return found | {"pages": found["pages"].replace("-", "--")}


def _authors(authors: str) -> str:
    """Return authors as BibTeX reads them: family name, initials, joined by `and`."""
    names = [_author(one.strip()) for one in authors.removesuffix(" and others").split(",") if one.strip()]
    return " and ".join([*names, "others"] if authors.endswith(" and others") else names)


def _author(name: str) -> str:
    family, _, initials = name.rpartition(" ")
    if family and initials.isupper() and _INITIALS.match(initials):
        return f"{_plain(family)}, {' '.join(f'{letter}.' for letter in initials if letter != '-')}"
    return f"{{{_plain(name)}}}"  # a group, in braces of its own so that it is not taken apart


def _plain(text: str) -> str:
    return "".join(_COMMANDS.get(character, character) for character in text)
