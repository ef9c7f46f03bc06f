"""Arrays in, arrays out: filters and gaps, without a word of the field."""
