"""How do people do the tests, well and badly? One small module per movement, and the tools they share."""

from lab.movements.perform import FAULTS, MOVEMENTS, perform

__all__ = ["FAULTS", "MOVEMENTS", "perform"]
