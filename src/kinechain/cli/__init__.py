"""What may be typed? A wish is parsed, one use case called, its answer shown. Nothing heavy is imported before it is needed."""


def main() -> None:
    """Run the command line and leave with its exit code."""
    from kinechain.cli.run import run

    raise SystemExit(run())
