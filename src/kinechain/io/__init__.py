"""How do bytes become types, and types bytes? Films, network weights, tables, results; each file whole or absent."""
