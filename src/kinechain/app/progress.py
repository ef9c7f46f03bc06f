"""How far along is it? What use cases tell whoever waits for them."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """Progress of one stage: its code (words: `cli.stage.<code>`), what it works on, how much is done, and of how much if known."""

    stage: str
    name: str
    done: int
    total: int | None


Progress = Callable[[Step], None]


def ignore(_step: Step) -> None:
    """Tell nobody."""
