"""What is a number worth that is not known exactly? A value with its spread."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Estimate:
    """A value with its spread, one standard deviation."""

    value: float
    sd: float
