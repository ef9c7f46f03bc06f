"""Is it safe, what is to be done, and does it work? Rules over data; answers are codes."""
