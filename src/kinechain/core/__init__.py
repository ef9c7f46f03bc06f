"""What do all rooms share? Types, units, errors, and values that know their source."""
