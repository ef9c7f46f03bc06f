"""Which words does a person read for a code? One catalogue of messages a language, filled with the code's parameters.

Stages answer with codes and parameters; everything a person reads is looked up here. A language has one file and a folder with
more of the same kind (`messages/en.toml`, `messages/en/`); how fields are written is said at the head of the file.
"""

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from typing import Any

#: The language whose codes and fields every other language has to match.
REFERENCE_LANGUAGE = "en"


def say(code: str, /, *, language: str = REFERENCE_LANGUAGE, **parameters: Any) -> str:
    """Return the words for `code`, its fields filled with `parameters`; parameters that the words do not use are ignored.

    A code that names a group stands for the group's `text`, or else its `name`. A missing number (None, NaN) reads "unknown".
    Raises KeyError for a code or language that the catalogue does not hold, and for a field without its parameter.

    >>> say("view.side")
    'from the side'
    >>> say("reason.low_frame_rate", fps=15.0, needed=24)
    'The film has 15 pictures a second; at least 24 are needed to catch the lowest point.'
    """
    words = _words_of(code, language)
    try:
        return _Filler(language).vformat(words, (), parameters)
    except KeyError as error:
        given = ", ".join(sorted(parameters)) or "none"
        raise KeyError(f"Expected the parameter {error} for the words of {code}, got {given}. Hand it to say().") from None


def has_words(code: str, language: str = REFERENCE_LANGUAGE) -> bool:
    """Tell whether the catalogue holds words for `code`."""
    return _resolve(code, language) is not None


def languages() -> tuple[str, ...]:
    """Return the codes of all languages that ship."""
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in _folder().iterdir() if entry.name.endswith(".toml")))


@cache
def messages(language: str = REFERENCE_LANGUAGE) -> Mapping[str, str]:
    """Return every message of a language by its full code, unfilled. Raises KeyError for a language that does not ship."""
    if language not in languages():
        raise KeyError(f"Expected a language among {', '.join(languages())}, got {language!r}. Add messages/{language}.toml.")
    files = [_folder() / f"{language}.toml", *sorted((_folder() / language).iterdir(), key=lambda file: str(file.name))]
    return {code: words for file in files for code, words in _flatten(tomllib.loads(file.read_text(encoding="utf-8")), "")}


def fields_of(words: str) -> frozenset[str]:
    """Return the names of the fields in `words`."""
    return frozenset(name for _, name, _, _ in Formatter().parse(words) if name is not None)


class _Filler(Formatter):
    """Python's formatter with the catalogue's own ways of writing a field; it never follows attributes or indices."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, args: Any, kwargs: Mapping[str, Any]) -> tuple[Any, str]:  # noqa: ARG002 - its base calls it so
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return _words_of("language.unknown", self.language)
        if format_spec.startswith("@"):
            return self._other_words(format_spec[1:], value)
        if "|" in format_spec:
            one, many = format_spec.split("|")
            return one if value == 1 else many
        if format_spec == "number":
            return _short(float(value))
        if format_spec == "share":
            return _percent(float(value))
        return str(format(value, format_spec))

    def _other_words(self, group: str, value: Any) -> str:
        """Return the words of another code; a value without words of its own shows itself, so that no report fails over it."""
        words = _resolve(f"{group}.{value}", self.language)
        return str(value).replace("_", " ") if words is None else words


def _words_of(code: str, language: str) -> str:
    words = _resolve(code, language)
    if words is None:
        raise KeyError(f"Expected a code of the message catalogue, got {code!r}. Add its words to messages/{language}.toml.")
    return words


def _resolve(code: str, language: str) -> str | None:
    known = messages(language)
    return next((known[name] for name in (code, f"{code}.text", f"{code}.name") if name in known), None)


def _short(value: float) -> str:
    decimals = 1 if abs(value) >= 1.0 else 2  # 0.46 of a needed 0.5 must not read 0.5
    text = f"{round(value, decimals) + 0.0:.{decimals}f}"  # + 0.0 turns -0.0 into 0.0
    return text.rstrip("0").removesuffix(".")


def _percent(share: float) -> str:
    if 0.0 < share < 0.001:
        return "<0.1%"
    return f"{round(100.0 * share, 1) + 0.0:.1f}".removesuffix(".0") + "%"


def _folder() -> Any:
    return files("kinechain.report") / "messages"


def _flatten(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for key, value in table.items():
        rows += _flatten(value, f"{prefix}{key}.") if isinstance(value, dict) else [(f"{prefix}{key}", value)]
    return rows
