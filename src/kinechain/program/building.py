"""What does this person train? From what was told and tested to weeks of training, by rules over data; each choice says why.

The rules stand in `data/building.toml`, doses and caps in rows of the ledger. The same basis makes the same program to the byte.
Whether somebody may have a program at all is for the safety questions (`safety.py`): a basis is taken as one that passed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from kinechain.core.training import Basis, Because, LeftOut, Part, Prescription, Program
from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.program.catalogue import exercise
from kinechain.program.choosing import GROUPS, Caps, Fit, Row, applies, choose, reason_of, rules
from kinechain.program.dosing import first_depth, first_dose, load_caps, minutes_of, training_days, weeks_of_program
from kinechain.program.education import lessons
from kinechain.program.facts import Fact, facts_of
from kinechain.program.running import entry_rules, returns
from kinechain.program.supports import left_out, offers


@dataclass
class _Draft:
    """A program while it is put together: its lines by slot, and what was not taken, the first reason for each."""

    lines: dict[str, Prescription] = field(default_factory=dict)
    left_out: dict[str, Because] = field(default_factory=dict)

    def of(self, part: Part) -> list[Prescription]:
        return [line for line in self.lines.values() if line.part is part]


def build(basis: Basis, start: date) -> Program:
    """Return the program of somebody whose safety questions are clear, from `start` on."""
    facts = facts_of(basis)
    caps = load_caps(sore="sore" in facts)
    days = training_days(basis.intake.days)
    depth, depth_because = first_depth(basis)
    draft = _Draft()
    for row in _ordered(facts):
        _fill(draft, row, facts, Caps(depth, caps[0], basis.intake.equipment), days)
    for line in returns(facts, caps, days):
        draft.lines[line.slot] = line
    prescribed = {line.exercise for line in draft.lines.values()}
    refused = tuple(LeftOut(what, because) for what, because in draft.left_out.items() if what not in prescribed)
    return Program(
        start=start,
        weeks=weeks_of_program(),
        days=days,
        prescriptions=tuple(line for part in Part for line in draft.of(part)),
        lessons=lessons(facts),
        offers=offers(facts),
        left_out=(*refused, *left_out(facts)),
        rules=tuple(_rules(basis, facts, draft, days)),
        load_caps=caps,
        flexion_cap_rad=depth,
        flexion_because=depth_because,
        usual_pain=basis.intake.usual_pain,
        basis=basis,
    )


def _ordered(facts: Mapping[str, Fact]) -> tuple[Row, ...]:
    """Return the rules that are for this person: core, then matched ones by what holds the person back most, then extras.

    Of matched strength only the first comes before the extras: strength for the knee is what trials have behind them, so a second
    exercise for it goes before a second guess of ours.
    """
    rank = {fact: number for number, fact in enumerate(facts)}
    own = [row for row in rules() if applies(row, facts)]
    ordered = sorted(own, key=lambda row: (GROUPS.index(row.group), _rank(row, rank) if row.group == "matched" else 0))
    strength = [row for row in ordered if row.group == "matched" and exercise(row.exercises[0]).part is Part.STRENGTH]
    later = [row for row in strength if row.slot != strength[0].slot]
    return (*(row for row in ordered if row not in later), *later)


def _rank(row: Row, rank: Mapping[str, int]) -> int:
    return min((rank[fact] for fact in row.when), default=len(rank))


def _fill(draft: _Draft, row: Row, facts: Mapping[str, Fact], caps: Caps, days: tuple[int, ...]) -> None:
    """Fill the slot of a rule, or note why not: filled already, something stands against it, nothing fits, no room."""
    taken = frozenset(line.exercise for line in draft.lines.values())
    found, refused = choose(row, caps, taken)
    if row.slot in draft.lines:
        if row.group == "matched" and found is not None and not taken.intersection(row.exercises):
            draft.left_out.setdefault(found.exercise, Because("because.later_link", {"link": row.link}))
        return
    against = [fact for fact in row.unless if fact in facts]
    if against:
        if row.blocked and found is not None:
            draft.left_out.setdefault(found.exercise, Because(row.blocked, {}, facts[against[0]].sources))
        return
    for what, because in refused.items():
        draft.left_out.setdefault(what, because)
    if found is None:
        return
    line = _line(row, found, facts, days)
    full = _full(draft, line)
    if full is None:
        draft.lines[row.slot] = line
    else:
        draft.left_out.setdefault(line.exercise, full)


def _line(row: Row, found: Fit, facts: Mapping[str, Fact], days: tuple[int, ...]) -> Prescription:
    one = exercise(found.exercise)
    because = reason_of(row, facts)
    own_sides = [facts[fact].side for fact in row.when if row.link and one.one_sided and facts[fact].side in SIDES]
    return Prescription(
        slot=row.slot,
        exercise=one.code,
        side=own_sides[0] if own_sides else "both",
        part=one.part,
        dose=first_dose(one, days),
        because=replace(because, sources=tuple(dict.fromkeys((*because.sources, *one.sources)))),
        flexion_rad=found.flexion_rad,
        weeks=(1, weeks_of_program()),
        link=row.link,
    )


def _full(draft: _Draft, line: Prescription) -> Because | None:
    """Return why there is no room for one more line, None where there is: lines of strength, minutes of daily work."""
    if line.part is Part.STRENGTH:
        most = constant("dose.lines_most")
        return Because("because.later", {"lines": int(most.value)}, (most.key,)) if len(draft.of(line.part)) >= most.value else None
    if line.part is Part.DAILY:
        budget = constant("dose.daily_minutes")
        minutes = sum(minutes_of(one) for one in (*draft.of(line.part), line))
        return Because("because.later_daily", {"minutes": int(budget.value)}, (budget.key,)) if minutes > budget.value else None
    return None


def _rules(basis: Basis, facts: Mapping[str, Fact], draft: _Draft, days: tuple[int, ...]) -> Iterator[Because]:
    """Yield the rules of the whole program: what is aimed at, on how many days, how gently, by which pain, and what was matched."""
    weeks, effort = constant("dose.weeks"), constant("dose.effort")
    pain = constant("safety.stop_pain")
    yield Because("because.weeks", {"weeks": int(weeks.value)}, (weeks.key, "hansen-2023", "osteras-2013"))
    yield Because(
        "because.dose", {"effort": int(effort.value)}, (effort.key, "dose.sets_most", "dose.repetitions_most", "holden-2018")
    )
    yield Because("because.pain_rule", {"pain": int(pain.value)}, (pain.key,))
    good = constant("session.good_sessions")
    yield Because("because.progress", {"count": int(good.value)}, (good.key, "session.under_target"))
    yield _days_rule(days)
    yield _caps_rule(facts)
    minutes = constant("dose.daily_minutes")
    yield Because("because.daily", {"minutes": int(minutes.value)}, (minutes.key,))
    yield from entry_rules(draft.of(Part.ACTIVITY))
    if "one_leg" in facts:
        yield Because("because.one_leg", facts["one_leg"].parameters)
    if any(line.link for line in draft.lines.values()):
        yield Because("because.matching", {}, ("selfe-2016", "drew-2017", "matthews-2020-mobility"), by_judgement=True)
    elif any(finding.norm is not None for finding in basis.findings):
        yield Because("because.nothing_found")
    else:
        yield Because("because.not_tested")


def _days_rule(days: tuple[int, ...]) -> Because:
    wanted = constant("dose.days")
    code = "because.days" if len(days) == wanted.value else "because.fewer_days"
    return Because(code, {"days": len(days), "wanted": int(wanted.value)}, (wanted.key,))


def _caps_rule(facts: Mapping[str, Fact]) -> Because:
    gentle, longer = constant("dose.gentle_weeks"), constant("dose.gentle_weeks_sore")
    if "sore" in facts:
        words = {"gentle": int(gentle.value), "longer": int(longer.value)}
        return Because("because.caps_sore", words, (gentle.key, longer.key, *facts["sore"].sources))
    return Because("because.caps", {"gentle": int(gentle.value)}, (gentle.key,))
