"""Where is the virtual lab? Beside the sources, in a checkout of the repository; it is never installed."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

from kinechain.core.errors import UsageError

_ROOT = Path(__file__).resolve().parents[3]


def open_lab(root: Path = _ROOT) -> ModuleType:
    """Return the lab's doors.

    Raises:
        UsageError: this is no checkout, or what the lab needs is not installed.
    """
    if not (root / "lab" / "doors.py").is_file():
        do = "Clone kinechain's repository and run `uv run kinechain lab ...` there."
        raise UsageError("a checkout of the repository for the virtual lab", "an installed package", do)
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        return importlib.import_module("lab.doors")
    except ModuleNotFoundError as error:
        do = "Run `uv sync`, which installs the group `lab`."
        raise UsageError("what the virtual lab needs to be installed", f"no module {error.name}", do) from error
