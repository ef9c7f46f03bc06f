"""What is a line for a terminal? Its words and its kind, so that the command line may colour them."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a line is, for whoever colours it."""

    HEADLINE = "headline"
    HEADING = "heading"
    OK = "ok"
    CAUTION = "caution"
    REFILM = "refilm"
    DO = "do"
    TEXT = "text"
    MEASURE = "measure"
    NOTE = "note"


@dataclass(frozen=True)
class TextLine:
    """One line for the terminal."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text
