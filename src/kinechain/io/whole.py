"""How does a file or a folder come to be whole or absent? It is made beside its place and renamed into it at the end."""

import errno
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kinechain.core.errors import OutputError

#: What the system says when a disk or a person's share of it is full; Windows knows no share.
_FULL = {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}


@contextmanager
def whole_folder(destination: Path) -> Iterator[Path]:
    """Give an empty folder to fill, beside `destination`; it becomes `destination` at the end, or vanishes on an error.

    Raises:
        OutputError: `destination` exists (nothing is ever overwritten), its parent is no folder that can be written to, or the
            disk is full.
    """
    with _beside(destination, replace=False) as beside:
        _attempt(beside.mkdir, destination)
        yield beside


@contextmanager
def whole_file(destination: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a path to write to, beside `destination`; the file becomes `destination` at the end, or vanishes on an error.

    Raises:
        OutputError: `destination` exists and `replace` is false, its parent is no folder that can be written to, or the disk is
            full.
    """
    with _beside(destination, replace=replace) as beside:
        # Made at once, so that a place that cannot be written to is known before any work is done.
        _attempt(lambda: beside.touch(exist_ok=False), destination)
        yield beside


def write_whole(destination: Path, content: bytes | str, *, replace: bool = False) -> None:
    """Write `content` (text as UTF-8, line ends kept) to `destination`, whole or not at all; raises as `whole_file` does."""
    content = content.encode("utf-8") if isinstance(content, str) else content
    with whole_file(destination, replace=replace) as beside, beside.open("wb") as file:
        file.write(content)
        file.flush()
        # Without this a power cut after the rename can leave a file of the right name and no content.
        os.fsync(file.fileno())


@contextmanager
def _beside(destination: Path, *, replace: bool) -> Iterator[Path]:
    # An absolute path holds even where the working folder changes meanwhile.
    destination = Path(os.path.abspath(destination))  # noqa: PTH100  resolve() would follow a link that sits at the destination
    _require_free(destination, replace)
    if not destination.parent.is_dir():
        raise OutputError(
            f"a folder to write {destination.name} into", f"{destination.parent}, which is none", "Make that folder first."
        )
    beside = destination.with_name(f".{destination.name}.{uuid.uuid4().hex[:12]}.part")
    try:
        yield beside
        _require_free(destination, replace)
        _attempt(lambda: beside.replace(destination), destination)
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise _full_disk(destination) from error
    finally:
        _remove(beside)


def place_for(destination: Path, name: str) -> Path:
    """Return where a file is written: `destination` itself, or `name` in it where it is a folder.

    Raises OutputError where there is no folder to write it in.
    """
    file = destination / name if destination.is_dir() else destination
    folder = file.absolute().parent
    if not folder.is_dir():
        raise OutputError(f"a folder to write {file.name} in", f"{folder}, which is none", "Make that folder first.")
    return file


def _require_free(destination: Path, replace: bool) -> None:
    if os.path.lexists(destination) and not replace:
        raise OutputError(
            f"{destination} not to exist yet",
            "a folder there" if destination.is_dir() else "a file there",
            "Nothing is overwritten: name another place, or move the old one away.",
        )


def _attempt(step: Callable[[], object], destination: Path) -> None:
    try:
        step()
    except OSError as error:
        if error.errno in _FULL:
            raise
        raise OutputError(
            f"a place to write {destination}", f"the system's answer '{error.strerror}'", "Name a place that you may write to."
        ) from error


def _full_disk(destination: Path) -> OutputError:
    return OutputError(f"room on the disk for {destination}", "a full disk", "Free some space or name a place on another disk.")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
