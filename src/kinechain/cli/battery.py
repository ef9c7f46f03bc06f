"""How is a battery run from a terminal? Films and typed values in a folder, or questions one by one; then what it all means."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from kinechain.app import models
from kinechain.app.battery import (
    Battery,
    filmed_tests,
    load_answers,
    place_of,
    read_folder,
    run_battery,
    save_answers,
    write_battery,
)
from kinechain.app.battery_example import example_battery
from kinechain.app.battery_steps import hip_rotation, jumped, next_step, stops
from kinechain.cli.ask import Asked, Ended, Prompt, ask
from kinechain.cli.lines import print_lines
from kinechain.cli.place import free_folder
from kinechain.cli.safety import FLAG, ask_safety, show_outcome
from kinechain.cli.show import say_where, show_progress
from kinechain.cli.steps import prompt_of
from kinechain.core.errors import UsageError
from kinechain.evidence import constant
from kinechain.loads.uncertainty import Chance
from kinechain.program.conditions import Answers
from kinechain.program.safety import triage
from kinechain.report.screening_text import screening_lines
from kinechain.report.words import say

#: Where answers are kept if no folder is named.
_FOLDER = Path("kinechain-battery")


def run_example() -> None:
    """Print a sample of `battery.toml`."""
    typer.echo(example_battery(), nl=False)


def run_folder(folder: Path | None, asking: bool, model: Path | None, chance: Chance, out: Path | None, as_json: bool) -> None:
    """Ask where that is wished, measure the folder's films, and tell what all of it means.

    Leaves with 3 where the safety questions, pain or a knee that gave way end the tests.
    """
    if folder is None and not asking:
        raise UsageError("a folder of films and typed values", "none", "Name one, or say --ask; --example prints a sample.")
    folder = folder or _FOLDER
    destination = free_folder(out, "battery")
    if asking and not _Talk(folder, as_json).all_answered():
        return
    _show(read_folder(folder), destination, model, chance, as_json)


def run_typed(battery: Battery, chance: Chance, out: Path | None, as_json: bool) -> None:
    """Tell what was typed in one test means, without any film."""
    _show(battery, free_folder(out, battery.test), None, chance, as_json)


def _show(battery: Battery, destination: Path, model: Path | None, chance: Chance, as_json: bool) -> None:
    """Measure what is filmed, write the folder, and tell what all of it means."""
    with show_progress() as tell:
        screened = run_battery(battery, lambda: models.open_backend(model, tell), tell, chance)
        write_battery(screened, destination, tell)
    if as_json:
        typer.echo((destination / "result.json").read_text(encoding="utf-8"), nl=False)
        return
    print_lines(screening_lines(screened.screening))
    say_where(destination)


@dataclass(frozen=True)
class _Talk:
    """Asking step by step: the safety questions first, then whatever `battery.toml` of the folder does not answer yet.

    Every answer is kept at once. `err` sends the words to standard error, where standard output is for the result.
    """

    folder: Path
    err: bool

    def all_answered(self) -> bool:
        """Ask; tell whether all was answered or passed over. Leaves with 3 where it is not safe to go on."""
        answers = load_answers(self.folder)
        self._tell(say("battery.going_on" if answers else "battery.asking", path=place_of(self.folder)))
        while True:
            safe = self._safety(answers)
            if safe is None:
                return False
            answers = {"person/age": safe["age"], **answers}
            before = frozenset(answers)
            asked = self._tests(answers, before, safe)
            answers = dict(asked.answers)
            if asked.ended is not Ended.DONE:
                if asked.ended is Ended.STOP:
                    self._tell(say("safety.stopped"))
                self._tell(say("battery.stopped", path=place_of(self.folder)))
                return False
            if not jumped(answers, before):
                return True
            self._tell(say("battery.jumped"))

    def _safety(self, answers: Mapping[str, Any]) -> Answers | None:
        """Return the answers to the safety questions, None where the person left."""
        age = answers.get("person/age")
        asked = ask_safety({} if age is None else {"age": float(age)}, self.err)
        if asked.ended is not Ended.DONE:
            self._tell(say("safety.left" if asked.ended is Ended.QUIT else "safety.stopped"))
            return None
        self._leave_unless_safe(asked.answers)
        return asked.answers

    def _tests(self, answers: Mapping[str, Any], before: frozenset[str], safe: Answers) -> Asked:
        """Ask test by test until all is answered, or pain jumps."""
        filmed = filmed_tests(self.folder)

        def following(so_far: Mapping[str, Any]) -> Prompt | None:
            save_answers(self.folder, so_far)
            self._leave_where_it_hurts(so_far, before)
            hips = hip_rotation(so_far)
            if hips:
                self._leave_unless_safe({**safe, **hips})
            step = None if jumped(so_far, before) else next_step(so_far, filmed)
            return None if step is None else prompt_of(step)

        return ask(following, answers, self._read, self._tell)

    def _leave_where_it_hurts(self, answers: Mapping[str, Any], before: frozenset[str]) -> None:
        why = stops(answers, before)
        if why is not None:
            self._tell(say(f"safety.stop.{why}", limit=constant("safety.stop_pain").value))
            self._tell(say("battery.kept", path=place_of(self.folder)))
            raise typer.Exit(FLAG)

    def _leave_unless_safe(self, answers: Answers) -> None:
        if not triage(answers).may_test:
            show_outcome(answers, as_json=self.err)
            raise typer.Exit(FLAG)

    def _tell(self, words: str) -> None:
        typer.echo(words, err=self.err)

    def _read(self, prompt: str) -> str:
        typer.echo(prompt, nl=False, err=self.err)
        return input()
