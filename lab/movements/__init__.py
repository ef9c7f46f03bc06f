"""How do people do the tests, well and badly? One small module per movement, and the tools they share."""

from lab.movements.perform import FAULTS, MOVEMENTS, SOURCES, perform

__all__ = ["FAULTS", "MOVEMENTS", "SOURCES", "perform"]
