"""Which supports are offered, for how long, and what does no program take? Rows of a data file, each with why."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kinechain.core.training import Because, LeftOut, Offer
from kinechain.evidence import constant
from kinechain.evidence.rows import among, build, parse
from kinechain.program.facts import Fact

_FILE = "supports.toml"


@dataclass(frozen=True)
class Support:
    """A support that is offered, or an approach that is left out, and why; `when` is the fact without which it is not offered."""

    code: str
    offered: bool
    because: str
    sources: tuple[str, ...]
    when: str = ""
    otherwise: str = ""


@cache
def supports() -> tuple[Support, ...]:
    """Return the shipped rows in their order."""
    text = (files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8")
    rows = []
    for group, tables in parse(text, _FILE).items():
        among(group, ("offer", "left_out"), "a group of supports", _FILE, "Use one of them.")
        where = f"in group {group} of {_FILE}"
        rows += [build(Support, table, f"{code} {where}", code=code, offered=group == "offer") for code, table in tables.items()]
    return tuple(rows)


def most_weeks(code: str) -> int:
    """Return for how many weeks a support is offered at most.

    >>> most_weeks("tape"), most_weeks("orthoses")
    (4, 6)
    """
    return int(constant(f"program.{code}_weeks").value)


def offers(facts: Mapping[str, Fact]) -> tuple[Offer, ...]:
    """Return the supports that are offered to somebody of whom these facts hold; one for a finding is marked as by judgement."""
    return tuple(
        Offer(one.code, most_weeks(one.code), _because(one, one.because, facts.get(one.when)))
        for one in supports()
        if one.offered and (not one.when or one.when in facts)
    )


def left_out(facts: Mapping[str, Fact]) -> tuple[LeftOut, ...]:
    """Return the approaches that no program takes, and the supports that are not offered to this person, and why."""
    return tuple(
        LeftOut(one.code, _because(one, one.otherwise or one.because, None))
        for one in supports()
        if not one.offered or (one.when and one.when not in facts)
    )


def _because(one: Support, reason: str, fact: Fact | None) -> Because:
    if fact is None:
        return Because(reason, {}, one.sources)
    return Because(reason, fact.parameters, tuple(dict.fromkeys((*one.sources, *fact.sources))), by_judgement=True)
