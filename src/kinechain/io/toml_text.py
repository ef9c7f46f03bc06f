"""How are names and values written as TOML? Always the same way, so that the same values make the same text."""

from collections.abc import Mapping
from datetime import date


def write_key(name: str) -> str:
    """Return a name as a TOML key: bare where it may be, in quotes otherwise.

    >>> write_key("knee-to-wall"), write_key("IMG 1.mp4")
    ('knee-to-wall', '"IMG 1.mp4"')
    """
    bare = name.replace("-", "").replace("_", "")
    return name if bare.isascii() and bare.isalnum() else _quoted(name)


def write_value(value: object) -> str:
    """Return a value as TOML: text in quotes, lists and tables in one line.

    >>> write_value({"repetitions": [10, 8], "effort": 6.5})
    '{ repetitions = [10, 8], effort = 6.5 }'
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(write_value, value))}]"
    if isinstance(value, Mapping):
        inner = ", ".join(f"{write_key(name)} = {write_value(each)}" for name, each in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    return _quoted(str(value))


def _quoted(text: str) -> str:
    """Return text in quotes as TOML wants it: quotes, backslashes and control characters escaped, all else as it is."""
    return '"' + "".join(f"\\u{ord(mark):04x}" if mark in '"\\\x7f' or mark < " " else mark for mark in text) + '"'
