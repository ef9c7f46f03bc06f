"""Which clips does the lab hold? Deals the levels of `design.toml` out to people, movements and views."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lab.bodies import GROUPS
from lab.records import record_name

DESIGN = Path(__file__).parent / "design.toml"


@dataclass(frozen=True)
class Plan:
    """One clip to make: who does what, seen from where, and how it is filmed. `azimuth_deg`: 0 front, 90 the person's left side."""

    group: str
    person: int
    movement: str
    view: str
    azimuth_deg: float
    source: str
    faults: tuple[str, ...]
    fps: float
    portrait: bool
    standing_first: bool
    crf: int
    seed: int

    @property
    def name(self) -> str:
        """The clip's name: the start of the SHA-256 over everything planned, so that a changed plan is another clip."""
        return record_name(self.values)

    @property
    def values(self) -> dict[str, Any]:
        """Everything planned, as JSON values by name."""
        return {**asdict(self), "faults": list(self.faults)}

    def rng(self, purpose: str) -> np.random.Generator:
        """Return the clip's own source of chance for one purpose, independent of the other purposes'."""
        return np.random.default_rng([self.seed, *purpose.encode()])


def read_design(path: Path = DESIGN) -> tuple[Plan, ...]:
    """Return every planned clip, line after line; the same file gives the same plans on any machine."""
    design = tomllib.loads(path.read_text(encoding="utf-8"))
    plans = [plan for line in design["clips"] for plan in _plans(design, line)]
    names = {plan.name for plan in plans}
    if len(names) != len(plans):
        raise ValueError(f"Expected every clip of {path.name} to differ, got {len(plans) - len(names)} twice. Change a line.")
    return tuple(plans)


def _plans(design: dict[str, Any], line: dict[str, Any]) -> Iterator[Plan]:
    # A line is known by what it says, not by its place: one put in before it leaves its clips as they are.
    says = json.dumps({key: line[key] for key in ("group", "movement", "views")}, sort_keys=True)
    rng = np.random.default_rng([design["seed"], *hashlib.sha256(says.encode()).digest()[:8]])
    keys = list(GROUPS[line["group"]])
    # Fewer people are the first of more people, so that a line can be cut short or made longer and keeps its clips.
    people = keys if "people" not in line else rng.permutation(keys)[: line["people"]].tolist()
    cards = {name: _dealt(rng, levels) for name, levels in design["deal"].items()}
    faults, views = _dealt(rng, line["faults"]), _dealt(rng, line["views"], shuffled=False)
    for person in people:
        for _ in range(line["each_person"]):
            view, fault = next(views), next(faults)
            drawn = {name: next(levels) for name, levels in cards.items()}
            if line["movement"] != "squat" or fault != "none":
                drawn["source"] = "drawn"
            middles, spread = design["views"][view]["azimuth_deg"], design["views"][view]["spread_deg"]
            azimuth = float(rng.choice(middles)) + rng.uniform(-spread, spread)
            yield Plan(
                group=line["group"],
                person=int(person),
                movement=line["movement"],
                view=view,
                azimuth_deg=round(azimuth, 1),
                faults=() if fault == "none" else (fault,),
                seed=int(rng.integers(2**31)),
                **drawn,
            )


def _dealt(rng: np.random.Generator, levels: list[Any], *, shuffled: bool = True) -> Iterator[Any]:
    """Yield the levels over and over, each round in an order of its own."""
    while True:
        yield from (levels[index] for index in (rng.permutation(len(levels)) if shuffled else range(len(levels))))
