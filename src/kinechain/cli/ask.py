"""How are questions asked one by one on a terminal? Questions in, answers out; one word goes back, leaves or stops.

What is asked next may hang on the answers so far, so the loop is given a function and not a list. Nothing is stored here.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import typer

from kinechain.core.errors import UsageError
from kinechain.report.words import say


class Ended(StrEnum):
    """How asking ended: all was answered, the person left, or the person said stop."""

    DONE = "done"
    QUIT = "quit"
    STOP = "stop"


@dataclass(frozen=True)
class Prompt:
    """One thing to ask: its words, and which answers there are.

    `choices` are answers with their words, for a choice or several, of which `least` at the least; `low` and `high` bound a number;
    `check` turns what was typed into the answer of a text, and raises UsageError where it cannot. `unknown` is the answer of who
    does not know, None where that is no answer; `optional` lets Enter leave it out, which answers None. `stop` tells that something
    is being done meanwhile, so that one word must end it.
    """

    code: str
    words: str
    kind: Literal["yes_no", "choice", "several", "number", "text"] = "yes_no"
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    least: int = 0
    low: float = -math.inf
    high: float = math.inf
    check: Callable[[str], Any] = str
    unknown: Any = None
    optional: bool = False
    stop: bool = False


@dataclass(frozen=True)
class Asked:
    """What was answered, by code, and how asking ended."""

    answers: Mapping[str, Any]
    ended: Ended


@dataclass
class _Talk:
    """Where the answers so far came from, so that one can go back."""

    answers: dict[str, Any]
    order: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Refused:
    """Why what was typed is no answer."""

    words: str


def ask(
    following: Callable[[Mapping[str, Any]], Prompt | None],
    known: Mapping[str, Any] | None = None,
    read: Callable[[str], str] = input,
    tell: Callable[[str], None] = typer.echo,
) -> Asked:
    """Ask what `following` names for the answers so far, until it names nothing more; `known` are answers that are not asked for.

    `read` reads a line and `tell` prints one. The end of the input counts as quit.
    """
    talk = _Talk(dict(known or {}))
    while (prompt := following(talk.answers)) is not None:
        _show(prompt, tell)
        try:
            typed = " ".join(read(f"{say('ask.prompt')} ").split())
        except EOFError:
            return Asked(talk.answers, Ended.QUIT)
        word = typed.casefold()
        if _is(word, "quit"):
            return Asked(talk.answers, Ended.QUIT)
        if _is(word, "stop"):
            return Asked(talk.answers, Ended.STOP)
        if _is(word, "back"):
            _go_back(talk, tell)
            continue
        answer = _answer(prompt, typed)
        if isinstance(answer, _Refused):
            tell(f"  {answer.words}")
            continue
        talk.answers[prompt.code] = answer
        talk.order.append(prompt.code)
    return Asked(talk.answers, Ended.DONE)


def _go_back(talk: _Talk, tell: Callable[[str], None]) -> None:
    if talk.order:
        del talk.answers[talk.order.pop()]
    else:
        tell(f"  {say('ask.first')}")


def _show(prompt: Prompt, tell: Callable[[str], None]) -> None:
    tell("")
    tell(prompt.words)
    if prompt.help:
        tell(f"  {prompt.help}")
    for number, (_, words) in enumerate(prompt.choices, start=1):
        tell(f"  {number} {words}")
    more = {
        "ask.keys_none": prompt.kind == "several" and not prompt.least,
        "ask.keys_unknown": prompt.kind == "number" and prompt.unknown is not None,
        "ask.keys_skip": prompt.optional,
    }
    keys = [say(f"ask.keys_{prompt.kind}"), *(say(code) for code, there in more.items() if there), say("ask.keys")]
    tell(f"  ({', '.join([*keys, *(say('ask.keys_stop') for _ in range(prompt.stop))])})")


def _answer(prompt: Prompt, typed: str) -> Any:
    """Return the answer that was typed, or why it is none."""
    word = typed.casefold()
    if not word and prompt.optional:
        return None
    if prompt.unknown is not None and _is(word, "unknown"):
        return prompt.unknown
    if prompt.kind == "yes_no":
        return next((answer for answer in ("yes", "no") if _is(word, answer)), _Refused(say("ask.again")))
    if prompt.kind == "choice":
        return _chosen(prompt, word)
    if prompt.kind == "several":
        return _several(prompt, word)
    if prompt.kind == "number":
        return _number(prompt, word)
    try:
        return prompt.check(typed)
    except UsageError as error:
        return _Refused(str(error))


def _chosen(prompt: Prompt, word: str) -> Any:
    """Return the choice that was named by its number, its words or its code, or that there is none."""
    numbered = ((answer, (str(number), words.casefold(), answer)) for number, (answer, words) in enumerate(prompt.choices, start=1))
    return next((answer for answer, ways in numbered if word in ways), _Refused(say("ask.again")))


def _several(prompt: Prompt, word: str) -> tuple[str, ...] | _Refused:
    """Return the choices that were named, in their own order and each once, or why they are no answer."""
    named = [] if _is(word, "none") else _parts(prompt, word)
    chosen = [_chosen(prompt, one) for one in named]
    if any(isinstance(one, _Refused) for one in chosen):
        return _Refused(say("ask.again"))
    if len(set(chosen)) < prompt.least:
        return _Refused(say("ask.at_least_one"))
    return tuple(answer for answer, _ in prompt.choices if answer in chosen)


def _parts(prompt: Prompt, word: str) -> list[str]:
    """Return what was typed part by part: the words of one choice may have commas of their own, and numbers need none between."""
    if not isinstance(_chosen(prompt, word), _Refused):
        return [word]
    digits = word.replace(",", " ").split()
    return digits if digits and all(part.isdigit() for part in digits) else [part.strip() for part in word.split(",")]


def _number(prompt: Prompt, word: str) -> float | _Refused:
    try:
        number = float(word.replace(",", "."))
    except ValueError:
        number = math.nan
    return number if prompt.low <= number <= prompt.high else _Refused(say("ask.not_between", low=prompt.low, high=prompt.high))


def _is(word: str, code: str) -> bool:
    return word in say(f"ask.{code}").split(",")
