"""The virtual lab: rendered people whose joint angles are exactly known.

A development tool: it lies beside the product, is never installed with it, and nothing in `src` knows how it works.
"""
