"""Answers of somebody whose kneecap hurts and of whom nothing speaks against a program, and a result that fits them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kinechain.app.document import screening_document
from kinechain.core.types import Protocol
from kinechain.io.result import format_result
from kinechain.program.conditions import Answer
from kinechain.program.intake import questions as intake_questions
from kinechain.program.safety import to_ask
from made_screening import made_screening


def healthy(age: int = 29, **worries: Answer) -> dict[str, Answer]:
    """Return the answers of somebody to the safety questions without any sign, but for `worries`."""
    answers: dict[str, Answer] = {"age": age, **worries}
    while due := to_ask(answers):
        answers[due[0].code] = due[0].harmless
    return answers


def kneecap(**told: Any) -> dict[str, Any]:
    """Return the answers of somebody whose left kneecap hurts in squats, on stairs and in running, but for what is `told`."""
    asked = {question.code for question in intake_questions() if not question.asked.questions and not question.typed}
    no = dict.fromkeys(("resisted_contraction", "kneecap_slips", "hip_brings_it", "swells", "operated_before"), "no")
    answers: dict[str, Any] = {
        "knee": "left",
        "where": ["kneecap", "inner_rim"],
        "since_weeks": 30,
        "brings_on": ["squat", "stairs_down", "running"],
        "pain_free_squat": "half",
        **no,
        "palpation": "yes",
        "usual_pain": 3,
        "worst_pain": 6,
        "goals": ["running"],
        "days": ["monday", "wednesday", "friday"],
        "equipment": ["chair", "band"],
        "sits_hours": 7,
    }
    return {code: answer for code, answer in answers.items() if code in asked} | {"runs_km": 10} | told


def write_answers(file: Path, safety: Mapping[str, Any] | None = None, intake: Mapping[str, Any] | None = None) -> Path:
    """Write a file of answers; JSON's values are TOML's too."""
    tables = {"safety": healthy() if safety is None else safety, "intake": kneecap() if intake is None else intake}
    lines = (
        f"[{name}]\n" + "\n".join(f"{code} = {json.dumps(one)}" for code, one in told.items()) for name, told in tables.items()
    )
    file.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return file


def write_result(folder: Path, **changes: Any) -> Path:
    """Write the result of a screening with a stiff left ankle into a new folder."""
    folder.mkdir()
    document = screening_document(made_screening(), Protocol(), mirrored=False, folders=())
    (folder / "result.json").write_text(format_result({**document, **changes}), encoding="utf-8")
    return folder
