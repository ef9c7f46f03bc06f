"""Does a claim hold, and how sure is that? A verdict and a sureness that follow from the findings by one written rule.

The rule in plain words is docs/evidence.md. In short: a study starts at the grade that its design has for the kind of question that
the claim asks (`grading.toml`) and loses one for each of: few people, read second hand or not at all, doubted by its own authors,
other people or another outcome than the claim's. The verdict compares the best finding for the claim with the best against it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args

from kinechain.core.errors import DataFileError
from kinechain.evidence.effects import Effect, effects
from kinechain.evidence.ledger import Design, Study, constant, studies
from kinechain.evidence.rows import among, build, known_study, parse, shipped

Says = Literal["supports", "against", "neither"]
#: `this`: the claim as worded, in people with the pain where it speaks of them. `part`: a part of it, or some of its people.
#: `indirect`: other people (healthy instead of painful), another outcome, or another question.
About = Literal["this", "part", "indirect"]
Verdict = Literal["supported", "partly", "overstated", "unsupported", "contradicted"]
Sureness = Literal["very low", "low", "moderate", "high"]
#: What a claim asks: how bodies are built; what is seen in people or movements; how it works; what leads to what; what helps.
Asks = Literal["anatomy", "seen", "works", "leads_to", "helps"]
#: Why a finding lost a grade, and why a verdict is what it is: codes of the message catalogue.
Step = Literal["few_people", "people_unknown", "few_cases", "second_hand", "assumed", "authors_doubt", "indirect"]
Reason = Literal[
    "nothing_for",
    "against_alone",
    "against_stronger",
    "for_unopposed",
    "for_but_also_against",
    "part_only",
    "part_opposed",
    "indirect_only",
]

GRADES: tuple[Sureness, ...] = get_args(Sureness)
_LEAST = 1
_NO_PEOPLE = frozenset({"anatomy", "model", "cadaver"})
_POOLED = frozenset({"review", "meta-analysis", "guideline"})


@dataclass(frozen=True)
class ClaimFinding:
    """What one effect, or one study as a whole (`effect` is then empty), says of a claim, and how near it comes to it."""

    study: str
    says: Says
    about: About
    effect: str = ""


@dataclass(frozen=True)
class Weight:
    """How much a finding weighs: from 1, very low, to 4, high; `steps` are the reasons for which it lost a grade each."""

    grade: int
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Judgement:
    """What follows from findings, and why."""

    verdict: Verdict
    sureness: Sureness
    reason: Reason


@dataclass(frozen=True)
class Claim:
    """A popular claim, what was found for and against it, and what follows. Its words are the messages `claim.<code>.*`."""

    letter: str
    code: str
    asks: Asks
    findings: tuple[ClaimFinding, ...]
    verdict: Verdict
    sureness: Sureness

    @property
    def statement(self) -> str:
        """The message code of the claim as it is made."""
        return f"claim.{self.code}.statement"

    @property
    def short(self) -> str:
        """The message code of a name in a few words."""
        return f"claim.{self.code}.short"

    @property
    def found(self) -> str:
        """The message code of what was measured in whom."""
        return f"claim.{self.code}.found"

    @property
    def does(self) -> str:
        """The message code of what kinechain does about it."""
        return f"claim.{self.code}.does"

    @property
    def gap(self) -> str:
        """The message code of what nobody has measured, as far as was found."""
        return f"claim.{self.code}.gap"

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of the studies, each once, in the order of the findings."""
        return tuple(dict.fromkeys(finding.study for finding in self.findings))


@cache
def claims() -> dict[str, Claim]:
    """Return all shipped claims by letter."""
    return read_claims(shipped("claims.toml"), "claims.toml", studies(), effects())


@cache
def start_grades() -> dict[str, dict[str, Sureness]]:
    """Return the grade at which a design starts, by what a claim asks and by design."""
    return read_grading(shipped("grading.toml"), "grading.toml")


def read_grading(text: str, name: str) -> dict[str, dict[str, Sureness]]:
    """Read start grades from TOML `text`: a table a question, with its `reason` and a grade for every design."""
    rows = {}
    for asks, table in parse(text, name).items():
        where = f"row {asks} of {name}"
        among(asks, get_args(Asks), "a question", where, "Name one of them.")
        if not table.get("reason"):
            raise DataFileError("a reason in every row", f"none in {where}", "Say why the grades are as they are.")
        grades = {design: grade for design, grade in table.items() if design != "reason"}
        if set(grades) != set(get_args(Design)):
            odd = sorted(set(grades) ^ set(get_args(Design)))
            raise DataFileError("a grade for every design and for nothing else", f"{odd[0]} amiss in {where}", "Add or drop it.")
        for grade in grades.values():
            among(grade, GRADES, "a grade", where, "Use one of the four.")
        rows[asks] = grades
    return rows


def read_claims(text: str, name: str, known_studies: Mapping[str, Study], known_effects: Mapping[str, Effect]) -> dict[str, Claim]:
    """Read claims from TOML `text`, a table each under the claim's letter.

    Raises DataFileError for a row that lacks a field or names an unknown effect or study, and for a verdict or a sureness that does
    not follow from the findings.
    """
    rows: dict[str, Claim] = {}
    for letter, table in parse(text, name).items():
        where = f"row {letter} of {name}"
        found = table.get("findings") if isinstance(table, dict) else None
        if not isinstance(found, list):
            raise DataFileError("a list of findings in every row", f"none in {where}", "Write [] where nothing was found.")
        findings = tuple(_finding(one, where, known_studies, known_effects) for one in found)
        rest = {field: value for field, value in table.items() if field != "findings"}
        claim = build(Claim, rest, where, letter=letter, findings=findings)
        follows = judge(claim.findings, claim.asks, known_studies, known_effects)
        if (claim.verdict, claim.sureness) != (follows.verdict, follows.sureness):
            raise DataFileError(
                f"the verdict that follows from the findings, {follows.verdict} with sureness {follows.sureness}",
                f"{claim.verdict} with {claim.sureness} in {where}",
                "Write what follows, or mend the findings.",
            )
        if claim.code in {other.code for other in rows.values()}:
            raise DataFileError("every code once", f"{claim.code} again in {where}", "Give each claim a code of its own.")
        rows[letter] = claim
    return rows


def weigh(finding: ClaimFinding, asks: Asks, known_studies: Mapping[str, Study], known_effects: Mapping[str, Effect]) -> Weight:
    """Return how much `finding` weighs for a claim that `asks` so, and why no more."""
    study, effect = known_studies[finding.study], known_effects.get(finding.effect)
    steps: list[Step] = []
    if (too_few := _too_few(study, effect)) is not None:
        steps.append(too_few)
    if study.second_hand:
        steps.append("second_hand")
    if effect is not None and effect.kind == "assumed":
        steps.append("assumed")
    if effect is not None and effect.doubted:
        steps.append("authors_doubt")
    if finding.about == "indirect":
        steps.append("indirect")
    start = GRADES.index(start_grades()[asks][study.design]) + 1
    return Weight(max(_LEAST, start - len(steps)), tuple(steps))


def judge(
    findings: Sequence[ClaimFinding], asks: Asks, known_studies: Mapping[str, Study], known_effects: Mapping[str, Effect]
) -> Judgement:
    """Return the verdict and the sureness that follow from `findings`: the rule of docs/evidence.md."""

    def best(says: Says, about: About) -> int:
        alike = (one for one in findings if (one.says, one.about) == (says, about))
        return max((weigh(one, asks, known_studies, known_effects).grade for one in alike), default=0)

    whole, part, indirect = (best("supports", about) for about in get_args(About))
    against, against_part, against_indirect = (best("against", about) for about in get_args(About))
    verdict, reason, grade = _weighed(whole, part, indirect, against, against_part)
    both_ways = max(whole, part, indirect) > 0 and max(against, against_part, against_indirect) > 0
    return Judgement(verdict, GRADES[max(_LEAST, grade - both_ways) - 1], reason)


def _too_few(study: Study, effect: Effect | None) -> Step | None:
    """Return why the people that were looked at are too few to tell, None where they are not."""
    if study.design in _NO_PEOPLE:
        return None
    people = study.n if effect is None or effect.n is None else effect.n
    if people is None and study.design not in _POOLED:
        return "people_unknown"
    if people is not None and people < constant("claims.few_people").value:
        return "few_people"
    if effect is not None and effect.cases is not None and effect.cases < constant("claims.few_cases").value:
        return "few_cases"
    return None


def _weighed(whole: int, part: int, indirect: int, against: int, against_part: int) -> tuple[Verdict, Reason, int]:
    """Return the verdict, its reason and the grade of what it rests on; 0 stands for no finding of a kind."""
    opposed = max(against, against_part)
    if not (whole or part or indirect):
        return ("contradicted", "against_alone", opposed) if opposed else ("unsupported", "nothing_for", _LEAST)
    if opposed and not (whole or part):
        return "contradicted", "against_stronger", opposed
    if against > max(whole, part):
        return "contradicted", "against_stronger", against
    if whole > opposed:
        return "supported", "for_unopposed", whole
    if whole:
        return "partly", "for_but_also_against", whole
    if part:
        return ("overstated", "part_opposed", against) if against else ("partly", "part_only", part - 1)
    return "overstated", "indirect_only", indirect


def _finding(row: Any, where: str, known_studies: Mapping[str, Study], known_effects: Mapping[str, Effect]) -> ClaimFinding:
    if isinstance(row, dict) and row.get("effect"):
        if row["effect"] not in known_effects:
            raise DataFileError("the key of an effect", f"{row['effect']!r} in {where}", "Add it to effects.toml, or mend the key.")
        row = {"study": known_effects[row["effect"]].study} | row
    finding = build(ClaimFinding, row, f"the findings of {where}")
    known_study(finding.study, known_studies, where)
    for field in ("design", "population"):
        if not getattr(known_studies[finding.study], field):
            raise DataFileError(
                f"a {field} for every study of a claim", f"none for {finding.study} in {where}", "Add it to studies.toml."
            )
    return finding
