"""Which known name did a person mean who typed another one?"""

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name that is most like `name`, None where none is.

    >>> nearest("knee_to_wal_cm", ["stance_s", "knee_to_wall_cm"])
    'knee_to_wall_cm'
    """
    return next(iter(get_close_matches(name, list(known), n=1)), None)


def mend(name: str, known: Iterable[str]) -> str:
    """Return in a sentence what to write instead of a name that is not known.

    >>> mend("heigt_cm", ["height_cm", "mass_kg"])
    'Did you mean height_cm?'
    """
    names = list(known)
    meant = nearest(name, names)
    return f"Did you mean {meant}?" if meant else f"Use one of {', '.join(names)}."
