"""How do frozen types become plain values for a file, and how do they come back? Field by field, each checked.

A field whose name ends in `_rad` is written in degrees under the same name with `_deg`; dates as ISO writes them; a missing number
is null. What is read may hold more than is known, since files only gain fields; what is wrong is refused by its name.
"""

import math
import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from kinechain.core.errors import UsageError

_Kind = TypeVar("_Kind")
_DECIMALS = 4
_WHAT: dict[type, str] = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-01-05",
}


@dataclass(frozen=True)
class Ways:
    """How some types are written and read otherwise than field by field, and what is written beside the fields of others."""

    write: Mapping[type, Callable[[Any], Any]] = field(default_factory=dict)
    read: Mapping[type, Callable[[Any], Any]] = field(default_factory=dict)
    beside: Mapping[type, Callable[[Any], Mapping[str, Any]]] = field(default_factory=dict)


def to_plain(value: Any, ways: Ways) -> Any:
    """Return a value as JSON knows it."""
    if type(value) in ways.write:
        return ways.write[type(value)](value)
    if is_dataclass(value) and not isinstance(value, type):
        own = {_name(one): _to_field(one, getattr(value, one.name), ways) for one in fields(value)}
        return own | dict(ways.beside.get(type(value), lambda _: {})(value))
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): to_plain(one, ways) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [to_plain(one, ways) for one in value]
    return value


def from_plain(kind: type[_Kind], value: Any, ways: Ways, where: str) -> _Kind:
    """Return what `to_plain` wrote of a `kind`; `where` is what errors call its place. Raises UsageError."""
    found: _Kind = _read(kind, value, ways, where)
    return found


def _to_field(one: Field[Any], value: Any, ways: Ways) -> Any:
    return degrees(value) if one.name.endswith("_rad") else to_plain(value, ways)


def degrees(angle_rad: Any) -> Any:
    """Return an angle, or several, in degrees, with more decimals than anybody can tell."""
    if isinstance(angle_rad, tuple):
        return [degrees(one) for one in angle_rad]
    return None if angle_rad is None else round(math.degrees(angle_rad), _DECIMALS)


def _radians(angle_deg: Any) -> Any:
    if isinstance(angle_deg, tuple):
        return tuple(_radians(one) for one in angle_deg)
    return None if angle_deg is None else math.radians(angle_deg)


def _name(one: Field[Any]) -> str:
    return f"{one.name.removesuffix('_rad')}_deg" if one.name.endswith("_rad") else one.name


def _read(kind: Any, value: Any, ways: Ways, where: str) -> Any:
    if kind in ways.read:
        return _by_way(ways.read[kind], value, where)
    if get_origin(kind) in (Union, types.UnionType):
        return None if value is None else _read(next(one for one in get_args(kind) if one is not type(None)), value, ways, where)
    if kind is Any:
        return _hashable(value)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value, ways, where)
    if get_origin(kind) is Mapping:
        _require(isinstance(value, dict), "a table", value, where)
        return {key: _read(get_args(kind)[1], one, ways, f"{where}.{key}") for key, one in value.items()}
    if is_dataclass(kind):
        return _dataclass(kind, value, ways, where)
    return _single(kind, value, where)


def _dataclass(kind: Any, value: Any, ways: Ways, where: str) -> Any:
    _require(isinstance(value, dict), "a table", value, where)
    hints = get_type_hints(kind)
    told = {}
    for one in fields(kind):
        name = _name(one)
        place = f"{where}.{name}" if where else name
        if name in value:
            read = _read(hints[one.name], value[name], ways, place)
            told[one.name] = _radians(read) if one.name.endswith("_rad") else read
        elif one.default is MISSING and one.default_factory is MISSING:
            raise UsageError(f"{place}", "none", _DO)
    return kind(**told)


def _tuple(kinds: tuple[Any, ...], value: Any, ways: Ways, where: str) -> tuple[Any, ...]:
    _require(isinstance(value, list), "a list", value, where)
    if kinds[-1] is not Ellipsis:
        _require(len(value) == len(kinds), f"{len(kinds)} values", value, where)
        return tuple(_read(kind, one, ways, where) for kind, one in zip(kinds, value, strict=True))
    return tuple(_read(kinds[0], one, ways, f"{where}[{number}]") for number, one in enumerate(value))


def _single(kind: Any, value: Any, where: str) -> Any:
    if kind is float and value is None:
        return math.nan
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        _require(value in list(kind), f"one of {', '.join(kind)}", value, where)
        return kind(value)
    accepted = (int, float) if kind is float else (str,) if kind is date else (kind,)
    _require(isinstance(value, accepted) and (kind is bool or not isinstance(value, bool)), _WHAT[kind], value, where)
    if kind is date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            _require(False, _WHAT[date], value, where)
    return float(value) if kind is float else value


def _by_way(read: Callable[[Any], Any], value: Any, where: str) -> Any:
    try:
        return read(value)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(f"{where} as kinechain writes it", f"a wrong or missing {error}", _DO) from error


def _hashable(value: Any) -> Any:
    """Return a plain value with tuples for lists, as frozen types hold them."""
    if isinstance(value, list):
        return tuple(_hashable(one) for one in value)
    if isinstance(value, dict):
        return {key: _hashable(one) for key, one in value.items()}
    return value


#: What to do about any of it.
_DO = "Make the file anew, or undo what was changed in it by hand."


def _require(holds: bool, what: str, value: Any, where: str) -> None:
    if not holds:
        raise UsageError(f"{what} as {where}", repr(value), _DO)
