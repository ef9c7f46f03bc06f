"""How are native libraries kept from talking into the terminal? LiteRT greets on standard error and has no switch for it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from pathlib import Path


@contextmanager
def without_native_chatter() -> Iterator[None]:
    """Let only Python write to standard error: the descriptor leads nowhere, and `sys.stderr` goes on through a copy of it."""
    try:
        real = sys.stderr.fileno()
    except OSError:  # a captured stream that is no file, as in tests
        yield
        return
    sys.stderr.flush()
    with os.fdopen(os.dup(real), "w", encoding=sys.stderr.encoding, buffering=1) as copy, Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), real)
        try:
            with redirect_stderr(copy):
                yield
        finally:
            os.dup2(copy.fileno(), real)
