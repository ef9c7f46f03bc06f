"""Where do the numbers come from? Every constant and threshold, effect, norm and claim, as a row with unit, spread and source."""

from kinechain.evidence.claims import claims
from kinechain.evidence.effects import effects
from kinechain.evidence.ledger import constant, constants, read_constants, read_studies, studies
from kinechain.evidence.norms import norms
from kinechain.evidence.pooling import pooled

__all__ = ["claims", "constant", "constants", "effects", "norms", "pooled", "read_constants", "read_studies", "studies"]
