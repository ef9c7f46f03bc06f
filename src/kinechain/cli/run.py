"""Which exit code does a run end with? 0 measured, 2 wrong usage, 3 film again, 4 unreadable input, 70 our fault."""

import sys
import traceback

from kinechain.cli.commands import app
from kinechain.core.errors import KinechainError

_OUR_FAULT = 70


def run(arguments: list[str] | None = None) -> int:
    """Run one command line (by default the process's own) and return its exit code; errors go to stderr in one sentence."""
    try:
        app(arguments)
    except SystemExit as leave:
        return leave.code if isinstance(leave.code, int) else 0
    except KinechainError as error:
        print(f"kinechain: {error}", file=sys.stderr)
        return error.exit_code
    except Exception:  # noqa: BLE001 - the last door: every other error is ours, and we say so
        traceback.print_exc()
        from kinechain.report.words import say

        print(f"kinechain: {say('cli.our_fault')}", file=sys.stderr)
        return _OUR_FAULT
    return 0
