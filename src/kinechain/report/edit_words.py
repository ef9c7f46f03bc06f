"""How does a clinician's change read? Each field that was set, in words, in the units that a person reads."""

import math
from typing import Any

from kinechain.core.training import Edit
from kinechain.report.words import say

_SEVERAL = ("flexion_rad", "weeks", "days")


def edit_words(edit: Edit, language: str = "en") -> str:
    """Return what an edit sets, its fields in the order in which they were set; empty where it sets none.

    >>> from datetime import date
    >>> edit_words(Edit(date(2026, 1, 10), "P", "why", "change", "knee", {"sets": 3, "flexion_rad": (0.0, math.radians(40.0))}))
    '3 sets, knee bent from 0° to 40°'
    """
    return ", ".join(_field(name, value, language) for name, value in edit.changes.items())


def _field(name: str, value: Any, language: str) -> str:
    if name not in _SEVERAL or not isinstance(value, tuple):
        return say(f"plan_change.{name}", language=language, value=value)
    if name == "days":
        named = ", ".join(say(f"weekday.{day}", language=language) for day in value)
        return say("plan_change.days_named", language=language, value=named)
    ends = tuple(map(math.degrees, value)) if name == "flexion_rad" else value
    return say(f"plan_change.{name}", language=language, least=ends[0], most=ends[1])
