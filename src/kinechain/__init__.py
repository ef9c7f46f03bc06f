"""kinechain: the kinetic chain from foot to hip, measured from a phone video."""

__version__ = "0.1.0"
