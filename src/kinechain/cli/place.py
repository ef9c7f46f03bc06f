"""Where does a result go? A new folder, known to be free before any work is done."""

from datetime import date
from pathlib import Path

from kinechain.core.errors import OutputError


def free_folder(out: Path | None, what: str) -> Path:
    """Return the folder to write, known to be free before any work is done."""
    if out is not None:
        if out.exists():
            raise OutputError("a new folder", f"{out}, which exists", "Name another one with -o; nothing is overwritten.")
        if not out.absolute().parent.is_dir():
            raise OutputError(
                f"a folder to make {out.name} in", f"{out.absolute().parent}, which is none", "Make that folder first."
            )
        return out
    plain = Path(f"kinechain-{date.today().isoformat()}-{what}")
    numbered = (plain.with_name(f"{plain.name}-{number}") for number in range(2, 10_000))
    return plain if not plain.exists() else next(path for path in numbered if not path.exists())
