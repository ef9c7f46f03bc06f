"""Where do the numbers come from? Every constant and threshold, as a row with unit, spread and source."""

from kinechain.evidence.ledger import constant, constants, read_constants, read_studies, studies

__all__ = ["constant", "constants", "read_constants", "read_studies", "studies"]
